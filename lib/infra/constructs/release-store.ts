import { RemovalPolicy } from 'aws-cdk-lib';
import {
  AttributeType,
  BillingMode,
  type ITable,
  ProjectionType,
  StreamViewType,
  Table,
} from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import { kinds } from '../../domain/change/kinds.ts';
import {
  ACCESS,
  chainPrefix,
  claimedPrefix,
  LOG,
  METRICS,
  ONCE,
  OUTBOX,
  outboxPartition,
  READING,
  SWEEP,
  timelinePrefix,
} from '../../domain/change/partitions.ts';
import { GATE } from '../../domain/gate/sign-once.ts';
import { INTAKE_CHAIN } from '../../domain/ledger/event.ts';
import { SUMMARY_ATTRIBUTES } from '../../domain/release/release-summary.ts';
import { foreignChains, rightsOf, type Writer } from '../../rights/writers.ts';
import { deny } from '../permissions.ts';
import type { GovernedFunction } from './governed-function.ts';

/** What lists show of a release, but for the keys of the index. */
const LISTED = SUMMARY_ATTRIBUTES.filter((name) => name !== 'updatedAt');

const INDEXES = {
  'by-state': { partition: 'gsi_state_pk', sort: 'gsi_state_sk' },
  'by-due': { partition: 'due_shard', sort: 'due_at' },
  'by-package': { partition: 'model_package_arn', sort: undefined },
  // An attribute of its own: other kinds have a `modelName` that may be empty, which no key of an index can be.
  'by-model': { partition: 'listed_model', sort: 'updatedAt', attributes: LISTED },
} as const;

/** Where versions up to November 2026 kept the rows of a model. Nobody writes there, and a pointer that is missing is looked for there. */
const FORMER_MODELS = 'MODEL#*';

const string = (name: string) => ({ name, type: AttributeType.STRING });

interface ReleaseStoreProps {
  readonly production: boolean;
  /** The stream of a table that was restored from a backup of ours, and takes its place. */
  readonly restoredStreamArn?: string | undefined;
}

/** The one table: state, event chains and outbox are changed together or not at all. No role has DeleteItem. */
export class ReleaseStore extends Construct {
  readonly table: Pick<ITable, 'tableArn' | 'tableName'> & { readonly tableStreamArn?: string | undefined };

  constructor(scope: Construct, id: string, props: ReleaseStoreProps) {
    super(scope, id);
    // It stays in the stack beside a restored one, or CloudFormation would make an empty one when the setting goes.
    const own = this.makeTable(props);
    this.table = props.restoredStreamArn === undefined ? own : this.restored(props.restoredStreamArn);
  }

  private restored(tableStreamArn: string): ITable {
    const [tableArn = ''] = tableStreamArn.split('/stream/');
    return Table.fromTableAttributes(this, 'Restored', { tableArn, tableStreamArn });
  }

  private makeTable(props: ReleaseStoreProps): Table {
    const table = new Table(this, 'Table', {
      partitionKey: string('pk'),
      sortKey: string('sk'),
      billingMode: BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: props.production,
      removalPolicy: RemovalPolicy.RETAIN,
      stream: StreamViewType.NEW_IMAGE,
      timeToLiveAttribute: 'ttl',
    });
    for (const [indexName, index] of Object.entries(INDEXES)) {
      const { partition, sort } = index;
      table.addGlobalSecondaryIndex({
        indexName,
        partitionKey: string(partition),
        ...(sort === undefined ? {} : { sortKey: string(sort) }),
        ...('attributes' in index
          ? { projectionType: ProjectionType.INCLUDE, nonKeyAttributes: [...index.attributes] }
          : { projectionType: ProjectionType.ALL }),
      });
    }
    return table;
  }

  /**
   * Allows reading everything, many rows and partitions in one call, and committing the changes of this Lambda: writing the partitions of its own kinds of
   * records and of its own kinds of side effects. A commit also has conditions on items that it does not change.
   */
  allowCommit(lambda: GovernedFunction<Writer>): void {
    const { tableArn } = this.table;
    this.allowRead(lambda);
    this.allowReadTogether(lambda);
    lambda.allow({ actions: ['dynamodb:ConditionCheckItem'], resources: [tableArn] });
    this.allowOn(lambda, 'dynamodb:PutItem', partitionsOf(lambda.name));
    // The names of models have no pattern that IAM knows, so the chains of no model are denied one by one.
    deny(lambda.role, {
      actions: ['dynamodb:PutItem'],
      resources: [tableArn],
      conditions: {
        'ForAnyValue:StringEquals': {
          'dynamodb:LeadingKeys': foreignChains(lambda.name).map((chain) => `${chainPrefix}${chain}`),
        },
      },
    });
  }

  /** A door notes the requests that have keys, and what it answered. */
  allowOnce(lambda: GovernedFunction): void {
    this.allowOn(lambda, 'dynamodb:PutItem', [`${ONCE}*`]);
  }

  /** Reads all rows, and writes none. */
  allowLook(lambda: GovernedFunction): void {
    this.allowRead(lambda);
  }

