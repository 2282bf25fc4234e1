/** What is asked by POST and orders nothing: it is answered anew each time, and who asked is on record as of a GET. */

/** The paths, as the gateway writes them under `/v1`. */
export const READ_BY_POST: readonly string[] = ['/releases/known', '/releases/{id}/renewal/preview'];

const patterns = READ_BY_POST.map((path) => new RegExp(`^/v1${path.replace('{id}', '[^/]+')}$`));

export const isReadByPost = (path: string): boolean => patterns.some((pattern) => pattern.test(path));
