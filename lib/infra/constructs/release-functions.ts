import type { Construct } from 'constructs';
import { DESCRIBE_ALARMS } from '../permissions.ts';
import {
  ACCOUNT,
  evidenceOf,
  type Foundations,
  freezesOf,
  lockOf,
  PACKAGES,
  rowsLockOf,
  SERVED,
  tableOf,
} from './foundations.ts';
import { GovernedFunction } from './governed-function.ts';
import {
  allowClose,
  allowCreate,
  allowDelete,
  allowDeploy,
  allowDescribeEndpoints,
  allowDescribePackages,
  allowRegister,
  allowRestore,
} from './model-registry.ts';
import { allowReadPublicKey } from './signing-keys.ts';

/** One whole vCPU, which hashing needs, and the longest timeout that Lambda allows. */
const HASHING = { memoryMib: 1769, timeoutSeconds: 900 };
const QUICK = { timeoutSeconds: 60 };

/** The steps around the stages: they pin and register the submission before them, and judge the results after them. */
export const intakeFunctions = (scope: Construct, on: Foundations) => {
  const { defaults } = on;
  const evidence = { ...tableOf(on), ...evidenceOf(on) };
  const PinEvidence = new GovernedFunction(scope, 'PinEvidence', {
    ...HASHING,
    defaults,
    environment: { ...evidence, ...lockOf(on), ...rowsLockOf(on), ...ACCOUNT },
  });
  on.modelBuckets.allowRead(PinEvidence.role);
  on.modelBuckets.allowList(PinEvidence.role);
  on.evidence.allowKeep(PinEvidence);
  const RegisterModelPackage = new GovernedFunction(scope, 'RegisterModelPackage', {
    ...QUICK,
    defaults,
    environment: { ...tableOf(on), ...PACKAGES },
  });
  allowRegister(RegisterModelPackage);
  const EvaluateGate = new GovernedFunction(scope, 'EvaluateGate', {
    ...QUICK,
    defaults,
    environment: { ...tableOf(on), ATTESTATION_KEY_ID: on.keys.attestation.keyArn },
  });
  allowReadPublicKey(EvaluateGate, on.keys.attestation);
  on.evidence.allowReadAttestations(EvaluateGate);
  return { PinEvidence, RegisterModelPackage, EvaluateGate };
};

/** The steps of the decision: they ask people, and sign what was decided. */
export const decisionFunctions = (scope: Construct, on: Foundations) => {
  const { defaults } = on;
  const StoreApprovalToken = new GovernedFunction(scope, 'StoreApprovalToken', {
    ...QUICK,
    defaults,
    environment: { ...tableOf(on), ...on.files.approversEnvironment },
  });
  on.files.allowReadApprovers(StoreApprovalToken);
  const SignRecord = new GovernedFunction(scope, 'SignRecord', {
    ...QUICK,
    defaults,
    environment: {
      ...tableOf(on),
      ...evidenceOf(on),
      ...lockOf(on),
      RECORD_KEY_ID: on.keys.record.keyArn,
      ...on.keys.decisionEnvironment,
    },
  });
  on.keys.record.allowUse('kms:Sign', SignRecord);
  allowReadPublicKey(SignRecord, on.keys.decision);
  on.evidence.allowPutRecords(SignRecord);
  on.modelBuckets.allowPutRecords(SignRecord);
  return { StoreApprovalToken, SignRecord };
};

/** The steps into production, and the one that takes a release denied after its deployment off the endpoint. */
export const promotionFunctions = (scope: Construct, on: Foundations) => {
  const { defaults } = on;
  const VerifyPromotion = new GovernedFunction(scope, 'VerifyPromotion', {
    ...HASHING,
    defaults,
    environment: { ...tableOf(on), ...SERVED, ...lockOf(on), ...on.keys.decisionEnvironment, ...freezesOf(on) },
  });
  on.files.allowReadPolicy(VerifyPromotion);
  allowReadPublicKey(VerifyPromotion, on.keys.decision);
  on.modelBuckets.allowRead(VerifyPromotion.role);
  on.modelBuckets.allowList(VerifyPromotion.role);
  on.lockedCopies.allowKeep(VerifyPromotion);
  allowDescribePackages(VerifyPromotion);
  const DeployEndpoint = new GovernedFunction(scope, 'DeployEndpoint', {
    ...QUICK,
    defaults,
    environment: {
      ...tableOf(on),
      ...SERVED,
      ...on.keys.decisionEnvironment,
      ...freezesOf(on),
      MODEL_EXECUTION_ROLE_ARN: on.modelExecutionRoleArn,
    },
  });
  on.files.allowReadPolicy(DeployEndpoint);
  allowReadPublicKey(DeployEndpoint, on.keys.decision);
  allowDeploy(DeployEndpoint, on);
  DeployEndpoint.allow(DESCRIBE_ALARMS);
  on.modelBuckets.allowLookUp(DeployEndpoint);
  on.lockedCopies.allowLoad(DeployEndpoint.role);
  const PromoteRelease = new GovernedFunction(scope, 'PromoteRelease', {
    ...QUICK,
    defaults,
    environment: { ...tableOf(on), ...on.keys.decisionEnvironment },
  });
  allowReadPublicKey(PromoteRelease, on.keys.decision);
  return { VerifyPromotion, DeployEndpoint, PromoteRelease };
};