  private allowRead(lambda: GovernedFunction): void {
    const { tableArn } = this.table;
    lambda.allow({ actions: ['dynamodb:GetItem', 'dynamodb:Query'], resources: [tableArn] }).allow({
      actions: ['dynamodb:Query'],
      resources: Object.keys(INDEXES).map((name) => `${tableArn}/index/${name}`),
    });
  }

  /** The gate reads everything, changes nothing, and keeps what it has signed, which is given again to whoever asks the same. */
  allowAnswer(lambda: GovernedFunction): void {
    this.allowRead(lambda);
    this.allowOn(lambda, 'dynamodb:PutItem', [`${GATE}*`]);
  }

  /** Many rows, and several partitions, in one call. A statement that would scan the table is denied. */
  private allowReadTogether(lambda: GovernedFunction): void {
    const resources = [this.table.tableArn];
    lambda.allow({ actions: ['dynamodb:BatchGetItem', 'dynamodb:PartiQLSelect'], resources });
    deny(lambda.role, {
      actions: ['dynamodb:PartiQLSelect'],
      resources,
      conditions: { Bool: { 'dynamodb:FullTableScan': 'true' } },
    });
  }

  /**
   * The dispatcher leases and completes what is due, queues what it has shipped for the log, and notes a message to each person
   * whom an outcome concerns.
   */
  allowDispatch(lambda: GovernedFunction): void {
    this.allowOn(lambda, 'dynamodb:UpdateItem', [`${OUTBOX}*`, `${chainPrefix}*`]);
    const notices = ['send_notice', 'send_slack_message'].map((kind) => `${outboxPartition(kind)}*`);
    this.allowOn(lambda, 'dynamodb:PutItem', notices);
  }

  /** The sweep of the endpoints notes where it stands. */
  allowSweep(lambda: GovernedFunction): void {
    this.allowOn(lambda, 'dynamodb:PutItem', [SWEEP]);
  }

  /** The log writer moves the state of the log on, and gives events their places in it. */
  allowExtendLog(lambda: GovernedFunction): void {
    this.allowOn(lambda, 'dynamodb:UpdateItem', [LOG, `${chainPrefix}*`]);
  }

  /** The log writer lets rows go that are in the audit bucket. Their state lies beside that of the log. */
  allowGatherAccess(lambda: GovernedFunction): void {
    this.allowOn(lambda, 'dynamodb:UpdateItem', [`${ACCESS}*`, `${READING}*`]);
  }

  /** What metrics are made of is read, and what they say is kept: nothing else is written. */
  allowMeasure(lambda: GovernedFunction): void {
    const { tableArn } = this.table;
    const one = [kinds.pointer, kinds.policy, kinds.periodic_review, kinds.break_glass].map(
      ({ partitions }) => partitions,
    );
    const many = [
      ...[kinds.attestation, kinds.stage_checks, kinds.check, kinds.reverification],
      // Whether those who gave the approval took it back.
      ...[kinds.decided_content, kinds.decided_version, kinds.approval],
    ].map(({ partitions }) => partitions);
    // A pointer that is not there is asked for where a former version kept it.
    this.allowOn(lambda, 'dynamodb:GetItem', [...one, FORMER_MODELS, LOG, METRICS, SWEEP]);
    this.allowOn(lambda, 'dynamodb:Query', [...new Set(many)]);
    lambda.allow({
      actions: ['dynamodb:Query'],
      resources: ['by-state', 'by-due'].map((name) => `${tableArn}/index/${name}`),
    });
    this.allowOn(lambda, 'dynamodb:PutItem', [METRICS]);
  }

  /** The console notes what it hands out. Which hours take notes is up to the log writer. */
  allowNoteAccess(lambda: GovernedFunction): void {
    this.allowOn(lambda, 'dynamodb:PutItem', [`${ACCESS}*`]);
  }

  /** A door notes what people read there. It can read no note, and none of what was handed out is among them. */
  allowNoteReadings(lambda: GovernedFunction): void {
    this.allowOn(lambda, 'dynamodb:UpdateItem', [`${READING}*`]);
  }

  /**
   * IAM compares the partition key of each item of a transaction. `ForAllValues` alone would also hold for a request that
   * names none.
   */
  private allowOn(lambda: GovernedFunction, action: string, partitions: readonly string[]): void {
    lambda.allow({
      actions: [action],
      resources: [this.table.tableArn],
      conditions: {
        'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': partitions },
        Null: { 'dynamodb:LeadingKeys': 'false' },
      },
    });
  }
}

/** Who refuses requests names the ids that they claimed. */
const claimedBy = (name: Writer): string[] =>
  rightsOf(name).chains?.includes(INTAKE_CHAIN) ? [`${claimedPrefix}*`] : [];

/** Every change appends to a chain, and its event is shipped and noted with its release. */
const partitionsOf = (name: Writer): string[] => {
  const { writes, intents } = rightsOf(name);
  return [
    `${chainPrefix}*`,
    `${timelinePrefix}*`,
    ...claimedBy(name),
    ...new Set(writes.map((kind) => kinds[kind].partitions)),
    ...['ship_event', ...intents].map((kind) => `${outboxPartition(kind)}*`),
  ];
};
