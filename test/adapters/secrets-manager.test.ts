import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { beforeEach, expect, it } from 'vitest';
import { secretAt } from '../../lib/adapters/secrets-manager.ts';
import { Instant } from '../../lib/domain/identifiers.ts';
import { compareWhatIsMocked } from '../support/compare-requests.ts';
import { mockClient } from '../support/mock-client.ts';

const secrets = mockClient(SecretsManagerClient);
compareWhatIsMocked([secrets], 'GetSecretValue');
let seconds: number;
beforeEach(() => {
  secrets.reset();
  seconds = 0;
});
const now = () => Instant.parse(new Date(Date.UTC(2026, 10, 29) + seconds * 1000).toISOString());
const secret = () => secretAt('arn:secret', now);
const reads = () => secrets.commandCalls(GetSecretValueCommand).length;

it('is read once, and again after ten minutes', async () => {
  secrets
    .on(GetSecretValueCommand, { SecretId: 'arn:secret' })
    .resolvesOnce({ SecretString: 'one\n' })
    .resolves({ SecretString: 'two' });
  const held = secret();

  expect([await held.current(), await held.current()]).toEqual(['one', 'one']);
  seconds = 599;
  expect(await held.current()).toBe('one');
  seconds = 600;
  expect(await held.current()).toBe('two');
  expect(reads()).toBe(2);
});

it('is read again for whom it did not work, but at most once a minute', async () => {
  secrets.on(GetSecretValueCommand).resolvesOnce({ SecretString: 'one' }).resolves({ SecretString: 'two' });
  const held = secret();
  await held.current();

  seconds = 59;
  expect(await held.newer()).toBe('one');
  seconds = 60;
  expect([await held.newer(), await held.newer(), await held.current()]).toEqual(['two', 'two', 'two']);
  expect(reads()).toBe(2);
});

it('is asked for again after it could not be read', async () => {
  secrets.on(GetSecretValueCommand).rejectsOnce(new Error('throttled')).resolves({ SecretString: 'one' });
  const held = secret();

  await expect(held.current()).rejects.toThrow('throttled');
  expect(await held.current()).toBe('one');
});

it.each([{ SecretString: ' ' }, { SecretBinary: new Uint8Array([1]) }])('has to be a text: %j', async (answer) => {
  secrets.on(GetSecretValueCommand).resolves(answer);

  await expect(secret().current()).rejects.toThrow('could not read the secret arn:secret: it has no text');
});
