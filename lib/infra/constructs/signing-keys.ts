import { RemovalPolicy } from 'aws-cdk-lib';
import { AnyPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Key, KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import type { GovernedFunction } from './governed-function.ts';

export interface SigningKeysProps {
  readonly environment: string;
  readonly production: boolean;
  /** The generation of keys that signs. Earlier ones stay for verification, and no longer sign. */
  readonly generation: number;
}

/**
 * Keys that never leave KMS. Anybody with the public keys can verify their signatures. The stages read untrusted input,
 * so they sign with a key of their own: none of them can ever sign a governance record. Decisions have a key of their own
 * as well, which only the Lambda that takes them may use.
 */
export class SigningKeys extends Construct {
  readonly record: Key;
  readonly attestation: Key;
  readonly decision: Key;
  readonly log: Key;
  readonly link: Key;

  constructor(scope: Construct, id: string, props: SigningKeysProps) {
    super(scope, id);
    const key = (name: string, keySpec: KeySpec, keyUsage: KeyUsage, what: string) => {
      const description = `${what} of assay-${props.environment}`;
      const made = new Key(this, name, { keySpec, keyUsage, description, removalPolicy: RemovalPolicy.RETAIN });
      if (props.production) made.addToResourcePolicy(denyAction('DenyDeletion', 'kms:ScheduleKeyDeletion'));
      return made;
    };
    const newest = (name: string, what: string): Key => {
      const generations = Array.from({ length: props.generation }, (_, index) =>
        key(index === 0 ? name : `${name}${index + 1}`, KeySpec.ECC_NIST_P256, KeyUsage.SIGN_VERIFY, what),
      );
      for (const former of generations.slice(0, -1)) former.addToResourcePolicy(denyAction('DenySigning', 'kms:Sign'));
      return generations[generations.length - 1] ?? unreachableGeneration(props.generation);
    };
    this.record = newest('Record', 'Signs the governance records');
    this.attestation = newest('Attestation', 'Signs the attestations of the stages');
    this.decision = newest('Decision', 'Signs the decisions of people');
    this.log = key('Log', KeySpec.ECC_NIST_EDWARDS25519, KeyUsage.SIGN_VERIFY, 'Signs the checkpoints');
    this.link = key('Link', KeySpec.HMAC_256, KeyUsage.GENERATE_VERIFY_MAC, 'Authenticates the approval links');
  }

  /** The key that signs decisions now, for those who verify them. */
  get decisionEnvironment() {
    return { DECISION_KEY_ID: this.decision.keyArn };
  }

  /** Decisions are verified with the public key, by every step that judges by them; signing them is for the door alone. */
  allowVerifyDecisions(lambda: GovernedFunction): void {
    lambda.allow({ actions: ['kms:GetPublicKey'], resources: [this.decision.keyArn] });
  }

  /** The keys that sign now and that a rotation re-signs with, as handlers read them. */
  get environment() {
    return { RECORD_KEY_ID: this.record.keyArn, ATTESTATION_KEY_ID: this.attestation.keyArn };
  }
}

/** The account can still change the key policy: to get round this statement, it must do so first, visibly. */
const denyAction = (sid: string, action: string) =>
  new PolicyStatement({
    sid,
    effect: Effect.DENY,
    principals: [new AnyPrincipal()],
    actions: [action],
    resources: ['*'],
  });

const unreachableGeneration = (generation: number): never => {
  throw new Error(`there is no generation ${generation} of the signing keys: count them from 1`);
};
