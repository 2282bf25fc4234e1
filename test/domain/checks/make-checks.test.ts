import { describe, expect, it } from 'vitest';
import type { StageEvidence, UsedCheck } from '../../../lib/domain/checks/check.ts';
import { type EvidenceReaders, makeChecks, type Timer } from '../../../lib/domain/checks/make-checks.ts';
import { MODEL_CARD } from '../../../lib/domain/checks/model-card/checks.ts';
import { aCard, read, someEvidence } from './stage-evidence.ts';

const used = (name: string): UsedCheck => ({ name, mode: 'enforce', parameters: {} });

/** Reads the evidence of a test, except where `otherwise` has a reader. */
const readers = (otherwise: Partial<EvidenceReaders> = {}): EvidenceReaders & { readonly asked: Set<string> } => {
  const evidence = someEvidence();
  const asked = new Set<string>();
  const all = Object.fromEntries(
    (Object.keys(evidence) as (keyof StageEvidence)[]).map((field) => [
      field,
      () => {
        asked.add(field);
        return otherwise[field]?.() ?? Promise.resolve(evidence[field]);
      },
    ]),
  );
  return { ...(all as EvidenceReaders), asked }; // every field of the evidence has its reader
};

/** A timer that the test advances. */
const handTurned = () => {
  const waiting: { seconds: number; ring: () => void; isCancelled: boolean }[] = [];
  const timer: Timer = (seconds) => {
    const bell = Promise.withResolvers<void>();
    const entry = { seconds, ring: bell.resolve, isCancelled: false };
    waiting.push(entry);
    return {
      elapsed: bell.promise,
      cancel: () => {
        entry.isCancelled = true;
      },
    };
  };
  return { timer, waiting };
};

const never = () => new Promise<never>(() => undefined);

describe('makeChecks (CK-4)', () => {
  it('reads what the checks ask for, and nothing else', async () => {
    const read = readers();

    const runs = await makeChecks(MODEL_CARD, [used('intended_use_defined'), used('model_card_schema_valid')], {
      read,
      timer: handTurned().timer,
      tier: 'high',
    });

    expect(runs.map(({ verdict }) => verdict.status)).toEqual(['passed', 'passed']);
    expect([...read.asked].sort()).toEqual(['manifest', 'modelCard']);
  });

  it('ends a check that hangs after 300 seconds, and makes the others', async () => {
    const { timer, waiting } = handTurned();
    const read = readers({ evaluationReport: never });

    const made = makeChecks(MODEL_CARD, [used('performance_metrics_populated'), used('intended_use_defined')], {
      read,
      timer,
      tier: 'high',
    });
    await new Promise(setImmediate);
    for (const { ring } of waiting) ring();

    expect((await made).map(({ name, verdict }) => [name, verdict.status, verdict.explanation])).toEqual([
      ['performance_metrics_populated', 'error', 'Check timed out after 300 seconds'],
      ['intended_use_defined', 'passed', expect.any(String)],
    ]);
    expect(waiting.map(({ seconds }) => seconds)).toEqual([300, 300]);
  });

  it('gives all checks of a stage the same 300 seconds, however many there are (CK-5)', async () => {
    const { timer, waiting } = handTurned();
    const all = MODEL_CARD.checks.map(({ name }) => used(name));
    const hanging = Object.fromEntries(Object.keys(someEvidence()).map((field) => [field, never]));

    const made = makeChecks(MODEL_CARD, all, { read: readers(hanging), timer, tier: 'high' });
    await new Promise(setImmediate);

    // Each of them has its timer before the first has rung.
    expect(waiting).toHaveLength(all.length);
    for (const { ring } of waiting) ring();
    expect(await made).toHaveLength(all.length);
  });

  it('leaves no timer running', async () => {
    const { timer, waiting } = handTurned();

    await makeChecks(MODEL_CARD, [used('intended_use_defined')], { read: readers(), timer, tier: 'high' });

    expect(waiting.map(({ isCancelled }) => isCancelled)).toEqual([true]);
  });

  it('keeps the message of a check that breaks', async () => {
    const broken = { ...aCard(), failure_modes: null };
    const otherwise = { modelCard: async () => read(broken as never) }; // the cast stands for a bug in a parser

    const [run] = await makeChecks(MODEL_CARD, [used('failure_modes_documented')], {
      read: readers(otherwise),
      timer: handTurned().timer,
      tier: 'high',
    });

    expect(run?.verdict).toMatchObject({ status: 'error', explanation: expect.stringContaining('Cannot read') });
  });

  it('closes on a check that is not known', async () => {
    const [run] = await makeChecks(MODEL_CARD, [used('vibes_checked')], {
      read: readers(),
      timer: handTurned().timer,
      tier: 'high',
    });

    expect(run?.verdict.status).toBe('error');
  });

  it('takes a fault in reading for a fault, and not for a finding', async () => {
    const read = readers({ modelCard: () => Promise.reject(new Error('SlowDown')) });

    const made = makeChecks(MODEL_CARD, [used('intended_use_defined')], {
      read,
      timer: handTurned().timer,
      tier: 'high',
    });

    await expect(made).rejects.toThrow('SlowDown');
  });
});
