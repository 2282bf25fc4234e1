import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import * as z from 'zod';
import { cut } from '../domain/cut.ts';
import type { RenewalClaim } from '../domain/gate/ask-renewal.ts';
import { Instant } from '../domain/identifiers.ts';
import { Refusal } from '../domain/refusal.ts';
import { Reason } from '../domain/release/release.ts';

const lambda = new LambdaClient({});

/** What became of the approval. */
export const Renewed = z.object({
  outcome: z.enum(['renewable', 'renewed', 'refused']),
  reasons: z.array(Reason),
  compared: z.array(z.object({ input: z.string(), before: z.string(), now: z.string() })),
  approvedUntil: Instant,
  approvedUntilBefore: Instant,
});
export type AnsweredRenewal = z.infer<typeof Renewed>;
/** Has the approval of a release renewed, or looked at, by the one Lambda that may sign the proof. */
export type AskForRenewal = (claim: Omit<RenewalClaim, 'actor'> & Partial<RenewalClaim>) => Promise<AnsweredRenewal>;

const Failed = z.object({ errorType: z.string(), errorMessage: z.string() });

/** What that Lambda refuses is refused here; any other error of it is a fault. */
export const invokeRenewal =
  (functionArn: string): AskForRenewal =>
  async (claim) => {
    const { FunctionError, Payload = new Uint8Array() } = await lambda.send(
      new InvokeCommand({ FunctionName: functionArn, Payload: Buffer.from(JSON.stringify(claim)) }),
    );
    const text = Buffer.from(Payload).toString('utf8');
    if (FunctionError === undefined) return Renewed.parse(JSON.parse(text));
    const failed = Failed.safeParse(JSON.parse(text));
    if (failed.success && REFUSED.includes(failed.data.errorType)) {
      throw new Refusal(failed.data.errorType as 'NotFound', failed.data.errorMessage);
    }
    throw new Error(`the renewal was not judged: ${cut(text, 400)}`);
  };

const REFUSED: readonly string[] = ['NotFound', 'RenewalImpossible'];
