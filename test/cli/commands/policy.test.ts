import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { aStagedPolicy } from '../../support/staged-case.ts';
import { aDirectory, aServer, assay, endpointsFile } from '../assay.ts';

const POLICIES = fileURLToPath(new URL('../../../policies/', import.meta.url));
const read = (name: string) => readFileSync(join(POLICIES, name), 'utf8');
const POLICY = read('governance-policy.yaml');

const directory = aDirectory({
  'policies/governance-policy.yaml': POLICY,
  'looser.yaml': POLICY.replace('approval_expiry_days: 90', 'approval_expiry_days: 365'),
  'misspelt.yaml': POLICY.replace('mode: enforce', 'mode: enfroce'),
  'five.yaml': POLICY.replace('mode: enforce', 'mode: enfroce')
    .replace('roles: [ml_lead]', 'roles: [ml_lead]\n    roles: [legal]')
    .replace('clauses: [GDPR Art. 5]', 'clauses: [OCC SR 11-7]')
    .replace('name: sensitive_data\n', 'name: regulated_area\n')
    .replace('minimum: "0.80"', 'minimum: 0.80'),
  'approvers.yaml': read('approvers.yaml'),
  'cases.yaml': 'cases:\n  - { name: nothing is declared, given: {}, expect: { tier: high } }\n',
  'wrong.yaml':
    'policy: policies/governance-policy.yaml\ncases:\n  - { name: nothing is declared, given: {}, expect: { tier: low } }\n',
});

describe('assay policy check', () => {
  it.each([
    ['policies/governance-policy.yaml', 'ok: Mortgage credit models'],
    ['approvers.yaml', 'ok: 9 people and 2 machines in the directory'],
    ['cases.yaml', 'ok: 1 case'],
  ])('accepts %s', async (file, said) => {
    expect(await assay(directory, ['policy', 'check', file])).toMatchObject({
      code: 0,
      out: expect.stringContaining(said),
    });
  });

  it('says in which stages people approve, and in which order (AP-2)', async () => {
    const tierOf = async (order: string) => {
      const folder = aDirectory({ 'p.json': JSON.stringify(aStagedPolicy(order)) });
      return (await assay(folder, ['policy', 'check', 'p.json'])).out;
    };

    expect(await tierOf('in_order')).toContain('technical: ml_lead, then deployment: risk_owner');
    expect(await tierOf('side_by_side')).toContain('technical: ml_lead; deployment: risk_owner');
  });

  it('names file, line, column and what was meant', async () => {
    const { code, err } = await assay(directory, ['policy', 'check', 'misspelt.yaml']);

    expect(code).toBe(1);
    expect(err).toMatch(/misspelt\.yaml:\d+:\d+ .*there is no mode enfroce: did you mean enforce\?/);
  });

  it('names all faults at once, of whatever kind, and of each file of a folder', async () => {
    const folder = aDirectory({
      'p/base.yaml': readFileSync(join(directory, 'five.yaml'), 'utf8'),
      'p/cards.yaml': 'schema_version: 1\nname: cards\nscope: { models: [cards] }\napproval_expiry_days: soon\n',
    });
    const kinds = [
      /no mode enfroce/,
      /roles: appears twice/,
      /OCC SR 11-7 ended/,
      /regulated_area appears twice/,
      /in quotes/,
    ];

    const file = await assay(directory, ['policy', 'check', 'five.yaml', '--as-of', '2026-11-29']);
    const both = await assay(folder, ['policy', 'check', 'p', '--as-of', '2026-11-29']);

    expect([file.code, both.code]).toEqual([1, 1]);
    for (const kind of kinds) for (const { err } of [file, both]) expect(err).toMatch(kind);
    expect(file.err.match(/^five\.yaml:\d+:\d+ /gm)).toHaveLength(5);
    expect(both.err).toMatch(/^p\/cards\.yaml:4:23 +approval_expiry_days: /m);
  });

  it('cannot read what is not there', async () => {
    expect((await assay(directory, ['policy', 'check', 'nowhere.yaml'])).code).toBe(2);
  });
});

