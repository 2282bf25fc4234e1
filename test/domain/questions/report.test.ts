import { describe, expect, it } from 'vitest';
import { Instant } from '../../../lib/domain/identifiers.ts';
import { type CapturedData, findInference } from '../../../lib/domain/questions/captured.ts';
import type { Given, Row } from '../../../lib/domain/questions/question.ts';
import { type Ask, accountOfModel, decisionPage, dossierOf } from '../../../lib/domain/questions/report.ts';

const NOON = Instant.parse('2026-11-20T12:00:00.000Z');

/** Answers by the name of the question, and notes what was asked. */
const answering = (answers: Readonly<Record<string, readonly Row[]>>) => {
  const asked: [question: string, given: Given][] = [];
  const ask: Ask = async (question, given) => {
    asked.push([question, given]);
    return { columns: [], rows: answers[question] ?? [], covers: { entries: 1, until: NOON } };
  };
  return { ask, asked };
};

const FLIPS = [
  { release_id: 'one', live_from: '2026-11-01T00:00:00.000Z', live_until: '2026-11-10T00:00:00.000Z' },
  { release_id: 'two', live_from: '2026-11-10T00:00:00.000Z', live_until: '' },
];
const DECISIONS = [{ event_type: 'approval_granted' }, { event_type: 'release_approved' }];
const AROUND = [{ occurred_at: '2026-11-09T00:00:00.000Z' }, { occurred_at: '2026-11-30T00:00:00.000Z' }];

describe('the account of a model at an instant (Q-4)', () => {
  it('answers the six questions about what was live, from what was on record by then', async () => {
    const { ask, asked } = answering({ live: FLIPS, why: DECISIONS, parts: AROUND, tests: AROUND, path: AROUND });

    const sections = await accountOfModel(ask, 'credit', NOON);

    expect(sections.map(({ question, answer }) => [question, answer.rows.length])).toEqual([
      ['live', 1],
      ['why', 1],
      ['parts', 1],
      ['tests', 1],
      ['changed', 0],
      ['path', 1],
      ['way-back', 0],
    ]);
    expect(asked).toContainEqual(['live', { model: 'credit', to: NOON }]);
    expect(asked).toContainEqual(['changed', { before: 'one', after: 'two' }]);
    expect(asked).toContainEqual(['way-back', { model: 'credit', at: NOON }]);
  });

  it('compares nothing with nothing before it', async () => {
    const { ask, asked } = answering({ live: FLIPS.slice(0, 1) });

    await accountOfModel(ask, 'credit', NOON);

    expect(asked.map(([question]) => question)).not.toContain('changed');
  });

  it('says that nothing was live', async () => {
    const sections = await accountOfModel(answering({}).ask, 'credit', NOON);

    expect(sections.map(({ question }) => question)).toEqual(['live', 'way-back']);
    expect(sections[0]?.says).toBe(`nothing of credit was in production at ${NOON}`);
  });
});

describe('the dossier of a release (Q-5)', () => {
  const parts = [
    { part: 'model', value: 'credit' },
    { part: 'artifact', value: 'aaa' },
    { part: 'training data', value: 'ddd' },
  ];

  it('answers the six questions about its evidence', async () => {
    const { ask, asked } = answering({ parts, live: FLIPS, why: DECISIONS, path: AROUND });

    const sections = await dossierOf(ask, 'two', NOON);

    expect(sections.map(({ title, answer }) => [title, answer.rows.length])).toEqual([
      ['Which artifact was deployed?', 1],
      ['From which data, code and configuration?', 2],
      ['Which tests were completed?', 0],
      ['Who reviewed it?', 1],
      ['Where is its audit trail?', 2],
      ['What is its way back?', 0],
    ]);
    expect(asked.at(-1)).toEqual(['way-back', { model: 'credit', at: NOON }]);
  });

  it('shows the way back when it was last in production, if it is not now', async () => {
    const { ask, asked } = answering({ parts, live: FLIPS });

    await dossierOf(ask, 'one', NOON);

    expect(asked.at(-1)).toEqual(['way-back', { model: 'credit', at: FLIPS[0]?.live_from }]);
  });

  it('says that it never was, and asks no model of a release that is not there', async () => {
    const never = await dossierOf(answering({ parts, live: [] }).ask, 'three', NOON);

    expect(never.at(-1)?.says).toContain('three was never in production');
    expect((await dossierOf(answering({}).ask, 'three', NOON)).map(({ question }) => question)).not.toContain(
      'way-back',
    );
  });
});

