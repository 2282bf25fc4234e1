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
  /** The next call of this operation is answered with this error. */
  nextError: z.strictObject({ operation: z.string(), type: z.string(), message: z.string() }).optional(),
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

/** An operation of the API: its input as the API model describes it, and what it does with an input that is valid. */
export function operation<S extends z.ZodType>(
  schema: S,
  run: (input: z.output<S>, caller: Caller) => object,
): Operation {
  return {
    call(input, caller) {
      const parsed = schema.safeParse(input, { reportInput: true });
      if (!parsed.success) throw invalid(describeIssues(parsed.error));
      return run(parsed.data, caller);
    },
  };
}

export const arn = (resource: string): string => `arn:aws:sagemaker:${localRegion}:${localAccountId}:${resource}`;

/** SageMaker writes times as seconds. */
export const seconds = (instant: Date): number => instant.getTime() / 1000;

/** The access key stands for the caller: in the emulator a Lambda's is the account number, a person's is another. */
export function userContext({ accessKeyId }: Caller): object {
  return { IamIdentity: { Arn: `arn:aws:iam::${localAccountId}:user/${accessKeyId}`, PrincipalId: accessKeyId } };
}

function describeIssues(error: z.ZodError): string {
  const issues = error.issues.map((issue) => {
    const value = issue.input === undefined ? 'null' : `'${show(issue.input)}'`;
    return `Value ${value} at '${issue.path.map(memberName).join('.')}' failed to satisfy constraint: ${constraint(issue)}`;
  });
  return `${issues.length} validation error${issues.length === 1 ? '' : 's'} detected: ${issues.join('; ')}`;
}

const show = (input: unknown): string => (typeof input === 'object' ? JSON.stringify(input) : String(input));

const memberName = (part: PropertyKey): string =>
  typeof part === 'number' ? `${part + 1}.member` : String(part).replace(/^./, (letter) => letter.toLowerCase());

function constraint(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'Member must not be null' : `Member must be of type ${issue.expected}`;
    case 'invalid_value':
      return `Member must satisfy enum value set: [${issue.values.join(', ')}]`;
    case 'too_small':
      return issue.origin === 'number'
        ? `Member must have value greater than or equal to ${issue.minimum}`
        : `Member must have length greater than or equal to ${issue.minimum}`;
    case 'too_big':
      return issue.origin === 'number'
        ? `Member must have value less than or equal to ${issue.maximum}`
        : `Member must have length less than or equal to ${issue.maximum}`;
    case 'invalid_format':
      return `Member must satisfy regular expression pattern: ${issue.pattern?.replace(/^\/\^\(\?:|\)\$\/u?$/g, '')}`;
    default:
      return issue.message;
  }
}
