import type { CanaryResult } from '../canary/canary.ts';
import type { Change } from '../change/change.ts';
import type { Instant, Sha256 } from '../identifiers.ts';
import { CONFIGURATION_CHAIN, fitIntoEvent } from '../ledger/event.ts';
import type { PolicyRecord } from '../policy/policy-record.ts';
import type { Canaries, DoubtfulTime } from '../records/canaries.ts';
import type { Release } from '../release/release.ts';
import { ASSAY, eventWithoutRelease } from '../release/release-event.ts';

/** How a canary fared, and the digest of the code that ran it. */
export type RanCanary = CanaryResult & { readonly codeSha256: Sha256 };

type Run = {
  readonly former: Canaries | undefined;
  readonly results: readonly RanCanary[];
  /** By check: the releases that rest on what it said since its canary last held. Read for those that begin to fail. */
  readonly resting: Readonly<Record<string, readonly Release[]>>;
  readonly now: Instant;
};

/** Doubt that is older than this many others is on the chain only: each release was judged again long before. */
const DOUBTFUL_MAX = 100;

/** Puts on record what a run of the canaries proved, and which releases rest on a check that now is found to fail. */
export const recordCanaries = ({ former, results, resting, now }: Run): Change => {
  const failing = results.filter(({ held }) => !held);
  const begun = newlyFailing(former, results);
  const again = results.filter(({ check, held }) => held && former?.checks[check]?.failingSince !== undefined);
  const canaries: Canaries = {
    entity: 'canaries',
    version: former?.version ?? 0,
    ranAt: now,
    checks: Object.fromEntries(results.map((result) => [result.check, stateOf(former, result, now)])),
    doubtful: [...(former?.doubtful ?? []), ...again.map((result) => doubtOf(former, result, now))].slice(
      -DOUBTFUL_MAX,
    ),
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
      ...begun.map(({ check }) => told('Canary Failed', check)),
      ...again.map(({ check }) => told('Canary Held', check)),
    ],
  };
};

/** The checks whose canary fails now and did not before. */
export const newlyFailing = (former: Canaries | undefined, results: readonly RanCanary[]): RanCanary[] =>
  results.filter(({ check, held }) => !held && former?.checks[check]?.failingSince === undefined);

/** The releases that people could still rely on, and that a check was used for since its canary last held. */
export const restingOn = (
  check: string,
  { former, now }: Pick<Run, 'former' | 'now'>,
  releases: readonly { readonly release: Release; readonly policy: PolicyRecord }[],
): Release[] => {
  const using = releases.filter(({ policy }) => uses(policy, check)).map(({ release }) => release);
  return restingBetween(using, { from: former?.checks[check]?.heldAt ?? '', until: now });
};

/** The releases that people could still rely on, approved in a period, or in it waiting for that. */
export const restingBetween = (
  releases: readonly Release[],
  { from, until }: { readonly from: string; readonly until: string },
): Release[] =>
  releases.filter(({ state, approvedAt, updatedAt }) => {
    const at = approvedAt ?? updatedAt;
    return RELIED_ON.includes(state) && from <= at && at <= until;
  });

const RELIED_ON: readonly string[] = ['validated', 'approved', 'production', 'superseded'];

const uses = ({ stages }: PolicyRecord, check: string): boolean =>
  stages.some(({ checks }) => checks.some(({ name }) => name === check));

const stateOf = (former: Canaries | undefined, { check, held, onGood, onBad }: RanCanary, now: Instant) => {
  const { heldAt, failingSince = now } = former?.checks[check] ?? {};
  const lastHeld = held ? now : heldAt;
  return {
    ...(lastHeld === undefined ? {} : { heldAt: lastHeld }),
    ...(held ? {} : { failingSince }),
    onGood,
    onBad,
  };
};

const doubtOf = (former: Canaries | undefined, { check }: RanCanary, now: Instant): DoubtfulTime => ({
  check,
  from: former?.checks[check]?.heldAt ?? '',
  until: now,
});

const told = (detailType: string, check: string) => ({
  intent: { kind: 'publish_event' as const, detailType, detail: JSON.stringify({ check }) },
});
