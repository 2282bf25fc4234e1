/** The most characters that Step Functions takes for the name of an execution. */
const NAME_MAX = 80;

/**
 * The name of an execution for a rollback or a move, after the version of its row that asks for it: each request begins one of its own.
 * Of an id that is too long, the end is kept, which tells it from others of the model.
 */
export const executionName = (id: string, version: number): string => `${id}-${version}`.slice(-NAME_MAX);
