/**
 * What Lambdas do when something fails, which the story of reads-are-held.test.ts has no room for: each act by the function of
 * the domain that its Lambda calls, with what that function commits.
 */

import { openRequest, rejectAsked, replaceToken } from '../../lib/domain/approval/request.ts';
import { takeDecision } from '../../lib/domain/approval/take-decision.ts';
import { faultRotation } from '../../lib/domain/attestation/key-rotation.ts';
import type { Change } from '../../lib/domain/change/change.ts';
import { readFormerDecisionsOf } from '../../lib/domain/change/read-former-decisions.ts';
import { withinBound } from '../../lib/domain/change/refusal-bounds.ts';
import { askRenewal } from '../../lib/domain/gate/ask-renewal.ts';
import { recordUse } from '../../lib/domain/gate/break-glass.ts';
import { recordLine } from '../../lib/domain/gate/change-line.ts';
import { promote, recordApproved, recordDenied, recordTransitionRefused } from '../../lib/domain/gate/promotion.ts';
import { recordCanaries } from '../../lib/domain/gate/record-canaries.ts';
import { recordReverification } from '../../lib/domain/gate/reverify.ts';
import { recordPinned, recordRegistered, recordStage } from '../../lib/domain/gate/stages.ts';
import { recordWaiting } from '../../lib/domain/gate/wait-for-window.ts';
import { ModelPackage } from '../../lib/domain/intake/model-package.ts';
import { recordPolicyChange } from '../../lib/domain/intake/record-configuration-change.ts';
import { requestRelease } from '../../lib/domain/intake/request-release.ts';
import { configurationOf } from '../../lib/domain/records/configuration.ts';
import { ALL_MODELS } from '../../lib/domain/records/line.ts';
import { ASSAY } from '../../lib/domain/release/release-event.ts';
import { refuseMove } from '../../lib/domain/serving/move-steps.ts';
import { recordRestored, recordRestoredAfter } from '../../lib/domain/serving/record-restoration.ts';
import { refuseRollback, rollBack } from '../../lib/domain/serving/rollback-steps.ts';
import type { Writer } from '../../lib/rights/writers.ts';
import { ARN, described } from '../domain/intake/a-package.ts';
import { aRenewalWorld, renewablePolicy, serving } from './a-renewal.ts';
import { aDirectory, aManifest, anApprovalCase, digestOf, NOW } from './approval-case.ts';
import { DECISION_KEY } from './decision-key.ts';
import { ofVersion } from './denials.ts';
import { everyKind } from './every-kind.ts';
import { aFaultOf } from './faults.ts';
import { aClaim, anIntake, somePackages } from './intake.ts';
import { memoryReleaseStore } from './memory-release-store.ts';
import {
  aBreakGlass,
  aLine,
  aMove,
  anAttestation,
  anEndpoint,
  aPointer,
  approved,
  approvedRequest,
  aRollback,
  aStop,
  deployed,
  draft,
  inProduction,
  pinnedDraft,
  policy,
  superseded,
  validated,
} from './release-life.ts';
import { aStagedCase, stagedAnswer } from './staged-case.ts';

type RareAct = { readonly writer: Writer; readonly calls: string; readonly change: Change };

const WHY = [{ rule: 'r', evidence: '', explanation: 'why' }];
const pinned = { ...pinnedDraft.pinned, artifactSha256: digestOf('other bytes') } as NonNullable<
  typeof pinnedDraft.pinned
>; // it is pinned
const refused = refuseRollback(aRollback(), inProduction, WHY);
/** What is gone back to should have been renewed while it did not serve. */
const backAfterItsRenewal = rollBack({
  ...{
    rollback: aRollback(),
    pointer: aPointer(),
    endpoint: anEndpoint(),
    failed: inProduction,
    formerHold: undefined,
  },
  ...{ fallback: { ...superseded, approvedUntil: NOW }, fallbackPolicy: renewablePolicy, now: NOW },
});
const rotation = everyKind(inProduction).key_rotation.record;
const attestation = anAttestation('custom_checks');
const canary = {
  check: 'git_ref_allowed',
  held: false,
  onGood: 'passed',
  onBad: 'passed',
  codeSha256: digestOf('code'),
} as const;

