import type { Secret } from './secrets-manager.ts';

const OUTDATED = ['invalid_auth', 'token_revoked', 'token_expired', 'account_inactive'];

/** Runs with the token that is kept, or with the one that took its place. `problemOf` answers the word of Slack for what is wrong. */
export const withToken = async <T>(
  token: Secret,
  problemOf: (cause: unknown) => string,
  run: (value: string) => Promise<T>,
): Promise<T> => {
  const kept = await token.current();
  try {
    return await run(kept);
  } catch (cause) {
    if (!OUTDATED.includes(problemOf(cause))) throw cause;
    const newer = await token.newer();
    if (newer === kept) throw cause;
    return run(newer);
  }
};
