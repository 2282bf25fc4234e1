import type { ReleaseStore } from '../change/release-store.ts';
import type { Instant } from '../identifiers.ts';
import { DAY_MS, MINUTE_MS, plusMilliseconds } from '../instant.ts';
import type { Canaries, CanaryState } from '../records/canaries.ts';
import type { CheckRecord } from '../records/check-record.ts';
import type { Reverification } from '../records/reverification.ts';
import type { Reason, Release } from '../release/release.ts';

export type CanaryFacts = {
  /** What the canaries proved last; undefined if none has run yet. */
  readonly canaries: Canaries | undefined;
  readonly reverifications: readonly Reverification[];
};

/** What is known of the checks that judged a release, besides what they said. */
export const readProofs = async (
  store: Pick<ReleaseStore, 'get' | 'list'>,
  { releaseId }: Pick<Release, 'releaseId'>,
): Promise<CanaryFacts> => {
  const canaries = await store.get('canaries');
  const isInDoubt = canaries !== undefined && canaries.doubtful.length > 0;
  return { canaries, reverifications: isInDoubt ? await store.list('reverification', releaseId) : [] };
};

type Judged = Pick<CheckRecord, 'name' | 'timestamp'>;

/** Every check proves itself every six hours. What has not for so long is as good as never. */
const PROOF_MAX_AGE_MS = DAY_MS;
/** The clocks of two Lambdas differ by less. A proof that is further ahead was written by a clock that was wrong, and would last too long. */
const CLOCKS_DIFFER_MS = 5 * MINUTE_MS;

/** Whether a clock that was wrong wrote an instant: it is ahead of the one that reads it. */
export const isAhead = (instant: Instant, now: Instant): boolean => instant > plusMilliseconds(now, CLOCKS_DIFFER_MS);

/** Whether a check can be trusted: its canary failed when it was run last, or nobody has had it run for a day. */
export const trustIn = (
  { heldAt, failingSince, silentSince }: CanaryState,
  now: Instant,
): 'holds' | 'fails' | 'unproved' => {
  if (failingSince !== undefined) return 'fails';
  const last = heldAt ?? silentSince;
  const isRecent = last !== undefined && !isAhead(last, now) && now < plusMilliseconds(last, PROOF_MAX_AGE_MS);
  return isRecent ? 'holds' : 'unproved';
};

/**
 * Why what the checks that have to pass said of a release is no proof: the canary of one fails now, or has not been run for a day,
 * or failed when the check judged this release last.
 */
export const canaryReasons = (
  binding: readonly string[],
  checks: readonly Judged[],
  { canaries, reverifications, now }: CanaryFacts & { readonly now: Instant },
): Reason[] => {
  if (canaries === undefined) return [];
  const known = Object.entries(canaries.checks).filter(([check]) => binding.includes(check));
  const judged = checks.filter(({ name }) => binding.includes(name));
  return [
    ...known.flatMap(([check, state]) => stateReasons(check, state, now)),
    ...judged.flatMap((check) => doubtReasons(check, canaries, reverifications)),
  ];
};

const stateReasons = (check: string, state: CanaryState, now: Instant): Reason[] => {
  const { heldAt, failingSince, onGood, onBad } = state;
  const trust = trustIn(state, now);
  if (trust === 'fails') {
    return [
      reason(
        `the canary of ${check} has failed since ${failingSince}: the check says ${onGood} of a release that it must pass, and ${onBad} of one that it must not pass, so what it says proves nothing until it is mended`,
      ),
    ];
  }
  if (trust === 'holds') return [];
  const since = heldAt === undefined ? 'never held' : `last held at ${heldAt}`;
  return [reason(`the canary of ${check} ${since} and has not been run since: canaries run every six hours`)];
};

/** What counts is what the check said last. Releases are listed by when they were approved, which is after the first time. */
const doubtReasons = ({ name, timestamp }: Judged, canaries: Canaries, made: readonly Reverification[]): Reason[] => {
  const at = made.find(({ check }) => check === name)?.at ?? timestamp;
  const doubt = canaries.doubtful.find(({ check, from, until }) => check === name && from <= at && at < until);
  if (doubt === undefined) return [];
  return [
    reason(
      `${name} judged this release at ${at}, before its canary held again at ${doubt.until}; have the check made again: assay reverify --check ${name} --from ${timestamp} --make`,
    ),
  ];
};

const reason = (explanation: string): Reason => ({ rule: 'canary', evidence: '', explanation });
