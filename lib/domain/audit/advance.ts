/** What each event changes in what a chain has said so far. */
import { type AuditEvent, EventType } from '../ledger/event.ts';
import { readRule, stricterRule } from '../policy/after-denial-rule.ts';
import { ReleaseState } from '../release/lifecycle.ts';
import { TierOverride } from '../release/tier-override.ts';
import { canonicalSha256 } from '../signing/canonical-json.ts';
import { type BrokenGlass, brokenGlassIn } from './break-glass.ts';
import { type Conditioned, conditionsIn } from './conditions-in.ts';
import { countedApprovals } from './counted-approvals.ts';
import { answerIn } from './denials.ts';
import { deployedPolicyIn } from './deployed-policies.ts';
import { decidedAtIn, type History, historyOf, holderIn, type Model, signerOf, without } from './history.ts';
import { identityOf } from './identity.ts';
import { renewalsIn } from './renewals-in.ts';
import { keyIn } from './signing.ts';
import { stagesIn } from './stages.ts';

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

/** An execution that acts for the release no more may say that it broke, but only the one that does is refused, or fails to deploy. */
const endOrder = (event: AuditEvent, history: History, { breakGlass }: Model): void => {
  endAttempt(event, history);
  history.isWindowNamed = false;
  if (breakGlass?.releaseId === event.release_id) breakGlass.ordered = undefined;
};

const endRequest = (event: AuditEvent, { denied, signers }: History, { signing }: Model): void => {
  denied.add(event.actor_id);
  signers.set(event.actor_id, signerOf(event, signing));
};

const setOf = (one: Conditioned | undefined, changes: Partial<Conditioned>): void => {
  if (one !== undefined) Object.assign(one, changes);
};

const setGlass = (glass: BrokenGlass | undefined, changes: Partial<BrokenGlass>): void => {
  if (glass !== undefined) Object.assign(glass, changes);
};

const endCondition = ({ details }: AuditEvent, { conditions }: History): void =>
  setOf(conditions.get(String(details['condition_id'])), { isMet: true, isSuspending: false });

