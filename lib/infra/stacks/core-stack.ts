import { Annotations, CfnOutput, Stack } from 'aws-cdk-lib';
import { Architecture } from 'aws-cdk-lib/aws-lambda';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { Machine } from '../../domain/policy/machine.ts';
import { ModelGovernance } from '../constructs/model-governance.ts';
import { executionRoleArn } from '../execution-role.ts';
import { assertFitForProduction } from '../fit-for-production.ts';
import { servingDefaultsOf, servingRightsOf } from '../serving-settings.ts';
import { endpointWaitOf, replicaOf, type Settings, signInPrefixOf, slackAppOf, trustedIssuerOf } from '../settings.ts';

/** The stack with everything that decides and keeps records. */
export class CoreStack extends Stack {
  /** Those of the directory, for the policy of the bus. */
  readonly machines: readonly Machine[];
  /** The role that publishes our own events, for the same. */
  readonly publisherArn: string;
  /** What the names of its roles go on with, after that of the stack. */
  readonly governanceId: string;
  /** Of the Lambda that looks at the fleet. */
  readonly logsOfLooks: ILogGroup;
  /** Where events wait that were put on no page. */
  readonly lostPages: IQueue;
  /** Where questions are asked, by their names. */
  readonly questions: { readonly database: string; readonly workgroup: string };

  constructor(scope: Construct, id: string, settings: Settings) {
    super(scope, id, {
      description: 'Assay: governed releases of machine-learning models',
      terminationProtection: settings.production,
      // A template has a million bytes at most, and the ARNs of many buckets are mostly indentation.
      suppressTemplateIndentation: settings.modelBuckets.length > 50,
    });
    const { architecture, mailFrom } = settings;
    if (mailFrom === undefined) {
      Annotations.of(this).addWarningV2('assay:mailFrom', 'approvers get no mail: set mailFrom=<address>');
    }
    const governance = new ModelGovernance(this, 'Governance', {
      ...settings,
      architecture: architecture === 'arm64' ? Architecture.ARM_64 : Architecture.X86_64,
      mailFrom,
      servingDefaults: servingDefaultsOf(settings),
      servingRights: servingRightsOf(settings),
      executionRoleArn: executionRoleArn(this.node, settings.executionRole),
      signInPrefix: signInPrefixOf(settings),
      oidc: trustedIssuerOf(settings),
      slack: slackAppOf(settings),
      replica: replicaOf(settings),
      endpointWaitSeconds: endpointWaitOf(settings),
    });
    assertFitForProduction(settings, governance.foundations.files.directory);
    this.governanceId = governance.node.id;
    this.logsOfLooks = governance.measuring.logs;
    this.lostPages = governance.lostPages.queue;
    this.questions = { database: governance.analytics.database, workgroup: governance.analytics.workgroup };
    this.machines = governance.foundations.files.machines;
    this.publisherArn = governance.outbox.roleArn;
    for (const [name, value] of Object.entries(outputsOf(governance))) {
      if (value !== undefined) new CfnOutput(this, name, { value });
    }
  }
}

const outputsOf = ({ foundations, workflow, intake, doors, log, analytics }: ModelGovernance) => ({
  ApiUrl: doors.api.apiEndpoint,
  ApiId: doors.api.apiId,
  SignedRoutesArn: doors.signedRoutesArn,
  BusName: intake.bus.eventBusName,
  TableName: foundations.store.table.tableName,
  AuditBucketName: foundations.ledger.bucket.bucketName,
  EvidenceBucketName: foundations.evidence.bucket.bucketName,
  HistoryBucketName: analytics.bucket.bucketName,
  LockedCopiesBucketName: foundations.lockedCopies.bucket.bucketName,
  ReleaseMachineArn: workflow.release.machine.stateMachineArn,
  PromotionMachineArn: workflow.promotion.machine.stateMachineArn,
  RollbackMachineArn: workflow.rollback.machine.stateMachineArn,
  MoveMachineArn: workflow.move.machine.stateMachineArn,
  CountingRoleArn: workflow.counting.role.roleArn,
  RotationMachineArn: workflow.rotation.machine.stateMachineArn,
  RecordKeyArn: foundations.keys.record.keyArn,
  AttestationKeyArn: foundations.keys.attestation.keyArn,
  DecisionKeyArn: foundations.keys.decision.keyArn,
  LogKeyArn: foundations.keys.log.keyArn,
  LogOrigin: log.origin,
  LinkKeyArn: foundations.keys.link.keyArn,
  UserPoolId: doors.identity.userPool?.userPoolId,
  UserPoolClientId: doors.identity.client?.userPoolClientId,
  SignInIssuer: doors.identity.oidc.issuer,
  SignInClientId: doors.identity.oidc.clientId,
});
