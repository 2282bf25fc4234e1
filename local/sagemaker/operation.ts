import * as z from 'zod';
import type { AwsEvent } from '../aws-events.ts';
import { localAccountId, localRegion } from '../clients.ts';

/** An error response, with the type and wording that AWS uses, because callers match on both. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly type: string;

  constructor(type: string, message: string) {
    super(message);
    this.type = type;
  }
}

export const invalid = (message: string): ApiError => new ApiError('ValidationException', message);

/** What the stand-in needs from its surroundings; tests pass their own clock, timer and bus. */
export interface World {
  now(): Date;
  /** Runs the step when the delay is over. */
  after(delayMs: number, step: () => void): void;
  /** Hands an event over; the stand-in hands them over one by one, in order. */
  publish(event: AwsEvent): void;
  readonly settings: Settings;
}

/** How one endpoint behaves, whatever the others do. */
const EndpointOrders = z.strictObject({
  /** As long as this is true, an update stays in progress. */
  hold: z.boolean().optional(),
  failNextCreate: z.string().optional(),
  failNextUpdate: z.string().optional(),
});

/** What `PUT /_standin/settings` changes. */
export const Settings = z.strictObject({
  /** How long an endpoint stays in each transitional state. */
  delayMs: z.number().int().nonnegative().default(1_000),
  /** The next creation of an endpoint ends in Failed, for this reason. */
  failNextCreate: z.string().optional(),
  /** The next update of an endpoint rolls back, for this reason. */
  failNextUpdate: z.string().optional(),
  /** The next call of this operation is answered with this error, or so many of them. */
  nextError: z
    .strictObject({ operation: z.string(), type: z.string(), message: z.string(), times: z.int().min(1).default(1) })
    .optional(),
  /** What SageMaker makes of an image that is specified; otherwise its digest. */
  resolvedImages: z.record(z.string(), z.string()).default({}),
  /** Orders for single endpoints, by name. New orders for a name replace its former ones. */
  endpoints: z.record(z.string(), EndpointOrders).default({}),
});
export type Settings = z.infer<typeof Settings>;

export interface Caller {
  readonly accessKeyId: string;
}

export interface Operation {
  call(input: unknown, caller: Caller): object;
}

/** An operation of the API, and the part of its input that the stand-in reads. The service model has let it in. */
export function operation<S extends z.ZodType>(
  schema: S,
  run: (input: z.output<S>, caller: Caller) => object,
): Operation {
  return { call: (input, caller) => run(schema.parse(input), caller) };
}

export const arn = (resource: string): string => `arn:aws:sagemaker:${localRegion}:${localAccountId}:${resource}`;

/** SageMaker writes times as seconds. */
export const seconds = (instant: Date): number => instant.getTime() / 1000;

/** The access key stands for the caller: it is the name of their role. In the emulator a Lambda's is the account number. */
export function userContext({ accessKeyId }: Caller): object {
  const Arn = `arn:aws:sts::${localAccountId}:assumed-role/${accessKeyId}/local`;
  return { IamIdentity: { Arn, PrincipalId: `${accessKeyId}:local` } };
}
