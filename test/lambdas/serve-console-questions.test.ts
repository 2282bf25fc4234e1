/** The questions of auditors as pages: over the door that answers them, called as the console calls it. */
import { handle } from 'hono/aws-lambda';
import { afterAll, describe, expect, it } from 'vitest';
import { askingBy } from '../../lib/adapters/lambda-questions.ts';
import { QUESTIONS } from '../../lib/domain/questions/catalogue.ts';
import type { RawRow } from '../../lib/domain/questions/question.ts';
import { Refusal, Unavailable } from '../../lib/domain/refusal.ts';
import { anEngine, aQuestionsDoor } from '../support/a-questions-door.ts';
import { ASSAY_BASE, aFleet, asking } from '../support/console-scene.ts';
import { startIssuer } from '../support/oidc-issuer.ts';
import { textOf } from '../support/page-text.ts';

const issuer = await startIssuer();
afterAll(() => issuer.stop());

const FORM = '/console/questions/rollbacks';
const aRow = (index: number): RawRow => ({
  ...Object.fromEntries(
    (QUESTIONS.find(({ name }) => name === 'rollbacks')?.selects ?? []).map(({ name }) => [name, name]),
  ),
  ...{ leaf_index: index, model: 'churn', reason: index === 0 ? '=HYPERLINK("x")' : 'errors doubled' },
});

const aConsole = async (rows: readonly RawRow[] = [], looks = 0) => {
  const scene = await aFleet();
  const engine = anEngine(rows, looks);
  const invoke = handle(aQuestionsDoor({ directory: scene.directory } as never, { engine }));
  const questions = askingBy((event) => invoke(event as never, {} as never) as Promise<unknown>);
  return { ...asking(issuer, scene, { questions }), asked: engine.asked };
};

const pathOf = (location: string): string => location.replace(ASSAY_BASE, '');

describe('the questions', () => {
  it('are all on one page, each with its form', async () => {
    const { ask } = await aConsole();

    const { text } = await ask('omar', '/console/questions');

    for (const { name, title } of QUESTIONS) {
      expect(textOf(text)).toContain(title);
      const form = await ask('omar', `/console/questions/${name}`);
      expect(form.status).toBe(200);
      expect(form.text).toContain('<button type="submit">Ask</button>');
    }
  });

  it('are filled in by a link, and refused by their own rules before anything is asked', async () => {
    const { ask, send, asked } = await aConsole();

    const linked = await ask('omar', '/console/questions/lineage?release=mortgage-1-1-0');
    const { status, text } = await send('omar', '/console/questions/approvals', {
      'q-model': 'churn',
      'q-since': 'May',
    });

    expect(linked.text).toContain('value="mortgage-1-1-0"');
    expect(status).toBe(422);
    expect(textOf(text)).toContain('Nothing was asked since: must be a day, such as 2026-01-01');
    expect(text).toContain('value="churn"');
    expect(asked).toEqual([]);
  });

  it('are not there under another name, and for nobody without a role that reads', async () => {
    const { ask } = await aConsole();

    expect((await ask('omar', '/console/questions/why-not')).status).toBe(404);
    expect((await ask('omar', FORM, {}, [])).status).toBe(403);
  });
});

