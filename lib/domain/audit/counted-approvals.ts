import { takenBackUnder } from '../approval/taken-back.ts';
import type { AuditEvent } from '../ledger/event.ts';
import { isDenial } from '../records/former-decision.ts';
import type { OtherDenial } from './denials.ts';
import type { Approved, History, Model } from './history.ts';

/** The approvals that count where a release is approved: since decisions are signed, those that the key of that time has signed. */
export const countedApprovals = (event: AuditEvent, { granted, signers }: History, { signing }: Model): Approved[] => {
  const keys = new Set<string | undefined>(signing.keysAt(event).map(({ fingerprint }) => fingerprint));
  return [...granted]
    .filter(([person]) => !signing.hasBegun(event) || keys.has(signers.get(person)))
    .map(([, approved]) => approved);
};

type Relied = {
  /** The approvals that the event relies on. */
  readonly approvals: readonly Approved[];
  /** The denials in other releases that whoever judged it must have read. */
  readonly denials: readonly OtherDenial[];
  /** Those by which the givers of these approvals took them back. */
  readonly takenBack: readonly OtherDenial[];
};

/**
 * What was judged, by the rule that the policy has after a denial, before an event that approves a release or brings it into
 * production. Undefined for any other event, and where the policy asks for nothing.
 */
export const reliedOn = (event: AuditEvent, history: History, model: Model): Relied | undefined => {
  const { event_type: type } = event;
  const { afterDenial } = history;
  if (afterDenial === 'shown' || (type !== 'release_approved' && type !== 'deployment_promoted')) return undefined;
  const approvals = type === 'release_approved' ? countedApprovals(event, history, model) : history.counted;
  const denials = model.denials.knownTo(event);
  const takenBack = approvals.flatMap((approval) => takenBackUnder(afterDenial, denials, approval) ?? []);
  return { approvals, denials: denials.filter(isDenial), takenBack };
};
