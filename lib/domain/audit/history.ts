/** What a chain has said so far. The rules judge its next event by this. */
import type { Instant } from '../identifiers.ts';
import { type AuditEvent, EventType } from '../ledger/event.ts';
import { ReleaseState } from '../release/lifecycle.ts';
import { TierOverride } from '../release/tier-override.ts';
import { identityOf } from './identity.ts';
import { renewalsIn } from './renewals-in.ts';
import { keyIn, type Signing } from './signing.ts';

/** What a chain has said of a release so far. */
export type History = {
  state: ReleaseState | undefined;
  /** Who requested, submitted and trained it, and who wrote its commit: they may not approve it. */
  readonly makers: Set<string>;
  /** Who requested or submitted it: they may withdraw it. */
  readonly requesters: Set<string>;
  /** Who approved it, and in which role. */
  readonly granted: Map<string, string>;
  readonly denied: Set<string>;
  /** The key that signed the last decision of each person, by its fingerprint; empty if none did. */
  readonly signers: Map<string, string>;
  readonly requiredRoles: string[];
  /** How its tier is to be lowered, as its request said; undefined if it is not. */
  tierOverride: TierOverride | undefined;
  /** The tier that it was requested at, and the roles that the policy asks for there; empty where an earlier version said none. */
  tier: string;
  rolesOfTier: readonly string[];
  /** Without whose approval it is not approved: as the last event said that says it. */
  requiredPeople: readonly string[];
  /** Who was asked in which role, as `person role`. */
  readonly invited: Set<string>;
  /** The digests of the envelopes that were signed for it; those of its governance record. */
  readonly signed: Set<string>;
  readonly records: Set<string>;
  /** What is known of it, by the first event that said it. */
  readonly identity: Map<string, string>;
  isApproved: boolean;
  /** Whether its package was found to be another than people approved, and not the same again since. */
  isPackageChanged: boolean;
  /** Since when an attempt at its promotion is under way, as far as events say; empty if none is. */
  promotingSince: Instant | '';
  /** The deadline for decisions, and the end of the approval; empty if none is recorded. */
  decideUntil: string;
  approvedUntil: string;
  /** The release that was live before it, which a rollback returns to. */
  fallback: string;
  /** Who asked last for a rollback of it, and when its fallback was ordered since. */
  rollbackAskedBy: string | undefined;
  orderedBackAt: Instant | undefined;
};

/** The hold that a rollback brings, and who has consented to its release. */
export type Held = {
  readonly rolledBack: string;
  readonly initiatedBy: string;
  readonly operatorsNeeded: number;
  readonly consented: Set<string>;
};

export type Model = {
  readonly releases: Map<string, History>;
  live: string;
  /** The endpoint that the last flip or move named; empty if none did. */
  endpoint: string;
  /** Who has asked for a move, and where to, as `person endpoint`. */
  readonly movesAsked: Set<string>;
  /** The keys of decisions that the chain has published, by their fingerprint. */
  readonly published: Set<string>;
  /** What the whole ledger says about the signatures of decisions. */
  readonly signing: Signing;
  hold?: Held | undefined;
};

/** Returns why an event should not have happened, or undefined. `history` and `model` are those before the event. */
export type Rule = (event: AuditEvent, history: History, model: Model) => string | undefined;

export const historyOf = (releaseId: string, model: Model): History => {
  const known = model.releases.get(releaseId);
  if (known !== undefined) return known;
  const history: History = {
    state: undefined,
    makers: new Set(),
    requesters: new Set(),
    granted: new Map(),
    denied: new Set(),
    signers: new Map(),
    requiredRoles: [],
    tierOverride: undefined,
    tier: '',
    rolesOfTier: [],
    requiredPeople: [],
    invited: new Set(),
    signed: new Set(),
    records: new Set(),
    identity: new Map(),
    isApproved: false,
    isPackageChanged: false,
    promotingSince: '',
    decideUntil: '',
    approvedUntil: '',
    fallback: '',
    rollbackAskedBy: undefined,
    orderedBackAt: undefined,
  };
  model.releases.set(releaseId, history);
  return history;
};

/** A list without as many of its items as are taken: one that is in it twice has to be taken twice. */
export const without = (items: readonly string[], taken: Iterable<string>): string[] => {
  const rest = [...items];
  for (const item of taken) {
    const index = rest.indexOf(item);
    if (index >= 0) rest.splice(index, 1);
  }
  return rest;
};

/** The key that signed a decision, by its fingerprint; empty if none did. */
export const signerOf = (event: AuditEvent, { signatureOf }: Signing): string => {
  const signature = signatureOf(event);
  return 'signer' in signature ? signature.signer : '';
};

/** Applies an event, even one that breaks a rule: later events are judged by what the chain says. */
export const advance = (event: AuditEvent, history: History, model: Model): void => {
  history.state = ReleaseState.safeParse(event.approval_state).data ?? history.state;
  for (const [name, value] of Object.entries(identityOf(event))) {
    if (value !== '' && !history.identity.has(name)) history.identity.set(name, value);
  }
  const type = EventType.safeParse(event.event_type).data;
  if (type !== undefined) EFFECTS[type]?.(event, history, model);
};

const endAttempt = (_: AuditEvent, history: History): void => {
  history.promotingSince = '';
};

