/** The value that must be there, or something is broken. */
export const requireFound = async <T>(read: Promise<T | undefined>, name: string): Promise<T> => {
  const value = await read;
  if (value === undefined) throw new Error(`could not find ${name}`);
  return value;
};
