import * as z from 'zod';

/**
 * Patterns of the names of endpoints that are watched whatever they serve: `*` stands for any characters, and one that begins
 * with `!` leaves out what the ones before it let in.
 */
export const WatchedName = z
  .string()
  .regex(/^!?[A-Za-z0-9*-]{1,63}$/, 'must be the name of an endpoint, with * for any characters, or ! before it');
export const WatchedNames = z.array(WatchedName);
export type WatchedNames = z.infer<typeof WatchedNames>;

/** Whether an endpoint is watched by its name: the last pattern that fits decides. SageMaker ignores the case of endpoint names, and so does this. */
export const isWatchedName = (name: string, patterns: WatchedNames): boolean => {
  const last = patterns.findLast((pattern) => fits(name, pattern.replace('!', '')));
  return last !== undefined && !last.startsWith('!');
};

const fits = (name: string, pattern: string): boolean =>
  new RegExp(`^${pattern.split('*').join('.*')}$`, 'i').test(name);
