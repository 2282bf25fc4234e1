/** Replays a chain against the rules: everything that was recorded must have been allowed at the time. */
import type { EventFile, Problem } from '../ledger/ledger-file.ts';
import { advance } from './advance.ts';
import { historyOf, type Model, type Rule } from './history.ts';
import { approvalHasQuorum } from './rules/approval-has-quorum.ts';
import { approvalIsInForce } from './rules/approval-is-in-force.ts';
import { approvalWasNotTakenBack } from './rules/approval-was-not-taken-back.ts';
import { approverIsIndependent } from './rules/approver-is-independent.ts';
import { approverWasAsked } from './rules/approver-was-asked.ts';
import { assayActsItself } from './rules/assay-acts-itself.ts';
import { breakGlassIsDocumented } from './rules/break-glass-is-documented.ts';
import { breakGlassTakesTwo } from './rules/break-glass-takes-two.ts';
import { conditionIsMetByItsPeople } from './rules/condition-is-met-by-its-people.ts';
import { decisionIsInTurn } from './rules/decision-is-in-turn.ts';
import { decisionIsSigned } from './rules/decision-is-signed.ts';
import { decisionKeyIsWhole } from './rules/decision-key-is-whole.ts';
import { denialIsSettled } from './rules/denial-is-settled.ts';
import { digestsAreThere } from './rules/digests-are-there.ts';
import { environmentIsOfTheLedger } from './rules/environment-is-of-the-ledger.ts';
import { eventBringsItsState } from './rules/event-brings-its-state.ts';
import { eventIsKnown } from './rules/event-is-known.ts';
import { flipIsOfTheLive } from './rules/flip-is-of-the-live.ts';
import { freezeIsKept } from './rules/freeze-is-kept.ts';
import { holdIsKept } from './rules/hold-is-kept.ts';
import { holdIsReleasedByOthers } from './rules/hold-is-released-by-others.ts';
import { identityIsConstant } from './rules/identity-is-constant.ts';
import { isInTime } from './rules/is-in-time.ts';
import { legalHoldIsLiftedByTwo } from './rules/legal-hold-is-lifted-by-two.ts';
import { lineIsChangedByOperators } from './rules/line-is-changed-by-operators.ts';
import { lineIsKept } from './rules/line-is-kept.ts';
import { makersAreNamed } from './rules/makers-are-named.ts';
import { moveWasRequested } from './rules/move-was-requested.ts';
import { packageIsAsApproved } from './rules/package-is-as-approved.ts';
import { packageIsSettledByOthers } from './rules/package-is-settled-by-others.ts';
import { promotionWasApproved } from './rules/promotion-was-approved.ts';
import { releaseIsNamed } from './rules/release-is-named.ts';
import { renewalIsOfWhatIsInForce } from './rules/renewal-is-of-what-is-in-force.ts';
import { renewalIsSigned } from './rules/renewal-is-signed.ts';
import { renewsWhatWasSigned } from './rules/renews-what-was-signed.ts';
import { requestAsksItsTier } from './rules/request-asks-its-tier.ts';
import { requestIsWhole } from './rules/request-is-whole.ts';
import { rollbackWasRequested } from './rules/rollback-was-requested.ts';
import { standsOnItsChain } from './rules/stands-on-its-chain.ts';
import { suspensionHasItsCause } from './rules/suspension-has-its-cause.ts';
import { tierIsLoweredByConsent } from './rules/tier-is-lowered-by-consent.ts';
import { transitionIsLegal } from './rules/transition-is-legal.ts';
import { withdrawalIsOfTheRequester } from './rules/withdrawal-is-of-the-requester.ts';
import { KEY_EVENTS } from './signing.ts';

export const RULES: readonly Rule[] = [
  eventIsKnown,
  releaseIsNamed,
  standsOnItsChain,
  decisionKeyIsWhole,
  transitionIsLegal,
  eventBringsItsState,
  identityIsConstant,
  digestsAreThere,
  assayActsItself,
  makersAreNamed,
  requestIsWhole,
  tierIsLoweredByConsent,
  requestAsksItsTier,
  approverIsIndependent,
  approverWasAsked,
  decisionIsSigned,
  decisionIsInTurn,
  approvalHasQuorum,
  approvalWasNotTakenBack,
  denialIsSettled,
  withdrawalIsOfTheRequester,
  promotionWasApproved,
  isInTime,
  approvalIsInForce,
  suspensionHasItsCause,
  conditionIsMetByItsPeople,
  flipIsOfTheLive,
  rollbackWasRequested,
  moveWasRequested,
  packageIsAsApproved,
  packageIsSettledByOthers,
  holdIsKept,
  holdIsReleasedByOthers,
  lineIsKept,
  environmentIsOfTheLedger,
  freezeIsKept,
  lineIsChangedByOperators,
  breakGlassTakesTwo,
  breakGlassIsDocumented,
  legalHoldIsLiftedByTwo,
  renewsWhatWasSigned,
  renewalIsOfWhatIsInForce,
  renewalIsSigned,
];

/** The rules for events that are about no release, too. */
const OF_ANY_EVENT: readonly Rule[] = [
  releaseIsNamed,
  standsOnItsChain,
  decisionKeyIsWhole,
  lineIsChangedByOperators,
  legalHoldIsLiftedByTwo,
];

/** Of the events that are about no release, those by which later ones are judged. */
const TOLD_APART: readonly string[] = [
  ...KEY_EVENTS,
  'line_stopped',
  'line_stop_lifted',
  'line_started',
  'legal_hold_set',
  'legal_hold_lift_consented',
  'legal_hold_lifted',
];

/** What a chain is judged by that stands on others. */
export type ToldElsewhere = Pick<Model, 'signing' | 'denials' | 'lineStops' | 'deployedPolicies'>;

/** Establishes that the events of a chain, in its order, follow the rules of releases. */
export const replayProblems = (
  chain: readonly EventFile[],
  elsewhere: ToldElsewhere,
  rules: readonly Rule[] = RULES,
): Problem[] => {
  const model: Model = {
    releases: new Map(),
    live: '',
    endpoint: '',
    movesAsked: new Set(),
    published: new Set(),
    ...elsewhere,
    lineStoppedAt: '',
    lineStoppedFor: new Map(),
    legalHolds: new Map(),
  };
  return chain.flatMap(({ key, event }) => {
    // An event without a state is not about a release of this model, such as a refused manifest: few rules judge it.
    const isOfRelease = event.release_id !== '' && event.approval_state !== '';
    const history = historyOf(event.release_id, model);
    const broken = rules
      .filter((rule) => isOfRelease || OF_ANY_EVENT.includes(rule))
      .flatMap((rule) => rule(event, history, model) ?? []);
    if (isOfRelease || TOLD_APART.includes(event.event_type)) advance(event, history, model);
    const what = event.release_id === '' ? event.event_type : `${event.event_type} of release ${event.release_id}`;
    return broken.map((why) => ({ key, why: `${what}: ${why}` }));
  });
};