describe('assay policy test', () => {
  it('says that every case comes out as expected', async () => {
    const args = ['policy', 'test', 'cases.yaml', '--policy', 'policies/governance-policy.yaml'];

    expect(await assay(directory, args)).toMatchObject({ code: 0, out: expect.stringContaining('1 case as expected') });
  });

  it('exits with 1 when one does not, and says which', async () => {
    const { code, out } = await assay(directory, ['policy', 'test', 'wrong.yaml']);

    expect(code).toBe(1);
    expect(out).toMatch(/NOT OK {2}nothing is declared/);
    expect(out).toMatch(/tier\s+low\s+high/);
    const json = await assay(directory, ['policy', 'test', 'wrong.yaml', '--json']);
    expect(JSON.parse(json.out)).toMatchObject([{ mismatches: [{ about: 'tier', expected: 'low', got: 'high' }] }]);
  });

  it('needs a policy', async () => {
    expect((await assay(directory, ['policy', 'test', 'cases.yaml'])).err).toContain('pass one with --policy');
  });
});

describe('assay policy diff', () => {
  it('exits with 1 when something became looser, with 0 otherwise', async () => {
    const diff = (...files: string[]) => assay(directory, ['policy', 'diff', ...files]);

    const looser = await diff('policies/governance-policy.yaml', 'looser.yaml');
    expect(looser).toMatchObject({ code: 1, out: expect.stringMatching(/looser\s+approval_expiry_days\s+90\s+365/) });
    expect((await diff('looser.yaml', 'policies/governance-policy.yaml')).code).toBe(0);
    expect((await diff('looser.yaml', 'looser.yaml')).out).toBe('the policies are equivalent\n');
    expect(JSON.parse((await diff('looser.yaml', 'looser.yaml', '--json')).out)).toEqual([]);
  });
});

describe('assay policy replay', () => {
  const RELEASE = {
    release: { release_id: 'credit-1', model_name: 'credit', risk_tier: 'low', declared_risk_tier: 'low', reasons: [] },
    checks: [],
    approvals: [],
    events: [{ event_type: 'evaluation_completed', approval_state: 'validated' }],
  };

  it('asks the API for every release, and exits with 1 for one that would be decided otherwise', async () => {
    const server = await aServer(({ path }) => {
      if (path === '/') return { body: { AuthenticationResult: { IdToken: 'token', AccessToken: 'token' } } };
      return { body: path.startsWith('/v1/releases?') ? { releases: [{ release_id: 'credit-1' }] } : RELEASE };
    });
    const home = aDirectory({ 'policies/governance-policy.yaml': POLICY, ...endpointsFile(server.url) });

    const { code, out, err } = await assay(home, ['policy', 'replay', '--save', 'releases.json']);

    expect(err).toBe('');
    expect(code).toBe(1);
    expect(out).toContain('1 of 1 release would have been decided differently');
    expect(out).toMatch(/credit-1\s+allowed\s+denied\s+low, now high/);
    expect(out).toContain('check intended_use_defined of model_card was not run');
    expect(server.received.map(({ path }) => path)).toContain('/v1/releases/credit-1');

    const offline = await assay(home, ['policy', 'replay', '--from', 'releases.json'], {
      ASSAY_URL: 'http://127.0.0.1:1',
    });
    expect(offline).toMatchObject({ code: 1, out });
  });

  it('exits with 0 when nothing changes', async () => {
    const home = aDirectory({
      'policies/governance-policy.yaml': POLICY,
      'none.json': JSON.stringify({ releases: [{ ...RELEASE, events: [] }] }),
    });

    const { code, out } = await assay(home, ['policy', 'replay', '--from', 'none.json']);
    expect({ code, out }).toEqual({ code: 0, out: '0 of 1 release would have been decided differently\n' });
    const json = await assay(home, ['policy', 'replay', '--from', 'none.json', '--json']);
    expect(JSON.parse(json.out)).toMatchObject([{ verdict_then: 'undecided' }]);
  });
});
