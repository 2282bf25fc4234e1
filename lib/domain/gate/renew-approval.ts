/** Renews the approval of what serves, if nothing that it rests on has changed; otherwise people are asked for a new release. */
import type { Change } from '../change/change.ts';
import { noticeOf } from '../change/notice.ts';
import { eventReasons, published, publishedDetail } from '../change/published.ts';
import { cut } from '../cut.ts';
import type { Instant } from '../identifiers.ts';
import { DAY_MS, plusMilliseconds } from '../instant.ts';
import { type EventDraft, fitIntoEvent, roomInEvent } from '../ledger/event.ts';
import { APPROVAL_RENEWAL, type ComparedInput } from '../records/approval-renewal.ts';
import type { Attestation, KeptEnvelope } from '../records/attestation.ts';
import { isDeviating, type WatchedEndpoint } from '../records/watched-endpoint.ts';
import { type Reason, type Release, requireEstablished } from '../release/release.ts';
import { type Actor, ASSAY, releaseEvent } from '../release/release-event.ts';
import { dueWarnings } from '../serving/expiry-warnings.ts';
import { dueRenewal, renewableFrom } from '../serving/renewal-window.ts';
import type { Envelope } from '../signing/envelope.ts';
import { type Comparison, compareInputs, differenceReasons, type InputFacts } from './compare-inputs.ts';
import { judgeGoingOn, type StandingFacts } from './gate.ts';

export type RenewalFacts = StandingFacts &
  Pick<InputFacts, 'deployedPolicy' | 'clauses' | 'configuration' | 'directory' | 'newest'> & {
    /** What the endpoint was last found to serve; undefined if nobody has looked. */
    readonly watched: WatchedEndpoint | undefined;
  };

export type RenewalJudgement = {
  /** Empty if it may be renewed. */
  readonly reasons: readonly Reason[];
  readonly compared: readonly Comparison[];
  /** Until when it would last. */
  readonly approvedUntil: Instant;
};

/**
 * Establishes whether an approval may be renewed, with everything that was compared, and every reason why not. The gate has to let
 * what serves go on, its policy has to allow it, and each input has to be what it was when people approved.
 */
export const judgeRenewal = (facts: RenewalFacts): RenewalJudgement => {
  const { policy, now } = facts;
  const compared = compareInputs(facts);
  return {
    reasons: [...policyReasons(facts), ...watchReasons(facts), ...judgeGoingOn(facts), ...differenceReasons(compared)],
    compared,
    approvedUntil: plusMilliseconds(now, policy.approval_expiry_days * DAY_MS),
  };
};

const policyReasons = ({ policy, release, now }: RenewalFacts): Reason[] => {
  if (policy.auto_renew !== true) return [reason('auto_renew', 'its policy does not let an approval be renewed')];
  const until = requireEstablished(release, 'approvedUntil');
  const from = renewableFrom({ until, days: policy.approval_expiry_days });
  return now < from ? [reason('renewal_window', `it ends at ${until}, and may be renewed from ${from} on`)] : [];
};

/** That nobody has found anything else proves something only if somebody has looked. */
const watchReasons = ({ watched, release: { releaseId } }: RenewalFacts): Reason[] => {
  if (watched?.releaseId !== releaseId)
    return [reason('serving', `nobody has looked whether ${releaseId} is what serves`)];
  return isDeviating(watched)
    ? [reason('serving', `${watched.endpointName} serves something else than people approved`)]
    : [];
};

const reason = (rule: string, explanation: string): Reason => ({ rule, evidence: '', explanation });

/** What the proof says was compared. */
export const comparedInputs = (compared: readonly Comparison[]): ComparedInput[] =>
  compared.map(({ input, before: value }) => ({ input, value }));

/** The proof of a renewal, and where it is kept. */
export type SignedProof = { readonly kept: KeptEnvelope; readonly envelope: Envelope };

type Renewed = {
  readonly facts: RenewalFacts;
  readonly judged: RenewalJudgement;
  readonly proof: SignedProof;
  readonly former: Attestation | undefined;
  readonly actor: Actor;
};

