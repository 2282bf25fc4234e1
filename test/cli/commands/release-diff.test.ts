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
      rows: { before: 1190, after: 1200, common: 1190, contradicted: 2 },
      all: { stayed_yes: 1010, stayed_no: 89, yes_to_no: 32, no_to_yes: 59 },
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
    },
    not_compared: [{ release_id: 'credit-1', evidence: 'model_card', problem: 'is not pinned yet' }],
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
      '2 common rows with another label or protected attribute before',
      'and 3 smaller groups',
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
