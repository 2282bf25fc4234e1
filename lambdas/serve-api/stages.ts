import * as z from 'zod';
import { StageName } from '../../lib/domain/checks/vocabulary.ts';
import type { SealedEvent } from '../../lib/domain/ledger/chain.ts';
import type { PolicyRecord } from '../../lib/domain/policy/policy-record.ts';
import type { CheckRecord } from '../../lib/domain/records/check-record.ts';
import type { Release } from '../../lib/domain/release/release.ts';
import { stageInWords } from '../../lib/web/parts/wording.ts';

/** The stage that needs the results of the others. */
const LAST = 'risk_classification';

/**
 * Each automated stage and how far it is. One without a result is under way, or waits for the others, while its release is a
 * draft and the policy has checks for it.
 */
export const stagesView = ({ state }: Release, checks: readonly CheckRecord[], policy: PolicyRecord | undefined) => {
  const made = new Set(checks.map(({ stage }) => stage));
  const expected = state === 'draft' ? StageName.options.filter((name) => hasChecks(name, policy)) : [];
  const isOpen = expected.some((stage) => stage !== LAST && !made.has(stage));
  return StageName.options.map((name) => {
    const own = checks.filter(({ stage }) => stage === name);
    const pending = name === LAST && isOpen ? 'waits' : 'under_way';
    return {
      name,
      title: stageInWords(name),
      status: resultOf(own) ?? (expected.includes(name) ? pending : 'no_checks'),
    };
  });
};

/** Where the policy is not at hand, any stage may have checks. */
const hasChecks = (name: StageName, policy: PolicyRecord | undefined): boolean =>
  policy?.stages.some((stage) => stage.name === name && stage.checks.length > 0) ?? true;

const resultOf = (checks: readonly CheckRecord[]): 'passed' | 'not_passed' | undefined => {
  if (checks.length === 0) return undefined;
  return checks.every(({ passed }) => passed) ? 'passed' : 'not_passed';
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
