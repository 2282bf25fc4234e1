/** What a release of the story took, as its report says it. */
import type { SFNClient } from '@aws-sdk/client-sfn';
import type { Step } from '../story.ts';
import { accountOf, type CallsAccount, readCalls, type Window } from './account.ts';
import { enteredStates } from './transitions.ts';

export type { CallsAccount } from './account.ts';

/** A step, with the instant when it had ended, in milliseconds since the Unix epoch. */
export type TimedStep = Step & { readonly endedAt: number };

const REQUESTED = '1.1.0 is registered by a pipeline';
const PROMOTED = '1.1.0 is promoted';

/** The parts of the story in which a release goes from its event to its verdict, and to production; none if it did not come so far. */
export const partsOf = (steps: readonly TimedStep[]): Readonly<Record<string, Window>> => {
  const requested = steps.find(({ step }) => step === REQUESTED);
  const promoted = steps.find(({ step }) => step === PROMOTED);
  if (requested === undefined || promoted === undefined) return {};
  const from = requested.endedAt - requested.seconds * 1000;
  return {
    'from the event to the verdict': { from, until: requested.endedAt },
    'from the event to production': { from, until: promoted.endedAt },
  };
};

/**
 * Counts the calls of the Lambdas in both parts. Whatever they do meanwhile counts, sweeps of the outbox and the log of a minute among it;
 * the exact counts are those of calls-of-a-release.test.ts.
 */
export const countStory = async (
  steps: readonly TimedStep[],
  folder: string,
  sfn: SFNClient,
  machines: readonly string[],
): Promise<Readonly<Record<string, CallsAccount>>> => {
  const [recorded, entered] = await Promise.all([readCalls(folder), enteredStates(sfn, machines)]);
  return Object.fromEntries(
    Object.entries(partsOf(steps)).map(([part, window]) => [part, accountOf(recorded, window, entered)]),
  );
};
