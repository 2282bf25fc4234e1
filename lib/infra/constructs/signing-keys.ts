import { type Key, KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import type { GovernedFunction } from './governed-function.ts';
import { GuardedKey } from './guarded-key.ts';

export interface SigningKeysProps {
  readonly environment: string;
  /** The generation of keys that signs. Earlier ones stay for verification, and no longer sign. */
  readonly generation: number;
  readonly executionRoleArn: string;
}

/**
 * Keys that never leave KMS. Anybody with the public keys can verify their signatures. The stages read untrusted input,
 * so they sign with a key of their own: none of them can ever sign a governance record. Decisions have a key of their own
 * as well, which only the Lambda that takes them may use.
 */
export class SigningKeys extends Construct {
  readonly record: GuardedKey;
  readonly attestation: GuardedKey;
  readonly decision: GuardedKey;
  readonly log: GuardedKey;
  readonly link: GuardedKey;
  readonly names: GuardedKey;
  /** Every generation of the keys of records and of decisions, the newest first, for those who verify what is kept. */
  readonly verifying: Readonly<Record<'record' | 'decision', readonly GuardedKey[]>>;

  constructor(scope: Construct, id: string, { environment, generation, executionRoleArn }: SigningKeysProps) {
    super(scope, id);
    const key = (name: string, keySpec: KeySpec, keyUsage: KeyUsage, what: string) =>
      new GuardedKey(this, name, {
        keySpec,
        keyUsage,
        executionRoleArn,
        description: `${what} of assay-${environment}`,
      });
    const allOf = (name: string, what: string): GuardedKey[] => {
      const generations = Array.from({ length: generation }, (_, index) =>
        key(index === 0 ? name : `${name}${index + 1}`, KeySpec.ECC_NIST_P256, KeyUsage.SIGN_VERIFY, what),
      );
      for (const former of generations.slice(0, -1)) former.retire();
      return generations.toReversed();
    };
    const newest = ([first]: readonly GuardedKey[]): GuardedKey => first ?? unreachableGeneration(generation);
    const record = allOf('Record', 'Signs the governance records');
    this.record = newest(record);
    this.attestation = newest(allOf('Attestation', 'Signs the attestations of the stages'));
    const decision = allOf('Decision', 'Signs the decisions of people');
    this.decision = newest(decision);
    this.verifying = { record, decision };
    this.log = key('Log', KeySpec.ECC_NIST_EDWARDS25519, KeyUsage.SIGN_VERIFY, 'Signs the checkpoints');
    this.link = key('Link', KeySpec.HMAC_256, KeyUsage.GENERATE_VERIFY_MAC, 'Authenticates the approval links');
    // Not the key of the links: whoever may generate with that one can forge them.
    this.names = key('Names', KeySpec.HMAC_256, KeyUsage.GENERATE_VERIFY_MAC, 'Hides unknown names in the ledger');
  }

  /** The key that signs decisions now, for those who verify them. */
  get decisionEnvironment() {
    return { DECISION_KEY_ID: this.decision.keyArn };
  }

  /** The keys that sign now and that a rotation re-signs with, as handlers read them. */
  get environment() {
    return { RECORD_KEY_ID: this.record.keyArn, ATTESTATION_KEY_ID: this.attestation.keyArn };
  }
}

/** Reading the public half needs a permission of the role; signing is allowed by the policy of the key alone. */
export const allowReadPublicKey = (lambda: GovernedFunction, ...keys: readonly Key[]): void => {
  lambda.allow({ actions: ['kms:GetPublicKey'], resources: keys.map(({ keyArn }) => keyArn) });
};

const unreachableGeneration = (generation: number): never => {
  throw new Error(`there is no generation ${generation} of the signing keys: count them from 1`);
};
