import type { Construct } from 'constructs';
import { APPROVAL_RENEWAL } from '../../domain/records/approval-renewal.ts';
import { evidenceOf, type Foundations, lockOf, SERVED, tableOf } from './foundations.ts';
import { GovernedFunction } from './governed-function.ts';
import { allowDescribePackages } from './model-registry.ts';
import { allowReadPublicKey } from './signing-keys.ts';

/** The one Lambda that renews approvals: it signs the proof with the key of attestations, in a folder where no stage may write. */
export const renewApprovals = (scope: Construct, on: Foundations): GovernedFunction<'RenewApproval'> => {
  const renew = new GovernedFunction(scope, 'RenewApproval', {
    defaults: on.defaults,
    timeoutSeconds: 60,
    environment: {
      ...tableOf(on),
      ...evidenceOf(on),
      ...lockOf(on),
      ...SERVED,
      ...on.files.policyEnvironment,
      ...on.files.approversEnvironment,
      ...on.files.regimesEnvironment,
      ...on.keys.decisionEnvironment,
      ATTESTATION_KEY_ID: on.keys.attestation.keyArn,
    },
  });
  on.store.allowCommit(renew);
  on.files.allowReadPolicy(renew);
  on.files.allowReadApprovers(renew);
  on.files.allowReadRegimes(renew);
  on.keys.attestation.allowUse('kms:Sign', renew);
  allowReadPublicKey(renew, on.keys.attestation, on.keys.decision);
  allowDescribePackages(renew);
  on.modelBuckets.allowLookUp(renew);
  on.lockedCopies.allowLoad(renew.role);
  on.evidence.allowReadAttestations(renew);
  on.evidence.allowPutAttestations(renew, APPROVAL_RENEWAL);
  return renew;
};
