import type { CanaryResult } from '../canary/canary.ts';
import type { Change } from '../change/change.ts';
import { publishedDetail } from '../change/published.ts';
import type { Instant, Sha256 } from '../identifiers.ts';
import { CONFIGURATION_CHAIN, fitIntoEvent } from '../ledger/event.ts';
import type { PolicyRecord } from '../policy/policy-record.ts';
import type { Canaries, CanaryState, DoubtfulTime } from '../records/canaries.ts';
import { mayUseApproval } from '../release/lifecycle.ts';
import type { Release } from '../release/release.ts';
import { ASSAY, eventWithoutRelease } from '../release/release-event.ts';
import { isAhead, trustIn } from './canary-reasons.ts';

/** How a canary fared, and the digest of the code that ran it. */
export type RanCanary = CanaryResult & { readonly codeSha256: Sha256 };

type Resting = Pick<Release, 'releaseId' | 'state' | 'approvedAt' | 'updatedAt'>;

type Run = {
  readonly former: Canaries | undefined;
  /** Of the stages that answered; the others stand as they stood. */
  readonly results: readonly RanCanary[];
  /** Every check that is deployed. */
  readonly deployed: readonly string[];
  /** By check: the releases that rest on what it said since its canary last held. Read for those that begin to fail. */
  readonly resting: Readonly<Record<string, readonly Resting[]>>;
  /** The code that the run found is what judged from then on, and not before: what held, held since it began. */
  readonly startedAt: Instant;
  readonly now: Instant;
};

/** So many doubtful times are kept of one check. Older ones become one, which is longer: nothing in doubt is forgotten. */
const DOUBTFUL_MAX = 5;

/**
 * Puts on record what a run of the canaries proved, and which releases rest on a check that now is found to fail. A run that began
 * before another one ended is no news: it is a fault, and is tried again.
 */
export const recordCanaries = (run: Run): Change => {
  const { former, results, resting, startedAt, now } = run;
  if (former !== undefined && former.ranAt > startedAt && !isAhead(former.ranAt, now)) {
    throw new Error(`the canaries ran at ${former.ranAt}, and these began before that, at ${startedAt}`);
  }
  const failing = results.filter(({ held }) => !held);
  const begun = newlyFailing(former, results);
  const again = results.filter(({ check, held }) => held && isDistrusted(former?.checks[check], startedAt));
  const canaries: Canaries = {
    entity: 'canaries',
    version: former?.version ?? 0,
    ranAt: now,
    checks: statesAfter(run),
    doubtful: doubtAfter(run),
  };
  const names = (some: readonly RanCanary[]) => some.map(({ check }) => check).sort();
  const rest = [...new Set(begun.flatMap(({ check }) => (resting[check] ?? []).map(({ releaseId }) => releaseId)))];
  const proved = {
    checks_total: results.length,
    failing: failing.map(({ check, onGood, onBad }) => ({ check, on_good: onGood, on_bad: onBad })),
    begun_to_fail: names(begun),
    held_again: names(again),
    code_sha256: [...new Set(results.map(({ codeSha256 }) => codeSha256))].sort(),
  };
  return {
    model: CONFIGURATION_CHAIN,
    event: eventWithoutRelease(ASSAY, {
      event_type: 'canaries_evaluated',
      idempotency_key: `canaries:${canaries.version + 1}`,
      reason: failing.length === 0 ? 'every check holds' : `${names(failing).join(', ')} cannot be trusted`,
      details: { ...proved, resting_total: rest.length, resting: fitIntoEvent(rest, JSON.stringify(proved)) },
    }),
    writes: [{ kind: former === undefined ? 'create' : 'replace', entity: canaries }],
    intents: [
      ...begun.map(({ check }) => publishedDetail('Canary Failed', { check })),
      ...again.map(({ check }) => publishedDetail('Canary Held', { check })),
    ],
  };
};

/** Whether the gate took what the check said for no proof when the run began. */
const isDistrusted = (state: CanaryState | undefined, at: Instant): boolean =>
  state !== undefined && trustIn(state, at) !== 'holds';

/** The checks whose canary fails now and did not before. */
export const newlyFailing = (former: Canaries | undefined, results: readonly RanCanary[]): RanCanary[] =>
  results.filter(({ check, held }) => !held && former?.checks[check]?.failingSince === undefined);

/** The releases that people could still rely on, and that a check was used for since its canary last held. */
export const restingOn = <R extends Resting>(
  check: string,
  { former, now }: Pick<Run, 'former' | 'now'>,
  releases: readonly { readonly release: R; readonly policy: PolicyRecord }[],
): R[] => {
  const using = releases.filter(({ policy }) => uses(policy, check)).map(({ release }) => release);
  return restingBetween(using, { from: former?.checks[check]?.heldAt ?? '', until: now });
};

/** The releases that people could still rely on, approved in a period, or in it waiting for that. */
export const restingBetween = <R extends Resting>(
  releases: readonly R[],
  { from, until }: { readonly from: string; readonly until: string },
): R[] =>
  releases.filter((release) => {
    const at = release.approvedAt ?? release.updatedAt;
    return mayUseApproval(release) && from <= at && at <= until;
  });

const uses = ({ stages }: PolicyRecord, check: string): boolean =>
  stages.some(({ checks }) => checks.some(({ name }) => name === check));

/** What is not deployed any more is forgotten; what did not answer stands as it stood, also if it never did. */
const statesAfter = ({ former, results, deployed, startedAt }: Run): Canaries['checks'] => {
  const kept = deployed.map((check) => [check, former?.checks[check] ?? { silentSince: startedAt, ...NO_ANSWER }]);
  const found = results.map((result) => [result.check, stateOf(former, result, startedAt)]);
  return Object.fromEntries([...kept, ...found]);
};

const NO_ANSWER = { onGood: 'no_answer', onBad: 'no_answer' };

const stateOf = (former: Canaries | undefined, { check, held, onGood, onBad }: RanCanary, startedAt: Instant) => {
  const { heldAt, failingSince = startedAt } = former?.checks[check] ?? {};
  const lastHeld = held ? startedAt : heldAt;
  return {
    ...(lastHeld === undefined ? {} : { heldAt: lastHeld }),
    ...(held ? {} : { failingSince }),
    onGood,
    onBad,
  };
};

/** A check that failed, or was not proved for a day, is in doubt from when it last held: until it holds again, or is not deployed any more. */
const doubtAfter = ({ former, results, deployed, startedAt, now }: Run): DoubtfulTime[] => {
  const distrusted = Object.entries(former?.checks ?? {}).filter(([, state]) => isDistrusted(state, startedAt));
  const over = distrusted.filter(
    ([check]) => !deployed.includes(check) || results.some((result) => result.check === check && result.held),
  );
  const doubtful = [
    ...(former?.doubtful ?? []),
    ...over.map(([check, { heldAt = '' }]) => ({ check, from: heldAt, until: now })),
  ];
  return [...new Set(doubtful.map(({ check }) => check))].flatMap((check) =>
    bounded(doubtful.filter((one) => one.check === check)),
  );
};

/** Those of one check, the oldest first. */
const bounded = (times: readonly DoubtfulTime[]): DoubtfulTime[] => {
  const [first, second, ...later] = times;
  return times.length <= DOUBTFUL_MAX || first === undefined || second === undefined
    ? [...times]
    : bounded([{ ...first, until: second.until }, ...later]);
};
