import type { ReleaseStore } from '../change/release-store.ts';
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
 * Why what these checks said of a release is no proof: the canary of one fails now, or failed when the check judged this release
 * and nobody has had it made again since.
 */
export const canaryReasons = (
  binding: readonly string[],
  checks: readonly Judged[],
  { canaries, reverifications }: CanaryFacts,
): Reason[] => {
  return [
    ...Object.entries(canaries?.checks ?? {}).flatMap(([check, { failingSince, onGood, onBad }]) =>
      failingSince === undefined || !binding.includes(check)
        ? []
        : [
            reason(
              `the canary of ${check} has failed since ${failingSince}: the check says ${onGood} of a release that it must pass, and ${onBad} of one that it must not pass, so what it says proves nothing until it is mended`,
            ),
          ],
    ),
    ...checks
      .filter(({ name }) => binding.includes(name))
      .flatMap(({ name, timestamp }) => {
        const doubt = canaries?.doubtful.find(
          ({ check, from, until }) => check === name && from <= timestamp && timestamp < until,
        );
        if (doubt === undefined || reverifications.some((one) => one.check === name && one.at >= doubt.until))
          return [];
        return [
          reason(
            `${name} judged this release at ${timestamp}, before its canary held again at ${doubt.until}; have the check made again: assay reverify --check ${name}`,
          ),
        ];
      }),
  ];
};

const reason = (explanation: string): Reason => ({ rule: 'canary', evidence: '', explanation });
