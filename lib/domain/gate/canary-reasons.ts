import type { ReleaseStore } from '../change/release-store.ts';
import type { PolicyRecord } from '../policy/policy-record.ts';
import type { Canaries } from '../records/canaries.ts';
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

/**
 * Why what the checks said of a release is no proof: the canary of one fails now, or failed when it judged this release, and
 * nobody has had that judged again since.
 */
export const canaryReasons = (
  policy: PolicyRecord,
  checks: readonly Judged[],
  { canaries, reverifications }: CanaryFacts,
): Reason[] => {
  const used = new Set(policy.stages.flatMap((stage) => stage.checks.map(({ name }) => name)));
  return [
    ...Object.entries(canaries?.checks ?? {}).flatMap(([check, { failingSince, onGood, onBad }]) =>
      failingSince === undefined || !used.has(check)
        ? []
        : [
            reason(
              `the canary of ${check} fails since ${failingSince}: of a release that it must pass the check says ${onGood}, of one that it must not pass ${onBad}; nothing that it says is a proof until it is mended`,
            ),
          ],
    ),
    ...checks.flatMap(({ name, timestamp }) => {
      const doubt = canaries?.doubtful.find(
        ({ check, from, until }) => check === name && from <= timestamp && timestamp < until,
      );
      if (doubt === undefined || reverifications.some((one) => one.check === name && one.at >= doubt.until)) return [];
      return [
        reason(
          `${name} judged this release at ${timestamp}, before its canary held again at ${doubt.until}; have it judged again with assay reverify --check ${name}`,
        ),
      ];
    }),
  ];
};

const reason = (explanation: string): Reason => ({ rule: 'canary', evidence: '', explanation });
