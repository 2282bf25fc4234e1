import type { Instant } from '../identifiers.ts';
import { millisecondsOf } from '../instant.ts';

/** The most characters that Step Functions takes for the name of an execution. */
const NAME_MAX = 80;

/**
 * The name of an execution, after what it is for, which request for that it is, and when that was made. Step Functions keeps a name for 90
 * days. A table that is restored or rebuilt goes back in time and counts again what the former one counted, and no clock does: so no
 * execution of a former table has the name. Of an id that is too long, the end is kept, which tells it from others of the model.
 */
export const executionName = (id: string, count: number, at: Instant): string =>
  `${id}-${count}-${millisecondsOf(at).toString(36)}`.slice(-NAME_MAX);
