import { Duration } from 'aws-cdk-lib';
import { type EventBus, Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import { evidenceOf, type Foundations, tableOf } from './foundations.ts';
import { GovernedFunction } from './governed-function.ts';
import { OWN_SOURCE } from './release-intake.ts';

/**
 * Keeps the legal holds of S3 as the table says. No other role may put one on or take one off: it has no end, whatever the retention of
 * its object.
 */
export class LegalHolds extends Construct {
  constructor(scope: Construct, id: string, { on, bus }: { readonly on: Foundations; readonly bus: EventBus }) {
    super(scope, id);
    const keep = new GovernedFunction(this, 'KeepLegalHolds', {
      defaults: on.defaults,
      environment: {
        ...tableOf(on),
        ...evidenceOf(on),
        AUDIT_BUCKET: on.ledger.bucket.bucketName,
        LOCKED_COPIES_BUCKET: on.lockedCopies.bucket.bucketName,
      },
      // All objects of a model: about a thousand in a second.
      timeoutSeconds: 900,
    });
    on.store.allowLook(keep);
    on.ledger.allowLegalHolds(keep, ['events/v1/*', 'bundles/v1/*', 'rows/v1/*'], 'ledgerObjects');
    on.evidence.allowLegalHolds(keep, ['sha256/*', 'evidence_rows/*'], 'evidenceObjects');
    on.evidence.allowFindHiddenRows(keep);
    on.evidence.allowLegalHolds(keep, ['records/*', 'attestations/*'], 'recordObjects');
    on.lockedCopies.allowLegalHolds(keep, ['sha256/*'], 'evidenceObjects');
    // What it does goes by the table, so the next run makes up for one that failed.
    const targets = [new LambdaFunction(keep.lambda)];
    new Rule(this, 'Changed', {
      eventBus: bus,
      eventPattern: { source: [OWN_SOURCE], detailType: ['Legal Hold Set', 'Legal Hold Lifted'] },
      targets,
    });
    new Rule(this, 'EverySixHours', { schedule: Schedule.rate(Duration.hours(6)), targets });
  }
}
