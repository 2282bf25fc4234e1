import { Aws, Stack } from 'aws-cdk-lib';
import { EventBus, Rule } from 'aws-cdk-lib/aws-events';
import { EventBus as OtherBus } from 'aws-cdk-lib/aws-events-targets';
import type { Construct } from 'constructs';
import { iamCalls, namesBegin } from '../constructs/account-watch.ts';
import type { CoreStack } from './core-stack.ts';

export interface IamEventsProps {
  /** The stack whose roles and policies are watched. */
  readonly of: Pick<CoreStack, 'stackName' | 'governanceId'>;
  /** The region of that stack. */
  readonly to: string;
}

/** IAM tells of its calls in us-east-1 alone. This stack lies there, and sends those about a deployment on to its region. */
export class IamEventsStack extends Stack {
  constructor(scope: Construct, id: string, { of, to }: IamEventsProps) {
    super(scope, id, {
      env: { region: 'us-east-1' },
      description: 'Assay: sends on what IAM says about the roles of a deployment in another region',
    });
    const arn = `arn:${Aws.PARTITION}:events:${to}:${Aws.ACCOUNT_ID}:event-bus/default`;
    const bus = EventBus.fromEventBusArn(this, 'Bus', arn);
    iamCalls(namesBegin(of.stackName, of.governanceId)).forEach((eventPattern, index) => {
      new Rule(this, `Iam${index + 1}`, { eventPattern, targets: [new OtherBus(bus)] });
    });
  }
}
