import { Duration } from 'aws-cdk-lib';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { DeadLetters } from './dead-letters.ts';
import type { GovernedFunction } from './governed-function.ts';

/** EventBridge retries for a day, with backoff, to deliver an event to its Lambda; then the event is a dead letter. */
export const deliverTo = ({ lambda }: GovernedFunction, { queue }: DeadLetters): LambdaFunction =>
  new LambdaFunction(lambda, { deadLetterQueue: queue, retryAttempts: 185, maxEventAge: Duration.hours(24) });
