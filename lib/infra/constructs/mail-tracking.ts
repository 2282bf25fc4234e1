import { EventBus, Rule } from 'aws-cdk-lib/aws-events';
import { ConfigurationSet, EmailSendingEvent, EventDestination } from 'aws-cdk-lib/aws-ses';
import { Construct } from 'constructs';
import { regional } from '../permissions.ts';
import type { DeadLetters } from './dead-letters.ts';
import { deliverTo } from './event-delivery.ts';
import type { GovernedFunction } from './governed-function.ts';

/** What SES calls a mail that reaches nobody; a bounce is of the last of several tries. */
const LOST = ['Bounce', 'Complaint', 'Reject'];

/**
 * What becomes of mails that ask for a decision: SES puts it on the default bus, the only one that it knows, and the dispatcher hears
 * of those that were lost.
 */
export class MailTracking extends Construct {
  readonly configurationSet: string;
  readonly setArns: readonly string[];
  readonly #name: string;

  constructor(scope: Construct, id: string, { environment }: { readonly environment: string }) {
    super(scope, id);
    this.#name = `assay-${environment}`;
    const set = new ConfigurationSet(this, 'Set', { configurationSetName: this.#name });
    set.addEventDestination('DefaultBus', {
      destination: EventDestination.eventBus(EventBus.fromEventBusName(this, 'Bus', 'default')),
      events: [EmailSendingEvent.BOUNCE, EmailSendingEvent.COMPLAINT, EmailSendingEvent.REJECT],
    });
    this.configurationSet = set.configurationSetName;
    this.setArns = [regional('ses', `configuration-set/${this.#name}`)];
  }

  /** Only of our own mails: the bus has those of the whole account. */
  wake(dispatch: GovernedFunction, deadLetters: DeadLetters): void {
    new Rule(this, 'MailLost', {
      eventPattern: {
        source: ['aws.ses'],
        detail: { eventType: LOST, mail: { tags: { 'ses:configuration-set': [this.#name] } } },
      },
      targets: [deliverTo(dispatch, deadLetters)],
    });
  }
}
