import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { aDirectory, assay } from '../assay.ts';

const POLICY = readFileSync(new URL('../../../policies/governance-policy.yaml', import.meta.url), 'utf8');
const OVERLAY = [
  'schema_version: 1',
  'name: credit',
  'scope: { models: ["c*"], tags: { line: [credit] } }',
  'approval_expiry_days: 30',
  '',
].join('\n');
const MODELS =
  'schema_version: 1\nmodels:\n  - { name: cards, tags: { line: credit } }\n  - { name: cats, tags: { line: marketing } }\n';
/** One tier higher, by a clause that has ended. */
const RULES = POLICY.slice(POLICY.indexOf('tier_rules:'), POLICY.indexOf('\ntiers:'))
  .replace('tier: low', 'tier: medium')
  .replace('GDPR Art. 22', 'OCC SR 11-7');
const CASES = [
  'cases:',
  '  - { name: of cards, given: { model: cards }, expect: { tier: high } }',
  '  - { name: of all, given: {}, expect: { tier: high } }',
  '',
].join('\n');

const directory = aDirectory({
  'policies/governance-policy.yaml': POLICY,
  'ours/base.yaml': POLICY,
  'ours/credit.yaml': OVERLAY,
  'ours/models.yaml': MODELS,
  'looser/base.yaml': POLICY,
  'looser/credit.yaml': OVERLAY.replace('days: 30', 'days: 300'),
  'ended/base.yaml': POLICY,
  'ended/credit.yaml': `${OVERLAY}${RULES}`,
  'regimes/us.yaml': readFileSync(new URL('../../../policies/regimes/us-model-risk.yaml', import.meta.url), 'utf8'),
  'nested/base.yaml': POLICY,
  'nested/old/credit.yaml': OVERLAY,
  'cases.yaml': CASES,
});

describe('assay policy which (RT-6)', () => {
  const which = (...args: string[]) => assay(directory, ['policy', 'which', ...args]);

  it('names base, overlays with their digests, and where each demand comes from', async () => {
    const { code, out } = await which('cards', '--policy', 'ours');

    expect(code).toBe(0);
    expect(out).toMatch(/tags +line=credit/);
    expect(out).toMatch(/base +Mortgage credit models \(ours\/base\.yaml\), sha256 [0-9a-f]{64}/);
    expect(out).toMatch(/overlay +credit \(ours\/credit\.yaml\), sha256 [0-9a-f]{64}, for models c\*; line credit$/m);
    expect(out).toMatch(/approval_expiry_days +30 +ours\/credit\.yaml:4:23/);
    expect(out).toMatch(/disparate_impact_ratio_above_minimum\.parameters\.minimum +0\.80 +ours\/base\.yaml:82:20/);
    expect(out).toMatch(/maximum_missing .* \(ours\/base\.yaml:\d+:\d+\)/);
  });

  it('says which tags nobody declared, and takes others instead', async () => {
    expect((await which('candles', '--policy', 'ours')).out).toContain('line credit; line not declared');
    const asked = await which('candles', '--policy', 'ours', '--tag', 'line=marketing', '--json');
    expect(JSON.parse(asked.out)).toMatchObject({ model: 'candles', tags: { line: 'marketing' }, overlays: [] });
    expect(await which('candles', '--tag', 'line')).toMatchObject({
      code: 2,
      err: expect.stringContaining('line is no tag'),
    });
  });

  it('shows a policy that is one file', async () => {
    const { out } = await which('cards');

    expect(out).toMatch(/tags +none declared/);
    expect(out).toContain('policies/governance-policy.yaml:6:23');
    expect(out).not.toContain('overlay');
  });
});

describe('the other commands about policies, given a folder', () => {
  it('check says what each overlay is for', async () => {
    const { code, out } = await assay(directory, ['policy', 'check', 'ours']);

    expect({ code, out }).toMatchObject({ code: 0, out: expect.stringMatching(/ok: Mortgage credit models/) });
    expect(out).toMatch(/credit +models c\*; line credit +1 demand/);
    expect(out).toContain('2 models listed');
    expect((await assay(directory, ['policy', 'check', 'ours/credit.yaml'])).out).toContain('ok: overlay credit');
    expect((await assay(directory, ['policy', 'check', 'ours/models.yaml'])).out).toContain('ok: 2 models');
  });

  it.each([
    [
      'looser',
      /looser\/credit\.yaml:4:23 +approval_expiry_days: 300 is looser than 90 of the base \(looser\/base\.yaml:6:23\)/,
    ],
    ['nested', /nested\/old:1:1 +is no YAML or JSON file/],
    ['ended', /ended\/credit\.yaml:\d+:\d+ +tier_rules\.1\.clauses\.0: OCC SR 11-7 ended on/],
  ])('check refuses %s', async (folder, said) => {
    const { code, err } = await assay(directory, [
      'policy',
      'check',
      folder,
      '--regimes',
      'regimes',
      '--as-of',
      '2026-11-28',
    ]);

    expect(code).toBe(1);
    expect(err).toMatch(said);
  });

  it('diff says that an overlay is gone', async () => {
    const { code, out } = await assay(directory, ['policy', 'diff', 'ours', 'policies/governance-policy.yaml']);

    expect(code).toBe(1);
    expect(out).toMatch(/looser +overlay credit +models c\*; line credit +none/);
  });

  it('test judges each case by the policy of its model', async () => {
    const { code, out } = await assay(directory, ['policy', 'test', 'cases.yaml', '--policy', 'ours']);

    expect({ code, out }).toMatchObject({
      code: 0,
      out: expect.stringContaining('ok: ours decides 2 cases as expected'),
    });
  });

  it('regimes maps the base', async () => {
    const args = ['policy', 'regimes', '--policy', 'ours', '--regimes', 'regimes', '--json'];

    expect(JSON.parse((await assay(directory, args)).out)).toMatchObject({ policy: 'Mortgage credit models' });
  });
});