/** A step that wants what the table of transitions does not allow: only a defect of ours leads there. */
const illegal = await withinBound(
  recordTransitionRefused(draft, 'why'),
  { bound: 'transition', by: [draft.releaseId] },
  memoryReleaseStore(),
  NOW,
);

/** A release that names its package, as a new package in the registry does. */
const requested: Change[] = [];
const intake = anIntake({ packages: somePackages(ModelPackage.parse(described)) });
const [container] = described.InferenceSpecification.Containers;
const deployment = { ...aManifest().deployment, image_uri: container?.Image };
await requestRelease(aClaim({ model_package_arn: ARN, deployment }), {
  ...intake,
  store: {
    ...intake.store,
    commit: (change, now) => {
      requested.push(change);
      return intake.store.commit(change, now);
    },
  },
});

/** A release that names a person as a maker who denied its version before. */
const naming = await anApprovalCase({ decidedBefore: [ofVersion()], manifest: aManifest({ trained_by: 'katherine' }) });
const opened = openRequest({
  ...naming,
  content: await naming.store.get('content', naming.release.contentSha256),
  former: await readFormerDecisionsOf(naming.store, naming.release),
  taskToken: 'another',
  nextNonce: () => 'nonce-of-the-tests-0001',
  now: NOW,
});

/** A decision that closes a stage, and one that comes from Slack. */
const decided: Change[] = [];
const staged = await aStagedCase();
const bySlack = {
  identity: { team_id: 'T0ASSAY01', user_id: 'U0GRACE01', requested_at: NOW },
  message: { channel: 'D0GRACE01', ts: '1764400000.000100' },
};
await takeDecision(
  { ...stagedAnswer(staged, 'ada'), bySlack },
  {
    store: {
      ...staged.store,
      commit: (change, now) => {
        decided.push(change);
        return staged.store.commit(change, now);
      },
    },
    directory: async () => staged.directory,
    signer: DECISION_KEY.signer,
    now: () => NOW,
  },
);

const renewal = aRenewalWorld();
await askRenewal({ releaseId: serving.releaseId, act: 'due', actor: ASSAY }, renewal.world);
const approvedToRenew = recordApproved(validated, {
  record: { sha256: digestOf('record'), uri: 's3://evidence/record', keyId: 'record' },
  ...{ policy: renewablePolicy, approvals: [], now: NOW },
});

const breakGlassUse = [recordUse({ release: approved, breakGlass: aBreakGlass(), opened: WHY, now: NOW })].filter(
  (change) => change !== undefined,
);