/** The steps of a rollback. */
export const rollbackFunctions = (scope: Construct, on: Foundations) => {
  const { defaults } = on;
  const VerifyFallback = new GovernedFunction(scope, 'VerifyFallback', {
    ...HASHING,
    defaults,
    environment: { ...tableOf(on), ...SERVED, ATTESTATION_KEY_ID: on.keys.attestation.keyArn },
  });
  allowReadPublicKey(VerifyFallback, on.keys.attestation);
  on.evidence.allowReadAttestations(VerifyFallback);
  on.modelBuckets.allowRead(VerifyFallback.role);
  on.modelBuckets.allowList(VerifyFallback.role);
  on.lockedCopies.allowLoad(VerifyFallback.role);
  allowDescribePackages(VerifyFallback);
  const SwitchEndpoint = new GovernedFunction(scope, 'SwitchEndpoint', {
    ...QUICK,
    defaults,
    environment: { ...tableOf(on), ...SERVED, MODEL_EXECUTION_ROLE_ARN: on.modelExecutionRoleArn },
  });
  allowDeploy(SwitchEndpoint, on);
  on.modelBuckets.allowLookUp(SwitchEndpoint);
  on.lockedCopies.allowLoad(SwitchEndpoint.role);
  const RollBackRelease = new GovernedFunction(scope, 'RollBackRelease', {
    ...QUICK,
    defaults,
    environment: tableOf(on),
  });
  const DeleteEndpoint = new GovernedFunction(scope, 'DeleteEndpoint', {
    ...QUICK,
    defaults,
    environment: tableOf(on),
  });
  allowDelete(DeleteEndpoint);
  return { VerifyFallback, SwitchEndpoint, DeleteEndpoint, RollBackRelease };
};

/** The steps of a move to another endpoint. */
export const moveFunctions = (scope: Construct, on: Foundations) => {
  const { defaults } = on;
  const OpenEndpoint = new GovernedFunction(scope, 'OpenEndpoint', {
    ...QUICK,
    defaults,
    environment: { ...tableOf(on), ...SERVED, MODEL_EXECUTION_ROLE_ARN: on.modelExecutionRoleArn },
  });
  allowCreate(OpenEndpoint, on);
  on.modelBuckets.allowLookUp(OpenEndpoint);
  on.lockedCopies.allowLoad(OpenEndpoint.role);
  const MoveEndpoint = new GovernedFunction(scope, 'MoveEndpoint', { ...QUICK, defaults, environment: tableOf(on) });
  const CloseEndpoint = new GovernedFunction(scope, 'CloseEndpoint', { ...QUICK, defaults, environment: tableOf(on) });
  allowClose(CloseEndpoint);
  return { OpenEndpoint, MoveEndpoint, CloseEndpoint };
};

/** The one Lambda that re-signs what others have signed: with both keys, and only what the ledger has recorded. */
export const rotationFunctions = (scope: Construct, on: Foundations) => {
  const RenewSignatures = new GovernedFunction(scope, 'RenewSignatures', {
    ...HASHING,
    defaults: on.defaults,
    environment: {
      ...tableOf(on),
      ...evidenceOf(on),
      ...lockOf(on),
      ...on.keys.environment,
    },
  });
  const { record, attestation } = on.keys;
  for (const key of [record, attestation]) key.allowUse('kms:Sign', RenewSignatures);
  allowReadPublicKey(RenewSignatures, record, attestation);
  on.evidence.allowRenewEnvelopes(RenewSignatures);
  on.modelBuckets.allowPutRecords(RenewSignatures);
  return { RenewSignatures };
};

/** The steps that several machines have in common. */
export const sharedFunctions = (scope: Construct, on: Foundations) => {
  const { defaults } = on;
  const VerifyEndpoint = new GovernedFunction(scope, 'VerifyEndpoint', {
    ...QUICK,
    defaults,
    environment: tableOf(on),
  });
  allowDescribeEndpoints(VerifyEndpoint);
  const RecordFault = new GovernedFunction(scope, 'RecordFault', { ...QUICK, defaults, environment: tableOf(on) });
  const RestoreEndpoint = new GovernedFunction(scope, 'RestoreEndpoint', {
    ...QUICK,
    defaults,
    environment: { ...tableOf(on), ...SERVED, MODEL_EXECUTION_ROLE_ARN: on.modelExecutionRoleArn },
  });
  allowRestore(RestoreEndpoint, on);
  on.modelBuckets.allowLookUp(RestoreEndpoint);
  on.lockedCopies.allowLoad(RestoreEndpoint.role);
  return { VerifyEndpoint, RestoreEndpoint, RecordFault };
};
