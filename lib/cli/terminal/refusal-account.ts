import * as z from 'zod';
import { columns, paragraph, plain } from './text.ts';

export const Refusals = z.object({
  refusals: z.array(
    z.object({
      refusal_id: z.string(),
      code: z.string(),
      message: z.string(),
      faults: z.array(z.object({ field: z.string(), problem: z.string() })),
      /** Former versions of the API did not say. */
      remedy: z.string().default(''),
      claimed_release_id: z.string(),
      door: z.string(),
      received_at: z.string(),
    }),
  ),
});
export type Refusals = z.infer<typeof Refusals>;

/** What was refused, why, with every fault, and what to do about it. */
export const refusalAccount = ({ refusals }: Refusals): string =>
  refusals
    .map(({ received_at: at, door, claimed_release_id: claimed, code, message, faults, remedy }) =>
      [
        `${plain(at)}  ${plain(claimed) || '(no release_id)'}  via ${plain(door)}`,
        `${plain(code)}: ${plain(message)}`,
        ...(faults.length === 0
          ? []
          : [
              columns(
                ['field', 'problem'],
                faults.map(({ field, problem }) => [field, problem]),
              ),
            ]),
        ...(remedy === '' ? [] : [paragraph(`What to do: ${remedy}`)]),
      ].join('\n'),
    )
    .join('\n\n');
