/** Request bodies: bounded and parsed before anything else reads them. */
import * as z from 'zod';
import { ModelName } from '../../lib/domain/identifiers.ts';
import { OPEN_HOURS_MAX } from '../../lib/domain/policy/break-glass.ts';
import { visibleCharacters } from '../../lib/domain/readable.ts';
import { ACCOUNT_MAX } from '../../lib/domain/records/break-glass.ts';
import { Matter } from '../../lib/domain/records/legal-hold.ts';
import { parseJsonText, unreadable } from '../../lib/runtime/api-door/json-text.ts';
import { line } from '../../lib/runtime/api-door/line.ts';
import { parseAsked } from '../../lib/runtime/api-door/parse-asked.ts';

/** No body that we accept is this deep. Walking one that is some thousand levels deep would exhaust the stack. */
const DEPTH_MAX = 32;

export const jsonBody = async (request: Request): Promise<unknown> => {
  const body = parseJsonText(await request.arrayBuffer());
  if (isWithin(DEPTH_MAX, body)) return body;
  throw unreadable(`is nested deeper than ${DEPTH_MAX}`);
};

const isWithin = (depth: number, value: unknown): boolean =>
  typeof value !== 'object' ||
  value === null ||
  (depth > 0 && Object.values(value).every((item) => isWithin(depth - 1, item)));

/** Why an operator orders something out of the ordinary. Both fields go on record. */
export const Order = z.strictObject({ reason: line(1024), incident: line(256) });

/** A rollback goes back to the release before, or, if that is said, to nothing: the endpoint is deleted. */
export const RollbackOrder = Order.extend({ to_nothing: z.boolean().default(false) });

/** The line of one model, or, without a name, of all. */
export const LineOrder = Order.extend({ model_name: z.exactOptional(ModelName) });

/** Why a model is legally held, or no longer, and for which matter. */
export const LegalOrder = z.strictObject({ reason: line(1024), matter: Matter });

export const legalOrderOf = (request: Request): Promise<z.infer<typeof LegalOrder>> =>
  bodyOf(LegalOrder, request, 'a legal hold needs a reason and a matter');

/** The order in a body, or a refusal that names every field at fault. */
export const orderOf = (request: Request, what: string): Promise<z.infer<typeof Order>> =>
  orderIn(Order, request, what);

export const rollbackOrderOf = (request: Request): Promise<z.infer<typeof RollbackOrder>> =>
  orderIn(RollbackOrder, request, 'a rollback');

export const lineOrderOf = (request: Request, what: string): Promise<z.infer<typeof LineOrder>> =>
  orderIn(LineOrder, request, what);

const orderIn = <Shape extends z.ZodType>(shape: Shape, request: Request, what: string): Promise<z.output<Shape>> =>
  bodyOf(shape, request, `${what} needs a reason and an incident`);

/** What a body says, or a refusal that names every field at fault. */
export const bodyOf = async <Shape extends z.ZodType>(
  shape: Shape,
  request: Request,
  needs: string,
): Promise<z.output<Shape>> => parseAsked(shape, await jsonBody(request), { whole: 'body', needs });

/** Why a release is to be let past what is stopped, and for how many hours at most. */
export const BreakGlassOrder = Order.extend({ hours: z.int().min(1).max(OPEN_HOURS_MAX).optional() });

export const breakGlassOrderOf = (request: Request) => orderIn(BreakGlassOrder, request, 'a break-glass');

/** As many as the answer to a denial has: what closes a debt says something. */
const ACCOUNT_MIN_CHARACTERS = 20;
/** The event has room for so many bytes of it beside everything else. */
const ACCOUNT_MAX_BYTES = 8_000;

/** What was done by a break-glass, and why. */
export const Account = z.strictObject({
  account: line(ACCOUNT_MAX)
    .refine(
      (text) => visibleCharacters(text) >= ACCOUNT_MIN_CHARACTERS,
      `must say what was done, and why, in ${ACCOUNT_MIN_CHARACTERS} characters that are seen`,
    )
    .refine(
      (text) => Buffer.byteLength(JSON.stringify(text)) <= ACCOUNT_MAX_BYTES,
      `takes more than ${ACCOUNT_MAX_BYTES} bytes: shorten it`,
    ),
});

export const accountOf = async (request: Request): Promise<string> =>
  (await bodyOf(Account, request, 'a break-glass is documented by an account')).account;

/** Why an endpoint is to belong to a model. */
export const Adoption = z.strictObject({ reason: line(1024), model_name: ModelName });

export const adoptionOf = (request: Request): Promise<z.infer<typeof Adoption>> =>
  bodyOf(Adoption, request, 'an adoption needs a reason and a model');

/** Why something is to be tried again, for which no incident is needed. */
export const Explained = z.strictObject({ reason: line(1024) });

export const reasonOf = async (request: Request, what: string): Promise<string> =>
  (await bodyOf(Explained, request, `${what} needs a reason`)).reason;

/** Which check is to be made again. */
export const CheckAgain = z.strictObject({
  check: z.string().regex(/^[a-z0-9_]{1,64}$/, 'must be the name of a check'),
});

export const checkOf = async (request: Request): Promise<string> =>
  (await bodyOf(CheckAgain, request, 'a reverification needs a check')).check;
