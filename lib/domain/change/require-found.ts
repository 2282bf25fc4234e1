/** Returns a value that must exist. If it does not, something is broken: it throws. */
export const requireFound = async <T>(read: Promise<T | undefined>, name: string): Promise<T> => {
  const value = await read;
  if (value === undefined) throw new Error(`could not find ${name}`);
  return value;
};
