/** What a chain has said so far, which is what the rules judge its next event by. */
import { type AuditEvent, EventType } from '../ledger/event.ts';
import { ReleaseState } from '../release/lifecycle.ts';
import { renewalsIn } from './renewals-in.ts';

/** What a chain has said of a release so far. */
export type History = {
  state: ReleaseState | undefined;
  /** Who asked for it and who trained it: they may not approve it. */
  readonly makers: Set<string>;
  /** Who approved it, and in which role. */
  readonly granted: Map<string, string>;
  readonly denied: Set<string>;
  readonly requiredRoles: string[];
  /** The envelopes that were signed for it, by their digests. */
  readonly signed: Set<string>;
  /** What people agreed to. */
  agreed: AuditEvent['subject'] | undefined;
  isApproved: boolean;
  /** The instants until which people may decide, and until which the approval lasts; empty if nothing was said. */
  decideUntil: string;
  approvedUntil: string;
  /** What was live before it: where a rollback of it leads. */
  fallback: string;
};

export type Model = { readonly releases: Map<string, History>; live: string };

/** A rule says why an event should not have happened, or nothing. It sees what the chain said before that event. */
export type Rule = (event: AuditEvent, history: History, model: Model) => string | undefined;

export const historyOf = (releaseId: string, model: Model): History => {
  const known = model.releases.get(releaseId);
  if (known !== undefined) return known;
  const history: History = {
    state: undefined,
    makers: new Set(),
    granted: new Map(),
    denied: new Set(),
    requiredRoles: [],
    signed: new Set(),
    agreed: undefined,
    isApproved: false,
    decideUntil: '',
    approvedUntil: '',
    fallback: '',
  };
  model.releases.set(releaseId, history);
  return history;
};

/** Takes an event as having happened, also a wrong one: what follows is judged by what the chain says. */
export const advance = (event: AuditEvent, history: History, model: Model): void => {
  history.state = ReleaseState.safeParse(event.approval_state).data ?? history.state;
  const type = EventType.safeParse(event.event_type).data;
  if (type !== undefined) EFFECTS[type]?.(event, history, model);
};

const EFFECTS: Partial<Record<EventType, (event: AuditEvent, history: History, model: Model) => void>> = {
  release_requested: ({ actor_id: actor, details }, { makers }) => {
    for (const person of [actor, details['requested_by'], details['trained_by']]) {
      if (typeof person === 'string') makers.add(person);
    }
  },
  stage_evaluated: ({ details }, { signed }) => {
    signed.add(String(details['attestation_sha256']));
  },
  signatures_renewed: (event, { signed }) => {
    for (const { to } of renewalsIn(event)) signed.add(to);
  },
  approval_requested: ({ details }, history) => {
    // Added, not replaced: asking again for less would be a way around the roles that were asked for first.
    history.requiredRoles.push(...[details['required_roles'] ?? []].flat().map(String));
    history.decideUntil = String(details['expires_at']);
  },
  approval_granted: ({ actor_id: person, actor_role: role, subject }, history) => {
    history.granted.set(person, role);
    history.agreed ??= subject;
  },
  approval_denied: ({ actor_id: person }, { denied }) => {
    denied.add(person);
  },
  release_approved: ({ details, subject }, history) => {
    history.signed.add(subject.record_sha256);
    history.isApproved = true;
    history.approvedUntil = String(details['approved_until']);
  },
  // One flip of the pointer is one event, of the release that comes: the one that was live is superseded by it.
  deployment_promoted: ({ release_id: releaseId }, history, model) => {
    if (model.live !== '') historyOf(model.live, model).state = 'superseded';
    history.fallback = model.live;
    model.live = releaseId;
  },
  // And a rollback is the event of the release that goes: the one that was live before it serves again.
  // That one's own fallback is not followed further: what failed can never be gone back to.
  rollback_executed: (_, { fallback }, model) => {
    if (fallback !== '') Object.assign(historyOf(fallback, model), { state: 'production', fallback: '' });
    model.live = fallback;
  },
};
