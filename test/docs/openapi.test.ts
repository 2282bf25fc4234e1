import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { describe, expect, it } from 'vitest';
import { OPENAPI } from '../../lib/infra/bundling.ts';
import { documentText, openApiDocument } from '../../lib/openapi/document.ts';
import { anApi, claimsOf } from '../support/api.ts';
import { undocumented } from '../support/as-documented.ts';
import { anIntake } from '../support/intake.ts';

const FILE = join(import.meta.dirname, '../..', OPENAPI, 'openapi.json');
const committed = readFileSync(FILE, 'utf8');
const CALLER = claimsOf({ sub: 's', username: 'olga', groups: ['auditor'] });

const problemsOf = async (source: string) => {
  const config = await createConfig({ extends: ['recommended-strict'] });
  const problems = await lintFromString({ source, absoluteRef: FILE, config });
  return problems.map(({ ruleId, message }) => `${ruleId}: ${message}`);
};

describe('the OpenAPI document', () => {
  it('is what `npm run schemas` writes', () => {
    expect(committed).toBe(documentText(openApiDocument()));
    expect(JSON.parse(committed)).toEqual(openApiDocument());
  });

  it('has no fault that a linter finds', async () => {
    expect(await problemsOf(committed)).toEqual([]);
  });

  it('would have one without its licence, or with a reference that leads nowhere', async () => {
    const broken = committed.replace('#/components/schemas/ReleasePage', '#/components/schemas/Nothing');
    const { info, ...rest } = openApiDocument();

    expect((await problemsOf(broken)).join()).toContain('no-unresolved-refs');
    expect((await problemsOf(JSON.stringify({ ...rest, info: { title: 'x', version: '1' } }))).join()).toContain(
      'license',
    );
    expect(info).toBeDefined();
  });

  it('is served as it is committed, and not again to those who have it', async () => {
    const api = anApi(anIntake(), { document: async () => committed });
    const first = await api.request('/v1/openapi.json', {}, CALLER);
    const headers = { 'if-none-match': first.headers.get('etag') ?? '' };

    expect(await first.text()).toBe(committed);
    expect(first.headers.get('content-type')).toBe('application/openapi+json');
    expect(committed.length).toBeLessThan(200_000);
    expect((await api.request('/v1/openapi.json', { headers }, CALLER)).status).toBe(304);
  });
});

/** What the tests of all handlers compare their answers with. */
describe('an answer', () => {
  const answered = (body: unknown, status = 200, media = 'application/json') =>
    new Response(JSON.stringify(body), { status, headers: { 'content-type': media, etag: '"1"' } });

  it.each([
    ['a field that no shape has', answered({ holds: [], further: 1 }), 'must NOT have additional properties'],
    ['a field too few', answered({}), "must have required property 'holds'"],
    ['a status that is not said', answered({ holds: [] }, 201), '201 is not documented'],
    ['another media type', answered({ holds: [] }, 200, 'text/plain'), 'is text/plain'],
    ['a refusal that is none', answered({ holds: [] }, 403, 'application/problem+json'), 'must have required property'],
    ['no ETag', new Response('{"holds":[]}', { headers: { 'content-type': 'application/json' } }), 'has no ETag'],
  ])('with %s is not as documented', async (_, response, problem) => {
    expect(await undocumented('GET', '/v1/holds', response)).toContain(problem);
  });

  it('that has what its shape has is as documented', async () => {
    expect(await undocumented('GET', '/v1/holds', answered({ holds: [] }))).toBe('');
  });
});
