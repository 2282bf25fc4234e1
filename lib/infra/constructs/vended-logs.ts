import { Aws, Fn, RemovalPolicy } from 'aws-cdk-lib';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Foundations } from './foundations.ts';

export interface VendedLogsProps {
  readonly on: Pick<Foundations, 'environment' | 'defaults'>;
  readonly of: string;
  readonly retention: RetentionDays;
}

/**
 * A log group that a service of AWS delivers to. Under this prefix its policy covers it; any other name adds to a resource
 * policy that the whole account shares, and stacks fail once its 5,120 characters are full. The id of the stack is in the
 * name, because the group of a production deployment outlives its stack, and the next attempt needs another name.
 */
export class VendedLogs extends Construct {
  readonly group: LogGroup;

  constructor(scope: Construct, id: string, { on, of, retention }: VendedLogsProps) {
    super(scope, id);
    const stack = Fn.select(2, Fn.split('/', Aws.STACK_ID));
    this.group = new LogGroup(this, 'Group', {
      logGroupName: `/aws/vendedlogs/assay/${on.environment}/${of}/${stack}`,
      retention,
      removalPolicy: on.defaults.production ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
  }
}
