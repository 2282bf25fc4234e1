import { afterEach, expect, it, vi } from 'vitest';
import { configurationOf } from '../../lib/runtime/issuer-address.ts';

const POOL = 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_abc';

afterEach(() => vi.unstubAllEnvs());

it('an issuer describes itself at its own address, with or without a slash at the end', () => {
  for (const issuer of ['https://id.bank.example/realms/ml', 'https://id.bank.example/realms/ml/']) {
    expect(configurationOf(issuer)).toBe('https://id.bank.example/realms/ml/.well-known/openid-configuration');
  }
  expect(configurationOf(POOL)).toBe(`${POOL}/.well-known/openid-configuration`);
});

it('a user pool is reached where AWS is, and another issuer is not', () => {
  vi.stubEnv('AWS_ENDPOINT_URL', 'http://127.0.0.1:4566');

  expect(configurationOf(POOL)).toBe('http://127.0.0.1:4566/eu-west-1_abc/.well-known/openid-configuration');
  expect(configurationOf('https://id.bank.example')).toBe('https://id.bank.example/.well-known/openid-configuration');
});
