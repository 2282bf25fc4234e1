import { Annotations, Aspects, RemovalPolicy } from 'aws-cdk-lib';
import type { Architecture } from 'aws-cdk-lib/aws-lambda';
import { CfnBucketPolicy } from 'aws-cdk-lib/aws-s3';
import { CfnQueuePolicy } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { ServingDefaults } from '../../domain/release/deployment.ts';
import type { RetryLadder } from '../definition.ts';
import { assertOutlasts, decideRetention, earlyRows, type RetentionWish } from '../retention.ts';
import type { ServingRights } from '../serving-settings.ts';
import type { Settings } from '../settings.ts';
import { AccessLogs } from './access-logs.ts';
import { AccountWatch } from './account-watch.ts';
import { Analytics } from './analytics.ts';
import { AuditLedger } from './audit-ledger.ts';
import { Doors } from './doors.ts';
import { DuckdbLayer } from './duckdb-layer.ts';
import { EvidenceStore } from './evidence-store.ts';
import type { Foundations } from './foundations.ts';
import { GovernanceFiles } from './governance-files.ts';
import type { Oidc } from './identity.ts';
import { LargeTables } from './large-tables.ts';
import { LegalHolds } from './legal-holds.ts';
import { LockedCopies } from './locked-copies.ts';
import { LogWriter } from './log-writer.ts';
import { LostPages } from './lost-pages.ts';
import { MailTracking } from './mail-tracking.ts';
import { Measuring } from './measuring.ts';
import { ModelBuckets } from './model-buckets.ts';
import { ModelExecutionRole } from './model-execution-role.ts';
import { Monitoring } from './monitoring.ts';
import { Outbox } from './outbox.ts';
import { RegistryReview } from './registry-review.ts';
import { Rehearsal } from './rehearsal.ts';
import { ReleaseIntake } from './release-intake.ts';
import { ReleaseStore } from './release-store.ts';
import { ReleaseWorkflow } from './release-workflow.ts';
import { Replication, type ReplicationProps } from './replication.ts';
import { Serving } from './serving.ts';
import { SigningKeys } from './signing-keys.ts';
import type { SlackApp } from './slack.ts';

export interface ModelGovernanceProps extends RetentionWish {
  /** Part of the names of the bus and of the API. */
  readonly environment: string;
  /** The policy that releases are judged by. */
  readonly policyFile: string;
  /** Who may be asked to approve. */
  readonly approversFile: string;
  /** The regimes that concern what is released. */
  readonly regimesFolder: string;
  /** The buckets where artifacts and evidence may lie. */
  readonly modelBuckets: readonly string[];
  /** The customer managed keys that objects there are encrypted with. */
  readonly modelKeyArns: readonly string[];
  /** The model package groups that are taken in. If there are none, every package with metadata of ours is. */
  readonly modelPackageGroups: readonly string[];
  /** An identity that SES may send as. Without one, nobody gets mail. */
  readonly mailFrom: string | undefined;
  readonly architecture: Architecture;
  /** What links in mails begin with, if not the address of the API. */
  readonly publicBaseUrl?: string | undefined;
  /** Raising it creates new keys for records and attestations; `assay keys rotate` then re-signs with them. */
  readonly signingKeyGeneration: number;
  /** The role that endpoints run with; one is made if none is given. */
  readonly modelExecutionRoleArn?: string | undefined;
  /** Whether SageMaker loads the objects that manifests name, or write-once copies of them. */
  readonly serveFrom: Settings['serveFrom'];
  /** The endpoints that are watched whatever they serve, by patterns of their names. */
  readonly watchedEndpoints: readonly string[];
  /** How models are served where a manifest does not say. */
  readonly servingDefaults: ServingDefaults;
  /** The rights that models are served with. */
  readonly servingRights: ServingRights;
  /** How the machines try again. */
  readonly retryLadder: RetryLadder;
  /** How long the machines wait between two looks at an endpoint. */
  readonly endpointWaitSeconds: number;
  /** Milliseconds that a request of the API may wait for other services. */
  readonly doorPatienceMs: number;
  /** The ARNs of the roles that may read dead letters. */
  readonly deadLetterReaders: readonly string[];
  /** The role that CloudFormation deploys with. Nobody else can change keys and locked buckets afterwards. */
  readonly executionRoleArn: string;
  /** The stream of the table that was restored in the place of the stack's own. */
  readonly restoredTableStreamArn?: string | undefined;
  /** What the address of the sign-in page begins with, in this region the only one of this name. */
  readonly signInPrefix: string;
  /** Whose tokens open the API, instead of those of a user pool of our own. */
  readonly oidc?: Oidc | undefined;
  /** How often an audit is rehearsed. */
  readonly rehearsalDays: number;
  /** Of what CloudWatch gets metrics. */
  readonly metricsOf: Settings['metricsOf'];
  /** The bucket of a second account that the audit trail is copied to; undefined where it is not. */
  readonly replica?: Omit<ReplicationProps, 'environment'> | undefined;
  /** The app by which people are asked in Slack, and decide there; undefined if they do not. */
  readonly slack?: SlackApp | undefined;
}

/** SES refuses mail from this address with an error, until a real sender is configured. */
const NOBODY = 'assay@example.com';

/**
 * Every bucket and queue here outlives its stack, and would stand open without its policy. A deployment that is rolled
 * back would also have to delete the policies of locked buckets, which may be denied to the role that it runs with.
 */
