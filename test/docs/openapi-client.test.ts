/** A client that is generated from the OpenAPI document compiles, refuses what the document does not have, and gets answers. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import openapiTypescript from 'openapi-typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { OPENAPI } from '../../lib/infra/bundling.ts';
import { anApi, claimsOf } from '../support/api.ts';
import { anIntake } from '../support/intake.ts';

const ROOT = join(import.meta.dirname, '../..');
mkdirSync(join(ROOT, '.local'), { recursive: true });
const folder = mkdtempSync(join(ROOT, '.local/openapi-client-'));
afterAll(() => rmSync(folder, { recursive: true }));

const CALLS = `import createClient from 'openapi-fetch';
import type { components, paths } from './paths.ts';

type Listed = components['schemas']['ListedRelease'];
export const clientOf = (fetch: (request: Request) => Promise<Response>) =>
  createClient<paths>({ baseUrl: 'https://api.example.com', fetch });

export const calls = async (fetch: (request: Request) => Promise<Response>) => {
  const client = clientOf(fetch);
  const { data } = await client.GET('/v1/releases', { params: { query: { state: 'approved', limit: 5 } } });
  const releases: Listed[] = data?.releases ?? [];
  const missing = await client.GET('/v1/releases/{id}', { params: { path: { id: 'nothing' } } });
  const line = await client.POST('/v1/line/stop', { body: { reason: 'nobody knows', incident: 'INC-1' } });
  const bad = await client.POST('/v1/line/stop', { body: { reason: '', incident: 'INC-1' } });
  return {
    releases: releases.map(({ release_id }) => release_id),
    missing: missing.error,
    status: line.data?.status,
    faults: bad.error !== undefined && 'faults' in bad.error ? bad.error.faults : undefined,
  };
};
`;

const OPTIONS = ['--noEmit', '--strict', '--skipLibCheck', '--module', 'nodenext', '--target', 'es2024'];
const TYPES = ['--lib', 'es2024,dom', '--types', 'node', '--allowImportingTsExtensions', '--ignoreConfig'];

/** What the compiler says of a program; empty if nothing. */
const compiled = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  try {
    execFileSync(join(ROOT, 'node_modules/.bin/tsc'), [...OPTIONS, ...TYPES, join(folder, name)], { encoding: 'utf8' });
    return '';
  } catch (error) {
    return z.object({ stdout: z.string() }).parse(error).stdout;
  }
};

beforeAll(async () => {
  const types = await openapiTypescript(pathToFileURL(join(ROOT, OPENAPI, 'openapi.json')));
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  writeFileSync(join(folder, 'paths.ts'), types);
});

describe('a generated client', () => {
  it('compiles', () => {
    expect(compiled('calls.ts', CALLS)).toBe('');
  });

  it.each([
    ['a route that there is not', "'/v1/line/stop'", "'/v1/line/halt'"],
    ['a field that no body has', "reason: 'nobody knows'", "because: 'nobody knows'"],
    ['a field that no answer has', '({ release_id })', '({ releaseId })'],
  ])('does not compile with %s', (_, right, wrong) => {
    expect(CALLS).toContain(right);
    expect(compiled('wrong.ts', CALLS.replace(right, wrong))).toMatch(/error TS/);
  });

  it('gets its answers', async () => {
    const intake = anIntake();
    const api = anApi(intake);
    const caller = claimsOf({ sub: 's', username: intake.directory.people[0]?.id, groups: ['operator'] });
    const { calls } = z
      .object({ calls: z.custom<(fetch: (request: Request) => Promise<Response>) => Promise<unknown>>() })
      .parse(await import(join(folder, 'calls.ts')));
    const fetch = async (request: Request) => {
      const { pathname, search } = new URL(request.url);
      const body = request.method === 'GET' ? {} : { body: await request.text() };
      return api.request(pathname + search, { method: request.method, ...body }, caller);
    };

    expect(await calls(fetch)).toMatchObject({
      releases: [],
      missing: { title: 'NotFound', status: 404, detail: 'there is no release nothing' },
      status: 'stopped',
      faults: [{ field: 'reason' }],
    });
  });
});