export const RARE_ACTS: readonly RareAct[] = [
  ...renewal.changes.map((change) => ({ writer: 'RenewApproval' as const, calls: 'askRenewal', change })),
  { writer: 'SignRecord', calls: 'recordApproved', change: approvedToRenew },
  ...(['PinEvidence', 'RegisterModelPackage', 'EvaluateGate', 'SignRecord'] as const).map((writer) => ({
    writer,
    calls: 'releaseStep',
    change: illegal,
  })),
  { writer: 'PromoteRelease', calls: 'promotionStep', change: illegal },
  ...(['ReceiveRelease', 'ServeApi'] as const).flatMap((writer) =>
    requested.map((change) => ({ writer, calls: 'requestRelease', change })),
  ),
  { writer: 'VerifyPromotion', calls: 'recordStopped', change: recordWaiting(approved, WHY, NOW, NOW) },
  ...breakGlassUse.map((change) => ({ writer: 'VerifyPromotion' as const, calls: 'recordUseOnce', change })),
  { writer: 'PinEvidence', calls: 'recordPinned', change: recordPinned(draft, pinned, NOW) },
  {
    writer: 'RegisterModelPackage',
    calls: 'recordRegistered',
    change: recordRegistered(pinnedDraft, { modelPackageArn: 'arn', row: undefined, reasons: WHY }, NOW),
  },
  {
    writer: 'EvaluateCustomChecks',
    calls: 'checkingStep',
    change: recordStage(pinnedDraft, { stage: 'custom_checks', checks: [], attestation, outcomes: undefined }),
  },
  {
    writer: 'EvaluateBiasAndFairness',
    calls: 'stageStep',
    change: recordStage(pinnedDraft, {
      stage: 'bias_and_fairness',
      checks: [],
      attestation: anAttestation('bias_and_fairness'),
      outcomes: undefined,
      behaviour: everyKind(inProduction).behaviour.record,
    }),
  },
  ...decided.map((change) => ({ writer: 'ServeApproval' as const, calls: 'takeDecision', change })),
  { writer: 'StoreApprovalToken', calls: 'openRequest', change: opened },
  { writer: 'StoreApprovalToken', calls: 'replaceToken', change: replaceToken(approved, approvedRequest, 'another') },
  {
    writer: 'SignRecord',
    calls: 'rejectAsked',
    change: rejectAsked({
      release: validated,
      request: { ...approvedRequest, status: 'pending' },
      reasons: WHY,
      now: NOW,
    }),
  },
  { writer: 'DeployEndpoint', calls: 'stoppedByWindow', change: recordWaiting(approved, WHY, NOW, NOW) },
  {
    writer: 'DeployEndpoint',
    calls: 'notePolicy',
    change: recordPolicyChange(
      { configuration: configurationOf({ policy, directory: aDirectory() }, NOW), policy },
      renewablePolicy,
      { now: NOW, isPolicyKept: false },
    ),
  },
  {
    writer: 'DeployEndpoint',
    calls: 'recordDenied',
    change: recordDenied(approved, { outcome: 'deny', reasons: WHY }, NOW),
  },
  {
    writer: 'RunCanaries',
    calls: 'recordCanaries',
    change: recordCanaries({
      former: undefined,
      results: [canary],
      deployed: [canary.check],
      resting: {},
      startedAt: NOW,
      now: NOW,
    }),
  },
  {
    writer: 'RunCanaries',
    calls: 'reverify',
    change: recordReverification({
      release: approved,
      former: undefined,
      policy: undefined,
      approvals: [],
      met: [],
      suspensions: [],
      before: { name: canary.check, status: 'passed', codeSha256: canary.codeSha256 },
      verdict: { ...canary, status: 'failed', measured: '', threshold: '', explanation: 'why' },
      judgedAt: NOW,
      actor: { id: 'oscar', role: 'operator', auth: 'jwt' },
      now: NOW,
    }).change,
  },
  ...(
    [
      ['stopped', aLine()],
      ['running', aLine()],
      ['running', aLine({ stops: ['INC-9', 'INC-10'].map(aStop) })],
    ] as const
  ).map(([to, line]) => ({
    writer: 'ServeApi' as const,
    calls: 'changeLine',
    change: recordLine(
      line,
      {
        ...{ scope: ALL_MODELS, to, reason: 'why', linkedIncident: 'INC-9' },
        actor: { id: 'oscar', role: 'operator', auth: 'jwt' },
      },
      NOW,
    ).change,
  })),
  {
    writer: 'RecordFault',
    calls: 'recordFaultOnce',
    change: aFaultOf(draft),
  },
  ...[aFaultOf(draft), refused, refuseMove(aMove(), inProduction, WHY, NOW), faultRotation(rotation, 'why')].map(
    (change) => ({ writer: 'SettleExecution' as const, calls: 'settleExecution', change }),
  ),
  { writer: 'RollBackRelease', calls: 'rollBack', change: backAfterItsRenewal },
  { writer: 'VerifyEndpoint', calls: 'refuseRollback', change: refused },
  { writer: 'SwitchEndpoint', calls: 'refuseRollback', change: refused },
  { writer: 'DeleteEndpoint', calls: 'refuseRollback', change: refused },
  { writer: 'OpenEndpoint', calls: 'refuseMove', change: refuseMove(aMove(), inProduction, WHY, NOW) },
  {
    writer: 'PromoteRelease',
    calls: 'promote',
    change: promote({
      release: deployed,
      pointer: undefined,
      former: undefined,
      served: undefined,
      endpoint: undefined,
      now: NOW,
    }),
  },
  {
    writer: 'RestoreEndpoint',
    calls: 'recordRestored',
    change: recordRestored(deployed, { pointer: undefined, owner: anEndpoint(), endpoint: undefined }, NOW),
  },
  {
    writer: 'RestoreEndpoint',
    calls: 'recordRestoredAfter',
    change: recordRestoredAfter(aRollback({ status: 'refused' }), inProduction, aPointer()),
  },
];