const retainPolicies = (scope: Construct): void => {
  Aspects.of(scope).add({
    visit: (node) => {
      if (node instanceof CfnBucketPolicy || node instanceof CfnQueuePolicy)
        node.applyRemovalPolicy(RemovalPolicy.RETAIN);
    },
  });
};

/** Governed releases of models: all of Assay as one construct, to use in a stack of your own. */
export class ModelGovernance extends Construct {
  readonly foundations: Foundations;
  readonly workflow: ReleaseWorkflow;
  readonly intake: ReleaseIntake;
  readonly analytics: Analytics;
  readonly doors: Doors;
  readonly log: LogWriter;
  readonly outbox: Outbox;
  readonly lostPages: LostPages;
  readonly measuring: Measuring;

  constructor(scope: Construct, id: string, props: ModelGovernanceProps) {
    super(scope, id);
    retainPolicies(this);
    const accessLogs = new AccessLogs(this, 'AccessLogs');
    const on = this.layFoundations(props, accessLogs);
    this.foundations = on;
    if (props.replica !== undefined) {
      const { environment, replica } = props;
      new Replication(this, 'Replication', on.ledger.bucket, { environment, ...replica });
    }
    this.workflow = new ReleaseWorkflow(this, 'Workflow', on);
    this.intake = new ReleaseIntake(this, 'Intake', on);
    this.analytics = new Analytics(this, 'Analytics', { on, accessLogs });
    const { publicBaseUrl, oidc, signInPrefix, doorPatienceMs: patienceMs, slack } = props;
    this.doors = new Doors(this, 'Doors', {
      on,
      analytics: this.analytics,
      publicBaseUrl,
      oidc,
      signInPrefix,
      patienceMs,
      slack,
      canaries: this.workflow.canaries,
      renewal: this.workflow.renewal,
    });
    const after = [this.doors.serveApproval.lambda, this.workflow.signRecord.lambda];
    this.log = new LogWriter(this, 'Log', { on, bus: this.intake.bus, after });
    new RegistryReview(this, 'RegistryReview', on);
    new Serving(this, 'Serving', on, this.intake.bus);
    new Monitoring(this, 'Monitoring', on);
    new Rehearsal(this, 'Rehearsal', { on, analytics: this.analytics, everyDays: props.rehearsalDays });
    new LegalHolds(this, 'Holds', { on, bus: this.intake.bus });
    this.outbox = new Outbox(this, 'Outbox', {
      on,
      accessLogs,
      workflow: this.workflow,
      bus: this.intake.bus,
      publicBaseUrl: this.doors.publicBaseUrl,
      slack,
      mailFrom: props.mailFrom ?? NOBODY,
      mailTracking: props.mailFrom === undefined ? undefined : new MailTracking(this, 'Mail', props),
    });
    new AccountWatch(this, 'AccountWatch', { on, busName: this.intake.bus.eventBusName, within: this });
    this.lostPages = new LostPages(this, 'LostPages', { on, busName: this.intake.bus.eventBusName });
    // Last: it counts what lies in the queues of all others.
    this.measuring = new Measuring(this, 'Measuring', { on, within: this, metricsOf: props.metricsOf });
  }

  private layFoundations(props: ModelGovernanceProps, accessLogs: AccessLogs): Foundations {
    const { environment, production, architecture, executionRoleArn } = props;
    const retention = decideRetention(props);
    const { mode, auditDays, evidenceDays } = retention;
    const modelBuckets = new ModelBuckets(this, 'ModelBuckets', {
      names: props.modelBuckets,
      keyArns: props.modelKeyArns,
    });
    const locked = { mode, accessLogs, executionRoleArn };
    const files = new GovernanceFiles(this, 'Files', props);
    const lockedCopies = new LockedCopies(this, 'LockedCopies', { ...locked, retentionDays: evidenceDays });
    const servesCopies = props.serveFrom === 'locked-copy';
    if (servesCopies && production) assertOutlasts(retention, files.approvalExpiryDays);
    const early = earlyRows(retention, files.approvalExpiryDays);
    if (early !== undefined) Annotations.of(this).addWarningV2('assay:evidenceRowsRetentionDays', early);
    return {
      environment,
      defaults: { architecture, production },
      retryLadder: props.retryLadder,
      endpointWaitSeconds: props.endpointWaitSeconds,
      store: new ReleaseStore(this, 'Store', { production, restoredStreamArn: props.restoredTableStreamArn }),
      ledger: new AuditLedger(this, 'Ledger', { ...locked, retentionDays: auditDays, classes: retention.classes }),
      evidence: new EvidenceStore(this, 'Evidence', {
        ...locked,
        retentionDays: evidenceDays,
        rowsDays: retention.rowsDays,
      }),
      keys: new SigningKeys(this, 'Keys', { environment, executionRoleArn, generation: props.signingKeyGeneration }),
      files,
      modelBuckets,
      packageGroups: props.modelPackageGroups,
      lockedCopies,
      watchedEndpoints: props.watchedEndpoints,
      servingDefaults: servesCopies
        ? { ...props.servingDefaults, locked_copies_bucket: lockedCopies.bucket.bucketName }
        : props.servingDefaults,
      servingRights: props.servingRights,
      deadLetterReaders: props.deadLetterReaders,
      duckdb: new DuckdbLayer(this, 'Duckdb', architecture),
      largeTables: new LargeTables(this, 'LargeTables', { environment, accessLogs }),
      modelExecutionRoleArn:
        props.modelExecutionRoleArn ??
        new ModelExecutionRole(this, 'Model', { modelBuckets, lockedCopies, rights: props.servingRights }).role.roleArn,
      retention,
    };
  }
}
