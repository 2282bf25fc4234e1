import type { EvidenceField, StageChecks, StageEvidence, UsedCheck, Verdict } from './check.ts';
import { type CheckRun, runCheck } from './run-checks.ts';

/** A check that takes longer is ended: reading its evidence and judging it. */
export const CHECK_TIMEOUT_SECONDS = 300;

/** Calls back after so many seconds. A caller that no longer waits cancels it. */
export type Timer = (seconds: number) => { readonly elapsed: Promise<void>; readonly cancel: () => void };

/** How each kind of evidence is read, once, whichever checks ask for it. */
export type EvidenceReaders = { readonly [Field in EvidenceField]: () => Promise<StageEvidence[Field]> };

type World = { readonly read: EvidenceReaders; readonly timer: Timer };

/**
 * Makes every check that the policy uses in a stage, side by side: reads the evidence that it asks for, and judges it.
 * One that hangs ends after 300 seconds as an error, and keeps no other from being made. A fault in reading is nobody's
 * evidence: it is thrown, and the step is tried again.
 */
export const makeChecks = (known: StageChecks, used: readonly UsedCheck[], world: World): Promise<CheckRun[]> =>
  Promise.all(
    used.map((one) => withinTime(one, CHECK_TIMEOUT_SECONDS, world.timer, () => makeCheck(known, one, world))),
  );

/**
 * The outcomes after the checks on them were made. By then they were counted, or are given up: what is ready already wins
 * over nothing.
 */
export const countedOutcomes = ({ outcomeCounts }: EvidenceReaders): Promise<StageEvidence['outcomeCounts']> =>
  Promise.race([outcomeCounts(), undefined]);

/** Establishes that a run ends: by itself, or as a check that timed out. */
export const withinTime = async (
  { name, mode }: UsedCheck,
  seconds: number,
  timer: Timer,
  run: () => Promise<CheckRun>,
): Promise<CheckRun> => {
  const { elapsed, cancel } = timer(seconds);
  const timedOut = elapsed.then((): CheckRun => ({ name, mode, verdict: timeout(seconds) }));
  try {
    return await Promise.race([run(), timedOut]);
  } finally {
    cancel();
  }
};

const makeCheck = async (known: StageChecks, used: UsedCheck, { read }: World): Promise<CheckRun> => {
  const fields = known.checks.find(({ name }) => name === used.name)?.reads ?? [];
  const evidence = Object.fromEntries(
    await Promise.all(fields.map(async (field) => [field, await read[field]()] as const)),
  );
  // The cast holds for the check that is made: its type allows it no evidence besides what it reads.
  return runCheck(known, used, evidence as StageEvidence);
};

const timeout = (seconds: number): Verdict => ({
  status: 'error',
  measured: 'nothing',
  threshold: `an answer within ${seconds} seconds`,
  explanation: `Check timed out after ${seconds} seconds`,
  evidenceSha256: '',
});