/** Records that an approval goes on: by the proof, which is signed and kept, and which the event holds, so that the ledger has it. */
export const recordRenewed = ({ facts, judged, proof, former, actor }: Renewed): Change => {
  const { release, policy, now } = facts;
  const { releaseId, modelName } = release;
  const { approvedUntil: until, compared } = judged;
  const { kept, envelope } = proof;
  const { expiryWarning: _, renewalRefused: __, ...rest } = release;
  const after: Release = { ...rest, approvedUntil: until, approvalRenewedAt: now };
  const attestation: Attestation = {
    ...{ entity: 'attestation', version: former?.version ?? 0, releaseId, stage: APPROVAL_RENEWAL },
    ...{ sha256: kept.sha256, uri: kept.uri, keyId: kept.keyId, signedAt: now },
  };
  const ending = { until, days: policy.approval_expiry_days };
  return {
    model: modelName,
    event: withCompared(
      compared,
      releaseEvent(after, actor, {
        event_type: 'governance_auto_renewed',
        idempotency_key: `${releaseId}:renewed:${release.approvedUntil}`,
        evidence_refs: [kept.uri],
        details: {
          approved_until_before: requireEstablished(release, 'approvedUntil'),
          approved_until: until,
          attestation_sha256: kept.sha256,
          key_id: kept.keyId,
          envelope,
        },
      }),
    ),
    writes: [
      { kind: 'replace', entity: after },
      { kind: former === undefined ? 'create' : 'replace', entity: attestation },
    ],
    intents: [
      { intent: { kind: 'sync_registry', releaseId } },
      published('Approval Renewed', after),
      { intent: { kind: 'expire_approval', releaseId }, dueAt: until },
      ...dueWarnings({ releaseId, since: now, until }),
      dueRenewal(releaseId, ending),
      noticeOf('renewed', after, occasionOf(until)),
    ],
  };
};

/** What was compared, as far as there is room for it: the envelope has all of it. */
const withCompared = (compared: readonly Comparison[], draft: EventDraft): EventDraft => {
  const details = { ...draft.details, compared_total: compared.length, compared: [] };
  const room = roomInEvent({ ...draft, details });
  return { ...draft, details: { ...details, compared: fitIntoEvent(comparedInputs(compared), '', room) } };
};

/** Colons would be taken for the signs that divide the key of a row. */
const occasionOf = (instant: Instant): string => instant.replaceAll(':', '');

/** As many as anybody reads. */
const REASONS_KEPT = 10;

/**
 * Records that an approval was not renewed, and why, once for each end. People are asked for a new release: its version, and what
 * has changed in it, only they can say. Undefined if that is on record.
 */
export const recordNotRenewed = (release: Release, reasons: readonly Reason[]): Change | undefined => {
  const until = requireEstablished(release, 'approvedUntil');
  if (release.renewalRefused?.until === until) return undefined;
  const kept = reasons.slice(0, REASONS_KEPT).map((one) => ({ ...one, explanation: cut(one.explanation, 400) }));
  const after: Release = { ...release, renewalRefused: { until, reasons: kept } };
  const { releaseId, modelName, modelVersion, state } = after;
  const changed = reasons.filter(({ rule }) => rule === 'input_changed').map(({ evidence }) => evidence);
  return {
    model: modelName,
    event: releaseEvent(after, ASSAY, {
      event_type: 'governance_not_renewed',
      idempotency_key: `${releaseId}:renewal_refused:${until}`,
      reason: cut(reasons.map(({ rule }) => rule).join(', '), 1024),
      details: { approved_until: until, reasons_total: reasons.length, reasons: eventReasons(reasons) },
    }),
    writes: [{ kind: 'replace', entity: after }],
    intents: [
      publishedDetail('Release Run Required', {
        releaseId,
        modelName,
        modelVersion,
        state,
        approvedUntil: until,
        changed,
      }),
      noticeOf('not_renewed', after, occasionOf(until)),
    ],
  };
};
