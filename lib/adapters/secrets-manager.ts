import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Instant } from '../domain/identifiers.ts';
import { millisecondsOf } from '../domain/instant.ts';

/** A secret that may be rotated while a container runs. Its value goes into no error and no log. */
export type Secret = {
  readonly current: () => Promise<string>;
  /** Read again, for whom the current one did not work. At most once a minute, or a flood of forgeries would read it each time. */
  readonly newer: () => Promise<string>;
};

const KEPT_MS = 600_000;
const READ_AGAIN_MS = 60_000;

type Clock = () => Instant;
const secrets = new SecretsManagerClient({});

/** The secret of this ARN. It is kept for ten minutes. */
export const secretAt = (arn: string, now: Clock, client: Pick<SecretsManagerClient, 'send'> = secrets): Secret => {
  let kept: { readonly value: Promise<string>; readonly readAt: number } | undefined;
  const noOlderThan = (maxAgeMs: number): Promise<string> => {
    const at = millisecondsOf(now());
    if (kept === undefined || at - kept.readAt >= maxAgeMs) {
      const value = readSecret(arn, client);
      const read = { value, readAt: at };
      kept = read;
      // What could not be read is tried again by the next who asks.
      value.catch(() => {
        if (kept === read) kept = undefined;
      });
    }
    return kept.value;
  };
  return { current: () => noOlderThan(KEPT_MS), newer: () => noOlderThan(READ_AGAIN_MS) };
};

const readSecret = async (SecretId: string, client: Pick<SecretsManagerClient, 'send'>): Promise<string> => {
  const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId }));
  if (SecretString === undefined || SecretString.trim() === '') {
    throw new Error(`could not read the secret ${SecretId}: it has no text`);
  }
  return SecretString.trim();
};
