import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { eventOf } from '../support/api.ts';
import { exampleManifest, type Product, startProduct } from '../support/product.ts';

let product: Product;
beforeAll(async () => {
  product = await startProduct('api');
});
afterAll(() => product.stop());

const Answer = z.object({
  statusCode: z.number(),
  body: z.string().transform((text): unknown => JSON.parse(text)),
});
/** The event of an HTTP API, payload format 2.0, as its JWT authorizer passes it on. */
const call = async (method: string, path: string, token: object | undefined, body?: unknown) => {
  const { headers = {}, requestContext = {} } = token === undefined ? {} : eventOf(token);
  return Answer.parse(
    await product.invoke('serve-api', {
      version: '2.0',
      routeKey: `${method} /v1/{proxy+}`,
      rawPath: path,
      rawQueryString: '',
      headers: { 'content-type': 'application/json', host: 'api.example.com', ...headers },
      isBase64Encoded: false,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      requestContext: {
        domainName: 'api.example.com',
        http: { method, path, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'test' },
        ...requestContext,
      },
    }),
  );
};
const RELEASER = { sub: 's', username: 'dkim', 'cognito:groups': ['releaser'] };

describe('the API behind its gateway', () => {
  it('takes a release in through its own store, sources, policy and directory', async () => {
    const asked = await call('POST', '/v1/releases', RELEASER, await exampleManifest('1.1.0'));

    expect(asked).toMatchObject({ statusCode: 201, body: { release_id: 'hmda-mortgage-1.1.0', state: 'draft' } });
    expect(await call('GET', '/v1/releases/hmda-mortgage-1.1.0', RELEASER)).toMatchObject({
      statusCode: 200,
      body: { release: { state: 'draft' }, events: [{ event_type: 'release_requested', actor_id: 'dana.kim' }] },
    });
    expect((await product.store.get('release', 'hmda-mortgage-1.1.0'))?.sources.artifact.versionId).toMatch(/.{5,}/);
  });

  it('knows nobody whom the gateway did not verify', async () => {
    expect(await call('GET', '/v1/releases', undefined)).toMatchObject({
      statusCode: 403,
      body: { title: 'NotAuthorized' },
    });
  });
});
