/** A period that a query asks about. */
import * as z from 'zod';
import { Instant } from '../../lib/domain/identifiers.ts';
import { soundness } from '../../lib/domain/soundness.ts';
import { parseAsked } from '../../lib/runtime/api-door/parse-asked.ts';

/** An end of a period, as it is written. */
export const DateOrTime = z.union([z.iso.datetime({ offset: true }), z.iso.date()], 'must be an ISO 8601 date or time');

const writtenInstant = (ofDay: string) =>
  DateOrTime.transform((written) =>
    new Date(written.includes('T') ? written : `${written}T${ofDay}`).toISOString(),
  ).pipe(Instant);
/** A date without a time means the whole day, so that nothing of the last day is missing. */
const [Begin, End] = [writtenInstant('00:00:00.000Z'), writtenInstant('23:59:59.999Z')];

type Ends = {
  readonly since?: Instant | undefined;
  readonly from?: Instant | undefined;
  readonly until?: Instant | undefined;
};

/** Refuses a period that ends before it begins: it has nothing in it, which nobody asks for. Both ends are named. */
export const inOrder = ({ until, ...begin }: Ends, context: z.RefinementCtx): void => {
  const name = begin.from === undefined ? 'since' : 'from';
  const from = begin[name];
  const isSound = soundness(context.issues);
  // What is no instant of ours is said already.
  if (!isSound(name) || !isSound('until') || from === undefined || until === undefined || from <= until) return;
  context.addIssue({ code: 'custom', path: [name], message: 'must not be later than until' });
  context.addIssue({ code: 'custom', path: ['until'], message: `must not be earlier than ${name}` });
};

const Window = z.object({ from: Begin, until: End }).superRefine(inOrder);

/** A period that bounds a list, of which neither end has to be said. */
export const Since = { since: Begin.optional(), until: End.optional() };
/** The same as it is written in a query. */
export const SinceWritten = { since: DateOrTime.optional(), until: DateOrTime.optional() };

export const windowOf = (query: unknown): z.infer<typeof Window> =>
  parseAsked(Window, query, { whole: 'query', needs: 'a period needs from and until' });
