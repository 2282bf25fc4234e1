import * as z from 'zod';
import { StageName } from '../../lib/domain/checks/vocabulary.ts';
import type { SealedEvent } from '../../lib/domain/ledger/chain.ts';
import type { CheckRecord } from '../../lib/domain/records/check-record.ts';
import type { Release } from '../../lib/domain/release/release.ts';
import { stageInWords } from '../../lib/web/parts/wording.ts';

/** The stage that needs the results of the others. */
const LAST = 'risk_classification';

/**
 * Each automated stage and how far it is. One without a result is under way, or waits for the others, while its release is a
 * draft; afterwards the policy had no checks for it.
 */
export const stagesView = ({ state }: Release, checks: readonly CheckRecord[]) => {
  const made = new Set(checks.map(({ stage }) => stage));
  const isOpen = StageName.options.some((stage) => stage !== LAST && !made.has(stage));
  return StageName.options.map((name) => {
    const own = checks.filter(({ stage }) => stage === name);
    return { name, title: stageInWords(name), status: statusOf(own, state, name === LAST && isOpen) };
  });
};

const statusOf = (checks: readonly CheckRecord[], state: string, isWaiting: boolean): string => {
  if (checks.length > 0) return checks.every(({ passed }) => passed) ? 'passed' : 'not_passed';
  if (state !== 'draft') return 'no_checks';
  return isWaiting ? 'waits' : 'under_way';
};

const Requested = z.object({
  policy_applied: z.object({
    overlays: z.array(z.object({ name: z.string(), sha256: z.string() })),
    tags: z.record(z.string(), z.string()),
    models_sha256: z.string(),
  }),
});

/**
 * Which overlays made the policy of a release stricter, and the declared tags that decided about that, as its request put it
 * on record. Where a deployment has one policy for all, or had when the release was requested, nothing is said.
 */
export const policyAppliedView = ({ releaseId }: Release, events: readonly SealedEvent[]) => {
  const requested = events.find(
    ({ event }) => event.event_type === 'release_requested' && event.release_id === releaseId,
  );
  const details = Requested.safeParse(requested?.event.details);
  return details.success ? { policy_applied: details.data.policy_applied } : {};
};
