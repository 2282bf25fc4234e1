/** CK-12: each check's known-good and known-bad case, as the deployed stages run them, and what they catch. */
import { describe, expect, it } from 'vitest';
import { outcomeSources, safetySources } from '../../../lib/adapters/counting/prediction-tables.ts';
import { tablesOf } from '../../../lib/adapters/counting/tables-in-memory.ts';
import { timer } from '../../../lib/adapters/timer.ts';
import { type CanarySources, runCanary, type StageCanaries } from '../../../lib/domain/canary/canary.ts';
import { CANARIES } from '../../../lib/domain/canary/known-canaries.ts';
import { verifiedCanary } from '../../../lib/domain/canary/verified-canary.ts';
import type { Check, Verdict } from '../../../lib/domain/checks/check.ts';
import { STAGES } from '../../../lib/domain/checks/known-checks.ts';
import type { StageName } from '../../../lib/domain/checks/vocabulary.ts';

const SOURCES: Partial<Record<StageName, CanarySources>> = {
  bias_and_fairness: ({ release, bytes }) => outcomeSources(release, tablesOf(bytes)),
  safety_evaluation: ({ release, bytes }) => safetySources(release, tablesOf(bytes)),
  security_review: verifiedCanary,
};

const run = (stage: StageCanaries, check: string) =>
  runCanary(stage, check, { timer, sources: SOURCES[stage.known.stage] ?? (() => ({})) });

const EVERY = CANARIES.flatMap((stage) => stage.known.checks.map((check) => ({ stage, check, name: check.name })));

/** The stage with one of its checks replaced by one that judges otherwise. */
const withMutant = (
  { known, cases }: StageCanaries,
  name: string,
  mutate: (verdict: Verdict) => Verdict,
): StageCanaries => {
  const checks = known.checks.map(
    (check): Check =>
      check.name === name
        ? { ...check, judge: (evidence, parameters) => mutate(check.judge(evidence, parameters)) }
        : check,
  );
  return { known: { ...known, checks }, cases };
};

const MUTANTS: Readonly<Record<string, (verdict: Verdict) => Verdict>> = {
  'always passes': (verdict) => ({ ...verdict, status: 'passed' }),
  'always fails': (verdict) => ({ ...verdict, status: 'failed' }),
  'has its comparison turned round': (verdict) => ({
    ...verdict,
    status: verdict.status === 'passed' ? 'failed' : 'passed',
  }),
};

describe('the canaries', () => {
  it('are there for each stage and each of its checks', () => {
    expect(CANARIES.map(({ known }) => known)).toEqual(STAGES);
    for (const { known, cases } of CANARIES) {
      expect(Object.keys(cases).sort()).toEqual(known.checks.map(({ name }) => name).sort());
    }
  });

  it.each(EVERY)('hold for $name', async ({ stage, name }) => {
    expect(await run(stage, name)).toEqual({ check: name, held: true, onGood: 'passed', onBad: expect.any(String) });
  });

  describe.each(Object.entries(MUTANTS))('catch a check that %s', (_, mutate) => {
    it.each(EVERY)('in place of $name', async ({ stage, name }) => {
      expect(await run(withMutant(stage, name, mutate), name)).toMatchObject({ check: name, held: false });
    });
  });

  it('catch a check that breaks, and one that cannot read its evidence', async () => {
    const [one] = EVERY.filter(({ name }) => name === 'accuracy_above_minimum');
    if (one === undefined) throw new Error('no such check');
    const broken = () => {
      throw new Error('broken');
    };

    expect(await run(withMutant(one.stage, one.name, broken), one.name)).toMatchObject({
      held: false,
      onGood: 'error',
    });
    await expect(runCanary(one.stage, one.name, { timer, sources: () => ({}) })).rejects.toThrow('no source for it');
  });

  it('say so if a check has none', async () => {
    await expect(run({ known: CANARIES[0]?.known ?? STAGES[0], cases: {} } as StageCanaries, 'x')).rejects.toThrow(
      'has no canary of x',
    );
  });
});
