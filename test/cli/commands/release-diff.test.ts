import { describe, expect, it } from 'vitest';
import { aDirectory, aServer, assay } from '../assay.ts';

const release = (version: string) => ({
  release_id: `credit-${version}`,
  model_name: 'credit',
  model_version: `${version}.0.0`,
  state: 'production',
  risk_tier: 'high',
  updated_at: '2026-11-20T10:00:00.000Z',
});
const same = { fields: [], serving: [], metrics: [], card: [], checks: [], policy: [], approvals: [] };
const DECISIONS = { stayed_yes: 1010, stayed_no: 89, yes_to_no: 32, no_to_yes: 59 };
const answers: Readonly<Record<string, unknown>> = {
  '/v1/releases/credit-1/diff/credit-2': {
    before: release('1'),
    after: release('2'),
    differences: {
      ...same,
      serving: [],
      fields: [{ subject: 'git_commit', before: 'a'.repeat(40), after: 'b'.repeat(40) }],
      metrics: [{ subject: 'auc', before: '0.83', after: '0.81', delta: '-0.02' }],
      card: [
        { subject: 'known_limitations', before: `Old data ${'and more '.repeat(10)}`, after: '' },
        { subject: 'overview', before: '', after: `${'x'.repeat(80)}\u001b[2J` },
      ],
    },
    behaviour: {
      rows: { before: 1190, after: 1200, common: 1190, undecided: 1, contradicted: 2 },
      all: DECISIONS,
      groups: [
        {
          attribute: 'race',
          value: 'a',
          stayed_yes: 9,
          stayed_no: 1,
          yes_to_no: 0,
          no_to_yes: 0,
        },
      ],
      groups_left_out: 3,
      before: { ...DECISIONS, rows: 1195, undecided: 1, contradicted: 2 },
      groups_before: [
        { attribute: 'race', value: 'b', ...DECISIONS, rows: 1195, undecided: 1, contradicted: 2 },
        { attribute: 'race', value: 'a', ...DECISIONS, rows: 1190, undecided: 0, contradicted: 0 },
      ],
    },
    not_compared: [{ release_id: 'credit-1', evidence: 'model_card', problem: 'is not pinned yet' }],
  },
  '/v1/releases/credit-2/diff/credit-3': {
    ...{ before: release('2'), after: release('3'), differences: same, not_compared: [] },
    behaviour: {
      rows: { before: 1190, after: 1190, common: 1190, contradicted: 0 },
      ...{ all: DECISIONS, groups: [], groups_left_out: 0 },
    },
  },
  '/v1/releases/credit-3/diff/credit-4': {
    ...{ before: release('3'), after: release('4'), differences: same, not_compared: [] },
    behaviour: {
      rows: { before: 1190, after: 1190, common: 1190, undecided: 0, contradicted: 0 },
      ...{ all: DECISIONS, groups: [], groups_left_out: 0, groups_before: [] },
      before: { ...DECISIONS, rows: 1190, undecided: 0, contradicted: 0 },
    },
  },
  '/v1/releases/credit-1/diff/credit-1': {
    before: release('1'),
    after: release('1'),
    differences: same,
    not_compared: [],
  },
};
const server = await aServer(({ path }) => {
  const body = answers[path];
  return body === undefined
    ? { status: 404, body: { title: 'NotFound', detail: 'there is no release credit-9' } }
    : { body };
});
const directory = aDirectory();
const named = { ASSAY_URL: server.url, ASSAY_TOKEN: 'token' };

describe('assay release diff', () => {
  it('tells what changed: in columns where it is short, line by line where it is long', async () => {
    const { code, out } = await assay(directory, ['release', 'diff', 'credit-1', 'credit-2'], named);

    expect(code).toBe(0);
    expect(out.split('\n')).toEqual([
      '        release   model   version  state',
      'before  credit-1  credit  1.0.0    production',
      'after   credit-2  credit  2.0.0    production',
      '',
      'fields:',
      `what        before${' '.repeat(36)}after`,
      `git_commit  ${'a'.repeat(40)}  ${'b'.repeat(40)}`,
      '',
      'metrics:',
      'what  before  after',
      'auc   0.83    0.81   -0.02',
      '',
      'card:',
      'known_limitations',
      `  - Old data ${'and more '.repeat(10).trim()}`,
      'overview',
      `  + ${'x'.repeat(80)} [2J`,
      '',
      'decisions on 1190 common rows (before 1190, after 1200):',
      'who     changed    of  yes to no  no to yes  McNemar p',
      'all          91  1190         32         59  0.006106',
      'race a        0    10          0          0  nothing changed',
      'and 3 smaller groups',
      '1 common row without a decision, not compared',
      '2 compared rows without the label, protected attributes and columns of before',
      'rows decided before that are not compared:',
      'who before  compared    of  missing  undecided  others',
      'all             1188  1195        4          1       2',
      'race b          1188  1195        4          1       2',
      '',
      'not compared:',
      'model_card of credit-1 is not pinned yet',
      '',
    ]);
  });

  it('says so where nothing changed', async () => {
    const { out } = await assay(directory, ['release', 'diff', 'credit-1', 'credit-1'], named);

    expect(out).toContain('\n\nno differences\n');
  });

  it.each([
    ['credit-2', 'credit-3', 'an earlier version compared them'],
    ['credit-3', 'credit-4', 'each row was compared'],
  ])('says nothing of rows that are not compared, %s and %s, where %s', async (before, after) => {
    const { out } = await assay(directory, ['release', 'diff', before, after], named);

    expect(out).toContain('decisions on 1190 common rows');
    expect(out).not.toContain('not compared');
  });

  it('prints the answer of the API as it is', async () => {
    const { out } = await assay(directory, ['release', 'diff', 'credit-1', 'credit-2', '--json'], named);

    expect(JSON.parse(out)).toEqual(answers['/v1/releases/credit-1/diff/credit-2']);
  });

  it('says the refusal of the API', async () => {
    const { code, err } = await assay(directory, ['release', 'diff', 'credit-1', 'credit-9'], named);

    expect({ code, err }).toEqual({ code: 2, err: 'NotFound: there is no release credit-9\n' });
  });

  it('needs two releases', async () => {
    expect((await assay(directory, ['release', 'diff', 'credit-1'], named)).err).toContain('needs RELEASE_B');
  });
});