const EFFECTS: Partial<Record<EventType, (event: AuditEvent, history: History, model: Model) => void>> = {
  release_requested: (event, history) => {
    const { actor_id: actor, details } = event;
    const { makers, requesters } = history;
    history.answer = answerIn(event);
    history.tierOverride = TierOverride.safeParse(details['tier_override']).data;
    history.requiredRoles.push(...(history.tierOverride?.roles ?? []));
    history.tier = String(details['risk_tier'] ?? '');
    history.stages = stagesIn(details);
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
  serving_deviation_found: (_, history) => {
    history.isDeviating = true;
  },
  serving_deviation_ended: (_, history) => {
    history.isDeviating = false;
  },
  model_package_drifted: (_, history) => {
    history.isPackageDrifted = true;
  },
  model_package_rejected: ({ timestamp }, history) => {
    history.isPackageDrifted = true;
    history.packageRejectedAt = timestamp;
  },
  model_package_settled: (_, history) => {
    history.isPackageDrifted = false;
    history.packageRejectedAt = '';
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
    invite(details['invited'], history);
    history.requiredPeople = peopleIn(details) ?? history.requiredPeople;
    const { after_denial: rule = 'shown' } = details;
    history.afterDenial = stricterRule(history.afterDenial, readRule(rule));
    // The first deadline holds: a machine that waits again states none, and a second request gives no more time.
    history.decideUntil ||= String(details['expires_at'] ?? '');
  },
  approval_granted: (event, history, { signing }) => {
    const timestamp = decidedAtIn(event, signing);
    const { actor_id: approverId, actor_role: role } = event;
    history.granted.set(approverId, { approverId, role, holder: holderIn(event), timestamp });
    history.signers.set(event.actor_id, signerOf(event, signing));
    history.approvedBy.add(`${event.actor_id} ${canonicalSha256(event.details['envelope'] ?? '')}`);
    history.requiredPeople = peopleIn(event.details) ?? history.requiredPeople;
    // A decision that is made again has its own.
    for (const [id, { approverId }] of history.conditions)
      if (approverId === event.actor_id) history.conditions.delete(id);
    for (const [id, one] of conditionsIn(event)) history.conditions.set(id, one);
  },
  approval_escalated: ({ details }, history) => invite(details['brought_in'], history),
  approval_suspended: ({ details }, { conditions }) => {
    setOf(conditions.get(String(details['condition_id'])), { isSuspending: true });
  },
  check_reverified: ({ details, timestamp }, { failedAgain }) => {
    const check = String(details['check']);
    if (details['status'] === 'passed') failedAgain.delete(check);
    // One that need not pass suspends nothing, and one that suspends the approval already does so since before.
    else if (details['status_before'] === 'passed' && details['outcome'] !== 'holds') failedAgain.set(check, timestamp);
  },
  approval_reinstated: endCondition,
  condition_met: endCondition,
  approval_denied: endRequest,
  changes_requested: endRequest,
  decision_key_published: (event, _, { published }) => {
    published.add(keyIn(event)?.fingerprint ?? '');
  },
  attestation_key_published: (event, _, { published }) => {
    published.add(keyIn(event, 'attestation_key_published')?.fingerprint ?? '');
  },
  release_approved: (event, history, model) => {
    const { details, subject, timestamp } = event;
    history.counted = countedApprovals(event, history, model);
    history.promotingSince = timestamp;
    history.signed.add(subject.record_sha256);
    history.records.add(subject.record_sha256);
    history.isApproved = true;
    history.approvedUntil = String(details['approved_until']);
  },
  governance_auto_renewed: ({ details }, history) => {
    history.signed.add(String(details['attestation_sha256']));
    history.approvedUntil = String(details['approved_until']);
  },
  promotion_requested: ({ timestamp, actor_id: by, release_id: releaseId, details }, history, { breakGlass }) => {
    history.promotingSince = timestamp;
    history.isWindowNamed = false;
    if (breakGlass?.releaseId === releaseId && breakGlass.openUntil !== '')
      breakGlass.ordered = { by, attempt: Number(details['attempt']) };
  },
  promotion_refused: endOrder,
  deployment_failed: endOrder,
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
  deployment_started: (event, history) => {
    const { details, timestamp } = event;
    // Of a promotion it names no release: there is only the one that it is of.
    if (details['to'] === undefined) history.promotingSince = timestamp;
    else history.orderedBackAt = timestamp;
    history.isWindowNamed = deployedPolicyIn(event) !== undefined;
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
  legal_hold_set: ({ linked_incident: matter }, _, { legalHolds }) => {
    legalHolds.set(matter, new Set());
  },
  legal_hold_lift_consented: ({ linked_incident: matter, actor_id: person }, _, { legalHolds }) => {
    legalHolds.get(matter)?.add(person);
  },
  legal_hold_lifted: ({ linked_incident: matter }, _, { legalHolds }) => {
    legalHolds.delete(matter);
  },
  break_glass_requested: (event, _, model) => {
    model.breakGlass = brokenGlassIn(event);
  },
  break_glass_confirmed: ({ details }, _, { breakGlass }) => {
    setGlass(breakGlass, { openUntil: breakGlass?.openUntil || String(details['open_until']) });
  },
  break_glass_used: ({ details }, _, { breakGlass }) => {
    // What is owed is owed since the first use, whatever a later one says.
    const documentBy = breakGlass?.documentBy || String(details['document_by']);
    setGlass(breakGlass, { usedAttempt: Number(details['attempt']), documentBy });
  },
  break_glass_ended: (_, __, { breakGlass }) => setGlass(breakGlass, { isClosed: true }),
  break_glass_documented: (_, __, { breakGlass }) => setGlass(breakGlass, { isClosed: true, isDocumented: true }),
  line_stopped: ({ timestamp, linked_incident: incident }, _, model) => {
    model.lineStoppedAt ||= timestamp;
    model.lineStoppedFor.set(incident, timestamp);
  },
  line_stop_lifted: ({ linked_incident: incident }, _, { lineStoppedFor }) => {
    lineStoppedFor.delete(incident);
  },
  line_started: (_, __, model) => {
    model.lineStoppedAt = '';
    model.lineStoppedFor.clear();
  },
};

/** Who is asked, by themselves or for somebody who holds the role. */
const invite = (people: AuditEvent['details'][string] | undefined, { invited }: History): void => {
  for (const one of [people ?? []].flat()) {
    const { person_id: person, role, acting_for: holder = person } = Object(one) as Record<string, unknown>;
    invited.add(`${String(person)} ${String(role)} ${String(holder)}`);
  }
};

/** Who must approve, if the event says so: an empty list says that nobody has to any more. */
const peopleIn = ({ required_people: people }: AuditEvent['details']): string[] | undefined =>
  Array.isArray(people) ? people.map(String) : undefined;
