import { Stack } from 'aws-cdk-lib';
import { CfnEventBusPolicy } from 'aws-cdk-lib/aws-events';
import type { Construct } from 'constructs';
import type { Machine } from '../../domain/policy/machine.ts';
import { sha256 } from '../../domain/signing/canonical-json.ts';
import { OWN_SOURCE } from '../constructs/release-intake.ts';
import { regional } from '../permissions.ts';

/** EventBridge takes no longer policy of a bus. */
const POLICY_MAX_CHARACTERS = 10_240;

export interface EventPolicyProps {
  readonly busName: string;
  /** The role that publishes our own events. */
  readonly publisherArn: string;
  readonly machines: readonly Machine[];
}

/**
 * Who may put events with the source of a machine on the bus: its principal, and nobody else, whatever IAM policies say. The
 * source is how the intake knows the machine. The same holds for our own source: what it says is put on a page as it stands.
 * It is a stack of its own, because the local AWS refuses a whole template that has such a policy.
 */
export class EventPolicyStack extends Stack {
  constructor(scope: Construct, id: string, { busName, publisherArn, machines }: EventPolicyProps) {
    super(scope, id, { description: 'Assay: who may send events under which source' });
    const bus = regional('events', `event-bus/${busName}`);
    const statements = [
      denyToOthers(OWN_SOURCE, publisherArn, bus),
      ...machines.flatMap(({ event_source: source, principal_arn: principal }) =>
        source === undefined ? [] : [denyToOthers(source, principal, bus)],
      ),
    ];
    const { length } = JSON.stringify(statements);
    if (length > POLICY_MAX_CHARACTERS) {
      throw new Error(
        `the policy of the bus would have ${length} characters, of ${POLICY_MAX_CHARACTERS}: declare fewer event sources`,
      );
    }
    for (const statement of statements) {
      new CfnEventBusPolicy(this, statement.Sid, { eventBusName: busName, statementId: statement.Sid, statement });
    }
  }
}

const denyToOthers = (source: string, principal: string | undefined, bus: string) => ({
  // Named after the source, as its resource is, so that one machine more or less changes no other statement. Former versions numbered
  // the resources, with statements called `Source…`. These are called otherwise, so that they are in force before those are deleted.
  Sid: `From${sha256(new TextEncoder().encode(source)).slice(0, 16)}`,
  Effect: 'Deny',
  Principal: '*',
  Action: 'events:PutEvents',
  Resource: bus,
  Condition: {
    // One request can bring events of several sources: one of them is enough.
    'ForAnyValue:StringEquals': { 'events:source': source },
    // For the session of a role it is the ARN of the role.
    ArnNotEquals: { 'aws:PrincipalArn': principal },
  },
});