const EFFECTS: Partial<Record<EventType, (event: AuditEvent, history: History, model: Model) => void>> = {
  release_requested: ({ actor_id: actor, details }, history) => {
    const { makers, requesters } = history;
    history.tierOverride = TierOverride.safeParse(details['tier_override']).data;
    history.requiredRoles.push(...(history.tierOverride?.roles ?? []));
    history.tier = String(details['risk_tier'] ?? '');
    history.rolesOfTier = [details['required_roles'] ?? []].flat().map(String);
    for (const person of [actor, details['requested_by'], details['trained_by'], details['commit_author']]) {
      if (typeof person === 'string') makers.add(person);
    }
    for (const person of [actor, details['requested_by']]) {
      if (typeof person === 'string') requesters.add(person);
    }
  },
  model_package_changed: (_, history) => {
    history.isPackageChanged = true;
  },
  model_package_restored: (_, history) => {
    history.isPackageChanged = false;
  },
  stage_evaluated: ({ details }, { signed }) => {
    signed.add(String(details['attestation_sha256']));
  },
  signatures_renewed: (event, { signed, records }) => {
    for (const { from, to } of renewalsIn(event)) {
      signed.add(to);
      if (records.has(from)) records.add(to);
    }
  },
  approval_requested: ({ details }, history) => {
    // Added, not replaced: a second request for fewer roles must not be a way around those of the first.
    const roles = [details['required_roles'] ?? []].flat().map(String);
    history.requiredRoles.push(...without(roles, history.requiredRoles));
    for (const one of [details['invited'] ?? []].flat()) {
      const { person_id: person, role } = Object(one) as Record<string, unknown>;
      history.invited.add(`${String(person)} ${String(role)}`);
    }
    history.requiredPeople = peopleIn(details) ?? history.requiredPeople;
    // The first deadline holds: a machine that waits again states none, and a second request gives no more time.
    history.decideUntil ||= String(details['expires_at'] ?? '');
  },
  approval_granted: (event, history, { signing }) => {
    history.granted.set(event.actor_id, event.actor_role);
    history.signers.set(event.actor_id, signerOf(event, signing));
    history.requiredPeople = peopleIn(event.details) ?? history.requiredPeople;
  },
  approval_denied: (event, { denied, signers }, { signing }) => {
    denied.add(event.actor_id);
    signers.set(event.actor_id, signerOf(event, signing));
  },
  decision_key_published: (event, _, { published }) => {
    published.add(keyIn(event)?.fingerprint ?? '');
  },
  release_approved: ({ details, subject, timestamp }, history) => {
    history.promotingSince = timestamp;
    history.signed.add(subject.record_sha256);
    history.records.add(subject.record_sha256);
    history.isApproved = true;
    history.approvedUntil = String(details['approved_until']);
  },
  promotion_requested: ({ timestamp }, history) => {
    history.promotingSince = timestamp;
  },
  promotion_refused: endAttempt,
  deployment_failed: endAttempt,
  release_faulted: endAttempt,
  // A flip of the pointer is one event, recorded for the release that goes live. It supersedes the one that was live.
  deployment_promoted: ({ release_id: releaseId, details }, history, model) => {
    if (model.live !== '') historyOf(model.live, model).state = 'superseded';
    history.fallback = model.live;
    model.endpoint = String(details['endpoint'] ?? '');
    model.live = releaseId;
  },
  rollback_requested: ({ actor_id: actor }, history) => {
    history.rollbackAskedBy = actor;
    history.orderedBackAt = undefined;
  },
  deployment_started: ({ details, timestamp }, history) => {
    // Of a promotion it names no release: there is only the one that it is of.
    if (details['to'] === undefined) history.promotingSince = timestamp;
    else history.orderedBackAt = timestamp;
  },
  // A rollback is recorded for the release that is withdrawn; the one that was live before it serves again, unless it
  // names none. That one has no fallback until the next promotion, since a failed release is never rolled back to.
  rollback_executed: ({ actor_id: initiatedBy, release_id: rolledBack, details }, { fallback }, model) => {
    const servesAgain = details['to'] === '' ? '' : fallback;
    if (servesAgain !== '') Object.assign(historyOf(servesAgain, model), { state: 'production', fallback: '' });
    model.live = servesAgain;
    // Versions that knew no holds say of none, and there was none.
    const operatorsNeeded = Number(details['operators_needed'] ?? 0);
    model.hold = operatorsNeeded > 0 ? { rolledBack, initiatedBy, operatorsNeeded, consented: new Set() } : undefined;
  },
  endpoint_move_requested: ({ actor_id: actor, details }, _, { movesAsked }) => {
    movesAsked.add(`${actor} ${details['to']}`);
  },
  endpoint_moved: ({ details }, _, model) => {
    model.endpoint = String(details['to']);
  },
  hold_consented: ({ actor_id: operator }, _, { hold }) => {
    hold?.consented.add(operator);
  },
  hold_released: (_, __, model) => {
    model.hold = undefined;
  },
};

/** Who must approve, if the event says so: an empty list says that nobody has to any more. */
const peopleIn = ({ required_people: people }: AuditEvent['details']): string[] | undefined =>
  Array.isArray(people) ? people.map(String) : undefined;
