import { RemovalPolicy } from 'aws-cdk-lib';
import { AnyPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Key, KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';

export interface SigningKeysProps {
  readonly environment: string;
  readonly production: boolean;
}

/** Three keys that never leave KMS: what is signed with them can be verified by anybody who has the public halves. */
export class SigningKeys extends Construct {
  readonly record: Key;
  readonly log: Key;
  readonly link: Key;

  constructor(scope: Construct, id: string, props: SigningKeysProps) {
    super(scope, id);
    const key = (name: string, keySpec: KeySpec, keyUsage: KeyUsage, description: string) => {
      const made = new Key(this, name, { keySpec, keyUsage, description, removalPolicy: RemovalPolicy.RETAIN });
      if (props.production) made.addToResourcePolicy(denyDeletion());
      return made;
    };
    const of = `of assay-${props.environment}`;
    this.record = key('Record', KeySpec.ECC_NIST_P256, KeyUsage.SIGN_VERIFY, `Signs the governance records ${of}`);
    this.log = key('Log', KeySpec.ECC_NIST_EDWARDS25519, KeyUsage.SIGN_VERIFY, `Signs the checkpoints ${of}`);
    this.link = key('Link', KeySpec.HMAC_256, KeyUsage.GENERATE_VERIFY_MAC, `Authenticates the approval links ${of}`);
  }
}

/** The account keeps the key policy itself: to delete a key, somebody has to change that first, in plain sight. */
const denyDeletion = () =>
  new PolicyStatement({
    sid: 'DenyDeletion',
    effect: Effect.DENY,
    principals: [new AnyPrincipal()],
    actions: ['kms:ScheduleKeyDeletion'],
    resources: ['*'],
  });