describe('an answer', () => {
  it('is a table with how far it reaches, and downloads that have every column', async () => {
    const { send, ask } = await aConsole([aRow(0), aRow(1)]);

    const { status, location } = await send('omar', FORM, { 'q-incident': 'INC-7' });
    const page = await ask('omar', pathOf(location));
    const csv = await ask('omar', `${pathOf(location)}/csv`);
    const json = JSON.parse((await ask('omar', `${pathOf(location)}/json`)).text);

    expect(status).toBe(303);
    expect(textOf(page.text)).toMatch(/incident INC-7\. Looked through 0 entries of the log\. 2 rows/);
    expect(page.text).not.toContain('event_hash');
    expect(csv.headers.get('content-disposition')).toBe('attachment; filename="rollbacks.csv"');
    expect(csv.text.split('\r\n')[0]).toContain('"event_hash"');
    expect(csv.text).toContain(`"'=HYPERLINK(""x"")"`);
    expect(json).toMatchObject({ question: 'rollbacks', parameters: { incident: 'INC-7' }, is_whole: true });
    expect(json.rows[0].reason).toBe('=HYPERLINK("x")');
  });

  it('that is empty says of what it is empty', async () => {
    const { send, ask } = await aConsole();

    const { location } = await send('omar', FORM, {});

    expect(textOf((await ask('omar', pathOf(location))).text)).toContain('No entry answers it.');
  });

  it('of many rows comes in pages, and is downloaded whole', async () => {
    const { send, ask } = await aConsole(Array.from({ length: 501 }, (_, index) => aRow(index)));

    const { location } = await send('omar', FORM, {});
    const first = await ask('omar', pathOf(location));
    const second = await ask('omar', `${pathOf(location)}?from=500`);
    const csv = await ask('omar', `${pathOf(location)}/csv`);

    expect(textOf(first.text)).toContain('Rows 1 to 500 of 501');
    expect(first.text).toContain('<a href="?from=500">The next rows</a>');
    expect(textOf(second.text)).toContain('Rows 501 to 501 of 501');
    expect(csv.text.trim().split('\r\n')).toHaveLength(502);
  });

  it('that is still looked for shows that, loads itself again without script, and can be told to stop', async () => {
    const { send, ask } = await aConsole([aRow(0)], 40);

    const { location } = await send('omar', FORM, {});
    const running = await ask('omar', pathOf(location));
    const still = await ask('omar', `${pathOf(location)}?still=1`);
    const early = await ask('omar', `${pathOf(location)}/csv`);
    for (let look = 0; look < 5; look += 1) await ask('omar', pathOf(location));

    expect(textOf(running.text)).toContain('It is being looked for');
    expect(running.headers.get('refresh')).toBe('3');
    expect([still.headers.get('refresh'), still.text.includes('Look again')]).toEqual([null, true]);
    expect(early.status).toBe(404);
    expect(textOf((await ask('omar', pathOf(location))).text)).toContain('One row');
  });

  it.each([
    'x',
    Buffer.from('{}').toString('base64url'),
    Buffer.from('{"question":"no","given":{}}').toString('base64url'),
  ])('is not there under an address that nobody was given: %s', async (run) => {
    const { ask } = await aConsole();

    expect((await ask('omar', `/console/questions/runs/${run}`)).status).toBe(404);
  });
});

describe('a question that was not answered', () => {
  const failing = async (error: Error) => {
    const reject = () => Promise.reject(error);
    return asking(issuer, await aFleet(), { questions: { ask: reject, answer: reject } });
  };

  it.each([
    [new Refusal('QuestionCancelled', 'query 7 was stopped'), 409, 'The question was not answered'],
    [new Refusal('QuestionFailed', 'query 7 failed in Athena'), 502, 'The question was not answered'],
    [new Unavailable('Athena has no room'), 503, 'Questions are not answered now'],
  ])('says so: %s', async (error, status, title) => {
    const { send } = await failing(error);

    const page = await send('omar', FORM, { 'q-incident': 'INC-7' });

    expect(page.status).toBe(status);
    expect(textOf(page.text)).toContain(title);
    if (status < 503) expect(textOf(page.text)).toContain(error.message);
  });
});

describe('the door of the questions', () => {
  const token = `e30.${Buffer.from('{"sub":"omar"}').toString('base64url')}.x`;
  const answering = (statusCode: number, body: object) =>
    askingBy(async () => ({ statusCode, body: JSON.stringify(body) })).answer('run', 0, token);

  it.each([
    [404, { title: 'NotFound', detail: 'it is gone' }, 'it is gone'],
    [403, { title: 'NotAuthorized', detail: 'not you' }, 'not you'],
    [422, { title: 'too wide' }, 'too wide'],
    [500, { title: 'something went wrong' }, 'the questions were not answered'],
  ])('is heard when it refuses: %s', async (status, body, said) => {
    await expect(answering(status, body)).rejects.toThrow(said);
  });

  it('is given no token that is none', async () => {
    await expect(askingBy(async () => ({})).ask('live', {}, 'x')).rejects.toThrow();
  });
});
