/** The rules, replayed from a chain: what was recorded must have been allowed at its time. */
import { Instant } from '../identifiers.ts';
import { millisecondsOf } from '../instant.ts';
import { type AuditEvent, EventType } from '../ledger/event.ts';
import type { EventFile, Problem } from '../ledger/ledger-file.ts';
import { ReleaseState, TRANSITIONS } from '../release/lifecycle.ts';

/** What a chain has said of a release so far. */
type History = {
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

type Model = { readonly releases: Map<string, History>; live: string };

/** A rule says why an event should not have happened, or nothing. It sees what the chain said before that event. */
type Rule = (event: AuditEvent, history: History, model: Model) => string | undefined;

/** Establishes that the events of a chain, in its order, follow the rules of releases. */
export const replayProblems = (chain: readonly EventFile[]): Problem[] => {
  const model: Model = { releases: new Map(), live: '' };
  return chain.flatMap(({ key, event }) => {
    // An event without a state is about no release of this model: a refused manifest, for one.
    if (event.release_id === '' || event.approval_state === '') return [];
    const history = historyOf(event.release_id, model);
    const broken = RULES.flatMap((rule) => rule(event, history, model) ?? []);
    advance(event, history, model);
    return broken.map((why) => ({ key, why: `${event.event_type} of release ${event.release_id}: ${why}` }));
  });
};

/** States that only one kind of event brings a release into. */
const BROUGHT_BY: Partial<Record<ReleaseState, EventType>> = {
  draft: 'release_requested',
  approved: 'release_approved',
  production: 'deployment_promoted',
  rolled_back: 'rollback_executed',
};

const eventIsKnown: Rule = ({ event_type: type }) =>
  EventType.safeParse(type).success
    ? undefined
    : 'this version does not know such an event, nor whether it was allowed';

const transitionIsLegal: Rule = ({ approval_state: to, event_type: type }, { state: from }) => {
  const next = ReleaseState.safeParse(to).data;
  if (next === undefined) return `${to} is no state of a release`;
  if (from === next) return BROUGHT_BY[next] === type ? `it is ${next} already` : undefined;
  const isAllowed = from === undefined ? next === 'draft' : TRANSITIONS[from].includes(next);
  if (!isAllowed) return `a release that is ${from ?? 'not there yet'} cannot become ${next}`;
  const broughtBy = BROUGHT_BY[next] ?? type;
  return broughtBy === type ? undefined : `only ${broughtBy} makes a release ${next}`;
};

const eventBringsItsState: Rule = ({ approval_state: to, event_type: type }) => {
  const [expected] = Object.entries(BROUGHT_BY).find(([, broughtBy]) => broughtBy === type) ?? [to];
  return expected === to ? undefined : `the release is then ${expected}, not ${to}`;
};

const approverIsIndependent: Rule = ({ event_type: type, actor_id: person, actor_role: role }, history) => {
  if (type !== 'approval_granted' && type !== 'approval_denied') return undefined;
  if (role === 'system') return 'a machine cannot decide';
  if (history.granted.has(person) || history.denied.has(person)) return `${person} has decided before`;
  return type === 'approval_granted' && history.makers.has(person)
    ? `${person} requested or trained the release and cannot approve it`
    : undefined;
};

/** One person decides once, so distinct roles are distinct people. */
const approvalHasQuorum: Rule = ({ event_type: type }, { granted, denied, requiredRoles }) => {
  if (type !== 'release_approved') return undefined;
  if (denied.size > 0) return `${[...denied].join(', ')} denied it`;
  if (requiredRoles.length === 0) return 'nobody was asked to approve it';
  const missing = requiredRoles.filter((role) => ![...granted.values()].includes(role));
  return missing.length > 0 ? `nobody has approved it as ${missing.join(', ')}` : undefined;
};

const promotionWasApproved: Rule = ({ event_type: type }, { isApproved }) =>
  type === 'deployment_promoted' && !isApproved ? 'it was never approved' : undefined;

/** An event is judged a moment before it is appended, perhaps more than once if others are faster. */
const JUDGED_BEFORE_MS = 300_000;

const isInTime: Rule = ({ event_type: type, timestamp }, { decideUntil, approvedUntil }) => {
  const until = { approval_granted: decideUntil, deployment_promoted: approvedUntil }[type as string] ?? '';
  const end = Instant.safeParse(until).data;
  return end !== undefined && millisecondsOf(timestamp) > millisecondsOf(end) + JUDGED_BEFORE_MS
    ? `it came too late: the deadline was ${end}`
    : undefined;
};

/** From the first approval on, the artifact and the evidence digest are those that people agreed to. */
const subjectIsAgreed: Rule = ({ event_type: type, subject }, { agreed }) => {
  if (agreed === undefined) return undefined;
  const isDecisive = type === 'release_approved' || type === 'deployment_promoted';
  const changed = (['artifact_sha256', 'evidence_digest'] as const).find(
    (name) => subject[name] !== agreed[name] && (isDecisive || subject[name] !== ''),
  );
  return changed && `${changed} is not the one that was approved`;
};

/** The pointer flips from the release that is live: a promotion supersedes it, a rollback goes back to its fallback. */
const flipIsOfTheLive: Rule = ({ event_type: type, release_id: releaseId, details }, { fallback }, { live }) => {
  if (type === 'deployment_promoted') {
    return details['superseded'] === live ? undefined : `it does not name ${live || 'nothing'} as superseded`;
  }
  if (type !== 'rollback_executed') return undefined;
  if (releaseId !== live) return `${live || 'nothing'} is in production`;
  return fallback !== '' && details['to'] === fallback ? undefined : `it does not go back to ${fallback || 'anything'}`;
};

/** A holder of a former key could have made an envelope; only what the ledger has recorded is re-signed. */
const renewsWhatWasSigned: Rule = (event, { signed }) => {
  if (event.event_type !== 'signatures_renewed') return undefined;
  const unknown = renewalsIn(event).find(({ from }) => from === '' || !signed.has(from));
  return unknown && `it re-signs an envelope that no event mentions: ${unknown.from}`;
};

const RULES: readonly Rule[] = [
  eventIsKnown,
  transitionIsLegal,
  eventBringsItsState,
  approverIsIndependent,
  approvalHasQuorum,
  promotionWasApproved,
  isInTime,
  flipIsOfTheLive,
  subjectIsAgreed,
  renewsWhatWasSigned,
];

/** Takes an event as having happened, also a wrong one: what follows is judged by what the chain says. */
const advance = (event: AuditEvent, history: History, model: Model): void => {
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

/** Of whatever shape the details are: what is not as it should be is an envelope that nothing tells of. */
const renewalsIn = ({ details }: AuditEvent): { from: string; to: string }[] =>
  [details['renewed'] ?? []].flat().map((one) => {
    const { from_sha256: from, to_sha256: to } = Object(one) as Record<string, unknown>;
    return { from: String(from), to: String(to) };
  });

const historyOf = (releaseId: string, model: Model): History => {
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
