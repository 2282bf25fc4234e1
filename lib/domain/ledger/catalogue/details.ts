/** What the details of events are made of. Schemas describe; they never decide whether an event is one. */
import * as z from 'zod';

/** Text with a sentence about it, for the published schema. */
export const text = (says: string) => z.string().describe(says);
export const count = (says: string) => z.int().describe(says);
export const instant = (says: string) => text(`${says}: an instant in UTC`);
export const digest = (says: string) => text(`SHA-256 of ${says}`);
export const texts = (says: string) => z.array(z.string()).describe(says);

/** One type of event: what it says, in one sentence, and the members of its details. */
export type CatalogueRow = { readonly says: string; readonly details: z.ZodObject };

/** What the commit itself adds to the details of every event (docs/formats/recorded-rows.md). */
const BOUND = { rows_sha256: digest('the rows that the change wrote').optional() };

/** A row. Every event about a release MAY have the change request that its manifest names. */
export const ofRelease = <Shape extends z.ZodRawShape>(says: string, shape: Shape) => ({
  says,
  details: z.object({
    ...shape,
    ...BOUND,
    change_id: text('the change request that the release belongs to').optional(),
  }),
});

/** A row of an event that is about no release. */
export const ofNoRelease = <Shape extends z.ZodRawShape>(says: string, shape: Shape) => ({
  says,
  details: z.object({ ...shape, ...BOUND }),
});

export const ENDPOINT = { endpoint: text('the name of the endpoint') };
export const CONFIGURED = { ...ENDPOINT, endpoint_config: text('the endpoint configuration; none if it is gone') };
export const EPOCH = count('how often the production pointer of the model has been flipped');

/** What differs from what is allowed, as everybody is told who is refused. */
export const FAULTS = z
  .array(z.object({ field: z.string(), problem: z.string() }))
  .describe('what is wrong, as far as the event has room for it');
export const REASONS = z
  .array(z.object({ rule: z.string(), evidence: z.string(), explanation: z.string() }))
  .describe('every reason that there is room for');
export const REASONS_TOTAL = count('how many reasons there are');

export const ENVELOPE = z
  .object({
    payload: z.string(),
    payloadType: z.string(),
    signatures: z.array(z.object({ keyid: z.string(), sig: z.string() })),
  })
  .describe('the signed statement, as a DSSE envelope');

export const TIER_OVERRIDE = z
  .object({
    computed: z.string(),
    declared: z.string(),
    reason: z.string(),
    roles: z.array(z.string()),
    rule: z.string(),
  })
  .describe('a tier that was declared lower than the policy computes, and who has to sign for it');

export const STAGES = z
  .array(z.object({ name: z.string(), roles: z.array(z.string()) }))
  .describe('the stages of approval, and the roles of each');