describe('the page of a decision (TR-6)', () => {
  const asked = { model: 'credit', from: NOON, to: NOON };
  const traffic = [
    { endpoint: 'e', variant: 'a', release_id: 'one' },
    { endpoint: 'e', variant: 'b', release_id: 'two' },
    { endpoint: 'f', variant: 'a', release_id: '' },
  ];
  const releases = (sections: readonly { given: Given }[]) => [
    ...new Set(sections.flatMap(({ given }) => given['release'] ?? [])),
  ];

  it('goes from the variant that answered to its release', async () => {
    const sections = await decisionPage(answering({ traffic, live: FLIPS }).ask, {
      ...asked,
      endpoint: 'e',
      variant: 'b',
    });

    expect(releases(sections)).toEqual(['two']);
    expect(sections[0]?.says).toBeUndefined();
    expect(sections.map(({ question }) => question)).toEqual(['traffic', 'live', 'parts', 'tests', 'why']);
  });

  it('shows each that answered then, and asks for the variant', async () => {
    const sections = await decisionPage(answering({ traffic }).ask, asked);

    expect(releases(sections)).toEqual(['one', 'two']);
    expect(sections[0]?.says).toContain('2 releases answered then');
  });

  it('goes by what was promoted where nobody looked, and says so', async () => {
    const sections = await decisionPage(answering({ live: FLIPS.slice(1) }).ask, asked);

    expect(releases(sections)).toEqual(['two']);
    expect(sections[0]?.says).toContain('this goes by what was promoted');
  });

  it('says that no release is known', async () => {
    const sections = await decisionPage(answering({ live: [{ release_id: '' }] }).ask, asked);

    expect(sections[0]?.says).toContain('no release of this model is known');
    expect(sections).toHaveLength(2);
  });
});

describe('an inference in captured data (TR-6)', () => {
  const record = (inferenceId: string, inferenceTime?: string) =>
    JSON.stringify({
      captureData: {
        endpointInput: { observedContentType: 'text/csv', mode: 'INPUT', data: 'secret', encoding: 'CSV' },
      },
      eventMetadata: { eventId: 'e1', inferenceId, inferenceTime },
      eventVersion: '0',
    });
  const files: Record<string, string[]> = {
    'e/a/2026/11/20/11/one.jsonl': ['no JSON, but id-1', record('id-2'), record('id-1', '2026-11-20T11:59:58Z')],
    'e/b/2026/11/20/12/two.jsonl': [record('id-3'), JSON.stringify({ text: 'id-3' }), record('id-31')],
    'e/b/2026/11/21/12/two.jsonl': [record('id-1', '2026-11-21T12:00:00Z')],
  };
  const data: CapturedData = {
    folders: async (path) => [
      ...new Set(Object.keys(files).flatMap((file) => (file.startsWith(`${path}/`) ? [file.split('/')[1] ?? ''] : []))),
    ],
    files: async (path) => Object.keys(files).filter((file) => file.startsWith(`${path}/`)),
    lines: async function* (path) {
      yield* files[path] ?? [];
    },
  };
  const find = (inferenceId: string, from = '2026-11-20T11:30:00.000Z', to = '2026-11-20T13:30:00.000Z') =>
    findInference(data, { endpoint: 'e', inferenceId, from: Instant.parse(from), to: Instant.parse(to) });

  it('is found with its variant and its instant', async () => {
    expect(await find('id-1')).toEqual([
      {
        ...{ variant: 'a', file: 'e/a/2026/11/20/11/one.jsonl' },
        ...{ from: '2026-11-20T11:59:58.000Z', to: '2026-11-20T11:59:58.000Z' },
      },
    ]);
  });

  it('is known by its hour where no instant is on record', async () => {
    expect(await find('id-3')).toEqual([
      {
        ...{ variant: 'b', file: 'e/b/2026/11/20/12/two.jsonl' },
        ...{ from: '2026-11-20T12:00:00.000Z', to: '2026-11-20T12:59:59.999Z' },
      },
    ]);
  });

  it('is looked for in the hours of the period and in no other', async () => {
    expect(await find('id-1', '2026-11-20T12:00:00.000Z')).toEqual([]);
    expect(await find('id-4')).toEqual([]);
    expect(await find('id-1', '2026-11-20T11:00:00.000Z', '2026-11-21T13:00:00.000Z')).toHaveLength(2);
  });
});
