import { afterEach, describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { readEnv } from '../../lib/runtime/env.ts';

const Env = z.object({
  TABLE_NAME: z.string().min(1),
  RETENTION_DAYS: z.coerce.number().int().min(1),
  LOCK_MODE: z.enum(['GOVERNANCE', 'COMPLIANCE']),
});
const given = (variables: Record<string, string>) => {
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
};
afterEach(() => vi.unstubAllEnvs());

describe('the environment of a function', () => {
  it('is parsed, and nothing else of it is known', () => {
    given({ TABLE_NAME: 'releases', RETENTION_DAYS: '30', LOCK_MODE: 'COMPLIANCE', SECRET: 'x' });

    expect(readEnv(Env)).toEqual({ TABLE_NAME: 'releases', RETENTION_DAYS: 30, LOCK_MODE: 'COMPLIANCE' });
  });

  it('that lacks variables names them all, before the function does anything', () => {
    given({ TABLE_NAME: 'releases' });

    expect(() => readEnv(Env)).toThrow('could not start: environment lacks or misspells RETENTION_DAYS, LOCK_MODE');
  });

  it.each([
    ['TABLE_NAME', ''],
    ['RETENTION_DAYS', '0'],
    ['RETENTION_DAYS', 'a year'],
    ['LOCK_MODE', 'governance'],
  ])('that misspells %s as %j names it, and not what it says', (name, value) => {
    given({ TABLE_NAME: 'releases', RETENTION_DAYS: '30', LOCK_MODE: 'COMPLIANCE', [name]: value });

    expect(() => readEnv(Env)).toThrow(new RegExp(`misspells ${name}$`));
  });
});
