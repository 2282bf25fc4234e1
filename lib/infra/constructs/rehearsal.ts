import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { Construct } from 'constructs';
import { SQL_FOLDER } from '../bundling.ts';
import type { Analytics } from './analytics.ts';
import { DeadLetters } from './dead-letters.ts';
import { deliverTo } from './event-delivery.ts';
import { auditLockOf, evidenceOf, type Foundations, tableOf } from './foundations.ts';
import { GovernedFunction } from './governed-function.ts';
import { allowReadPublicKey } from './signing-keys.ts';

interface RehearsalProps {
  readonly on: Foundations;
  readonly analytics: Analytics;
  readonly everyDays: number;
}

/**
 * Rehearses an audit on schedule. It reads what an auditor reads, and has no right to the evidence: the reads that it tries there must be
 * denied.
 */
export class Rehearsal extends Construct {
  constructor(scope: Construct, id: string, { on, analytics, everyDays }: RehearsalProps) {
    super(scope, id);
    const deadLetters = new DeadLetters(this, 'DeadLetters', on);
    const { AUDIT_RETENTION_DAYS, LOCK_MODE } = auditLockOf(on);
    const rehearse = new GovernedFunction(this, 'RehearseAudit', {
      defaults: on.defaults,
      timeoutSeconds: 900,
      // All entries of the log are in its memory at once.
      memoryMib: 3008,
      deadLetters: deadLetters.queue,
      environment: {
        ...tableOf(on),
        ...evidenceOf(on),
        ...{ AUDIT_RETENTION_DAYS, LOCK_MODE, SQL_FOLDER },
        AUDIT_BUCKET: on.ledger.bucket.bucketName,
        LOG_KEY_ID: on.keys.log.keyArn,
        RECORD_KEY_IDS: on.keys.verifying.record.map(({ keyArn }) => keyArn).join(','),
        ...analytics.environment,
      },
    });
    on.store.allowCommit(rehearse);
    on.ledger.allowAudit(rehearse);
    on.ledger.allowAppend(rehearse, ['rehearsals']);
    on.evidence.allowReadRecords(rehearse);
    analytics.allowAsk(rehearse);
    allowReadPublicKey(rehearse, on.keys.log, ...on.keys.verifying.record);
    new Rule(this, 'Due', {
      schedule: Schedule.rate(Duration.days(everyDays)),
      targets: [deliverTo(rehearse, deadLetters)],
    });
  }
}
