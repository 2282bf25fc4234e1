import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { aDirectory, assay } from '../assay.ts';

const POLICIES = fileURLToPath(new URL('../../../policies/', import.meta.url));
const read = (name: string) => readFileSync(join(POLICIES, name), 'utf8');
const POLICY = read('governance-policy.yaml');
const REGIME = read('regimes/us-model-risk.yaml');

const directory = aDirectory({
  'policies/governance-policy.yaml': POLICY,
  'former.yaml': POLICY.replace('SR 26-2', 'OCC SR 11-7'),
  'own/us.yaml': REGIME,
  'twice/a.yaml': REGIME,
  'twice/b.yaml': REGIME,
  'twice/README.md': 'no regime',
});
const regimes = (...args: readonly string[]) => assay(directory, ['policy', 'regimes', ...args]);

describe('assay policy regimes (CO-1)', () => {
  it('maps what holds on a day: one guidance in March, its successor in May (CO-8)', async () => {
    const [march, may] = [await regimes('--as-of', '2026-03-01'), await regimes('--as-of', '2026-05-01')];

    expect(march.out).toContain('OCC SR 11-7: somebody else challenges it');
    expect(march.out).not.toContain('SR 26-2');
    expect(may.out).toContain('SR 26-2: somebody else challenges it');
    expect(may.out).not.toContain('SR 11-7');
    for (const tier of ['low', 'medium', 'high']) expect(may.out).toContain(`tier ${tier}`);
  });

  it('leads from the clause to control, checks, evidence and question', async () => {
    const { code, out } = await regimes('--as-of', '2026-05-01', '--json');

    expect(code).toBe(0);
    const document = JSON.parse(out);
    expect(document).toMatchObject({ as_of: '2026-05-01', checks_without_a_clause: [] });
    expect(document.clauses).toContainEqual(
      expect.objectContaining({
        id: 'SR 26-2',
        sources: expect.arrayContaining([expect.objectContaining({ kind: 'secondary' })]),
      }),
    );
    expect(document.controls).toContainEqual({
      tier: 'high',
      clause: 'NYC Local Law 144',
      title: 'Bias audit of automated employment decision tools',
      applies_to: 'hiring and promotion',
      control: 'the impact ratio is counted, by intersections too',
      checks: expect.arrayContaining([
        {
          name: 'disparate_impact_ratio_above_minimum',
          mode: 'enforce',
          evidence: ['manifest', 'outcome_counts', 'evaluation_report'],
        },
      ]),
      question: 'How much less often is a group favored?',
    });
  });

  it('says in every form that it does not say whether a law is met', async () => {
    for (const form of [[], ['--markdown'], ['--json']]) {
      const { out } = await regimes('--as-of', '2026-05-01', ...form);

      expect(out).not.toMatch(/\b(compliant|complies|compliance)\b/i);
      if (form[0] !== '--json') expect(out).toContain('whether a law is met is not for Assay to say');
    }
  });

  it('prints tables of Markdown, and names what a policy does not ask for', async () => {
    const { out } = await regimes('--as-of', '2026-05-01', '--markdown');

    expect(out).toContain('# Mortgage credit models, as of 2026-05-01');
    expect(out).toContain('| clause | control | checks | evidence | question |');
    expect(out).toMatch(/\| NIST AI RMF MEASURE 2\.9 \| influence of features is known \| none in this policy \| – \|/);
  });

  it('reads the files of a folder of your own', async () => {
    const { out } = await regimes('--as-of', '2026-05-01', '--regimes', 'own');

    expect(out).toContain('SR 26-2');
    expect(out).not.toContain('GDPR');
    expect(out).toContain('no clause asks for low: rate_limiting_configured');
  });

  it.each([
    [['--as-of', 'May'], '--as-of needs a day', 2],
    [['--json', '--markdown'], 'not both', 2],
    [['--regimes', 'nowhere'], 'there is no folder nowhere', 2],
    [['--regimes', 'twice'], 'OCC SR 11-7 names two clauses', 1],
  ])('refuses %j', async (args, message, code) => {
    const answer = await regimes(...args);

    expect(answer).toMatchObject({ code, err: expect.stringContaining(message) });
  });
});

describe('assay policy check, of what a policy cites', () => {
  it('refuses a clause that has ended, with its place and its successor', async () => {
    const { code, err } = await assay(directory, ['policy', 'check', 'former.yaml', '--as-of', '2026-05-01']);

    expect(code).toBe(1);
    expect(err).toMatch(/former\.yaml:\d+:\d+ .*OCC SR 11-7 ended on 2026-04-17: cite SR 26-2/);
  });

  it('accepts it as of a day on which it held', async () => {
    const { code, out } = await assay(directory, ['policy', 'check', 'former.yaml', '--as-of', '2026-03-01']);

    expect(code).toBe(0);
    expect(out).toContain('note: EU AI Act Annex III holds from 2027-12-02 on');
  });

  it('validates a regime', async () => {
    const answer = await assay(directory, ['policy', 'check', 'own/us.yaml']);

    expect(answer).toMatchObject({ code: 0, out: 'ok: 2 clauses\n' });
  });
});
