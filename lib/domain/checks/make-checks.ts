import type { RiskTier } from '../identifiers.ts';
import type { EvidenceField, StageChecks, StageEvidence, UsedCheck } from './check.ts';
import { requireKnown } from './require-known.ts';
import { type CheckRun, type KnownVerdict, runCheck } from './run-checks.ts';

/** The time limit of a check, for reading its evidence and judging it. */
export const CHECK_TIMEOUT_SECONDS = 300;

/** Starts a timer. A caller that no longer waits for it cancels it. */
export type Timer = (seconds: number) => { readonly elapsed: Promise<void>; readonly cancel: () => void };

/** Reads each kind of evidence, once, no matter how many checks ask for it. */
export type EvidenceReaders = { readonly [Field in EvidenceField]: () => Promise<StageEvidence[Field]> };

type World = {
  readonly read: EvidenceReaders;
  readonly timer: Timer;
  /** Of the release, because a policy may require more at a higher one. */
  readonly tier: RiskTier;
};

/**
 * Runs every check that the policy uses in a stage, in parallel: reads the evidence that it needs, and judges it. A
 * check that hangs ends as an error after 300 seconds and does not keep the others from running. A fault while reading
 * says nothing about the evidence: it is thrown, and the step is tried again.
 */
export const makeChecks = (known: StageChecks, used: readonly UsedCheck[], world: World): Promise<CheckRun[]> =>
  Promise.all(
    used.map((one) => withinTime(one, CHECK_TIMEOUT_SECONDS, world.timer, () => makeCheck(known, one, world))),
  );

/**
 * The outcomes, once the checks on them have run. By then they have been counted or counting was given up, so the race
 * takes them if they are ready and does not wait otherwise.
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

const makeCheck = async (known: StageChecks, used: UsedCheck, { read, tier }: World): Promise<CheckRun> => {
  const fields = known.checks.find(({ name }) => name === used.name)?.reads ?? [];
  const evidence = Object.fromEntries(
    await Promise.all(fields.map(async (field) => [field, await read[field]()] as const)),
  );
  // The cast holds for the check that is run: its type gives it no evidence besides what it reads.
  return requireKnown(runCheck(known, used, evidence as StageEvidence), used, tier);
};

const timeout = (seconds: number): KnownVerdict => ({
  status: 'error',
  measured: 'nothing',
  threshold: `an answer within ${seconds} seconds`,
  explanation: `Check timed out after ${seconds} seconds`,
  evidenceSha256: '',
  knownBy: 'attested',
});
