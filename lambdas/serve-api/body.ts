/** What callers send, bounded and parsed before anything looks at it. */
import { HTTPException } from 'hono/http-exception';
import * as z from 'zod';
import { Refusal } from '../../lib/domain/refusal.ts';

/** Nothing that we take is as deep. Deeper than some thousand, whatever walks it exhausts the stack. */
const DEPTH_MAX = 32;

export const jsonBody = async (request: Request): Promise<unknown> => {
  const body: unknown = await request.json().catch((cause: unknown) => {
    throw new HTTPException(400, { message: 'the body is not JSON', cause });
  });
  if (isWithin(DEPTH_MAX, body)) return body;
  throw new HTTPException(400, { message: `the body is nested deeper than ${DEPTH_MAX}` });
};

const isWithin = (depth: number, value: unknown): boolean =>
  typeof value !== 'object' ||
  value === null ||
  (depth > 0 && Object.values(value).every((item) => isWithin(depth - 1, item)));

/** Said by an operator in a hurry: half a character in it must not stop what it orders. */
const line = (maxLength: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(maxLength)
    .transform((text) => text.toWellFormed());

/** Why something out of the ordinary is to be done; both go on record. */
const Order = z.strictObject({ reason: line(1024), incident: line(256) });

/** The order in a body, or a refusal that names every field at fault. */
export const orderOf = async (request: Request, what: string): Promise<z.infer<typeof Order>> => {
  const parsed = Order.safeParse(await jsonBody(request));
  if (parsed.success) return parsed.data;
  throw new Refusal('DecisionIncomplete', `${what} needs a reason and an incident`, violationsOf(parsed.error, 'body'));
};

/** Why something is to be tried again, which is no incident. */
const Explained = z.strictObject({ reason: line(1024) });

export const reasonOf = async (request: Request, what: string): Promise<string> => {
  const parsed = Explained.safeParse(await jsonBody(request));
  if (parsed.success) return parsed.data.reason;
  throw new Refusal('DecisionIncomplete', `${what} needs a reason`, violationsOf(parsed.error, 'body'));
};

export const violationsOf = (error: z.ZodError, whole: string) =>
  error.issues.map((issue) => ({ field: issue.path.join('.') || whole, problem: issue.message }));
