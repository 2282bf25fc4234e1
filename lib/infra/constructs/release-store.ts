import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, ProjectionType, StreamViewType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import type { GovernedFunction } from './governed-function.ts';

const INDEXES = {
  'by-state': { partition: 'gsi_state_pk', sort: 'gsi_state_sk' },
  'by-due': { partition: 'due_shard', sort: 'due_at' },
  'by-package': { partition: 'model_package_arn', sort: undefined },
} as const;

const string = (name: string) => ({ name, type: AttributeType.STRING });

/** The one table: state, event chains and outbox are changed together or not at all. No role has DeleteItem. */
export class ReleaseStore extends Construct {
  readonly table: Table;

  constructor(scope: Construct, id: string, props: { readonly production: boolean }) {
    super(scope, id);
    this.table = new Table(this, 'Table', {
      partitionKey: string('pk'),
      sortKey: string('sk'),
      billingMode: BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: props.production,
      removalPolicy: RemovalPolicy.RETAIN,
      stream: StreamViewType.NEW_IMAGE,
      timeToLiveAttribute: 'ttl',
    });
    for (const [indexName, { partition, sort }] of Object.entries(INDEXES)) {
      this.table.addGlobalSecondaryIndex({
        indexName,
        partitionKey: string(partition),
        ...(sort === undefined ? {} : { sortKey: string(sort) }),
        projectionType: ProjectionType.ALL,
      });
    }
  }

  /**
   * Allows reading everything and committing changes. A commit also has conditions on items that it does not change.
   */
  allowCommit(lambda: GovernedFunction): void {
    const { tableArn } = this.table;
    lambda
      .allow({
        actions: ['GetItem', 'Query', 'PutItem', 'UpdateItem', 'ConditionCheckItem'].map((it) => `dynamodb:${it}`),
        resources: [tableArn],
      })
      .allow({
        actions: ['dynamodb:Query'],
        resources: Object.keys(INDEXES).map((name) => `${tableArn}/index/${name}`),
      });
  }
}
