import { Duration } from 'aws-cdk-lib';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { DeadLetters } from './dead-letters.ts';
import type { GovernedFunction } from './governed-function.ts';

/** EventBridge tries for a day, with growing pauses, to hand an event to its Lambda; then it goes to the dead letters. */
export const deliverTo = ({ lambda }: GovernedFunction, { queue }: DeadLetters): LambdaFunction =>
  new LambdaFunction(lambda, { deadLetterQueue: queue, retryAttempts: 185, maxEventAge: Duration.hours(24) });
