/** The Lambda of the console as API Gateway calls it: what it finds in its environment, and what it says in its log. */

import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { sha256 } from '../../lib/domain/signing/canonical-json.ts';
import { aDirectory, aPolicy, PEOPLE } from '../support/approval-case.ts';
import { mockClient } from '../support/mock-client.ts';
import { startIssuer } from '../support/oidc-issuer.ts';

const issuer = await startIssuer();
afterAll(() => issuer.stop());

const DIRECTORY = JSON.stringify(aDirectory([...PEOPLE]));
const POLICY = JSON.stringify(aPolicy());
const s3 = mockClient(S3Client);
const dynamodb = mockClient(DynamoDBDocumentClient);

let handler: (event: unknown, context: object) => Promise<{ statusCode: number; body: string }>;
const logged: string[] = [];
/** As a new container does. */
const load = async (): Promise<void> => {
  vi.resetModules();
  const { logger } = await import('../../lib/runtime/logger.ts');
  for (const level of ['warn', 'error'] as const)
    vi.spyOn(logger, level).mockImplementation((...said: unknown[]) => void logged.push(JSON.stringify(said)));
  ({ handler } = (await import('../../lambdas/serve-console/handler.ts')) as never);
};
beforeAll(async () => {
  Object.assign(process.env, {
    ...{ AWS_REGION: 'eu-central-1', TABLE_NAME: 'assay', EVIDENCE_BUCKET: 'evidence', ENVIRONMENT: 'test' },
    ...{ APPROVERS_BUCKET: 'assets', APPROVERS_KEY: 'directory', APPROVERS_SHA256: sha256(DIRECTORY) },
    ...{ POLICY_BUCKET: 'assets', POLICY_KEY: 'policy', POLICY_SHA256: sha256(POLICY) },
    ...{ ISSUER: issuer.client.issuer, CLIENT_ID: issuer.client.clientId, SCOPE: 'openid', AUDIENCE: 'api' },
    ...{ QUESTIONS_FUNCTION: 'questions', ATTESTATION_KEY_ID: 'attestation' },
    ...{ RECORD_KEY_IDS: 'record', DECISION_KEY_IDS: 'decision' },
    PUBLIC_BASE_URL: 'https://assay.bank.example/',
  });
  await load();
});
beforeEach(() => {
  logged.length = 0;
  s3.reset();
  dynamodb.reset();
  dynamodb.resolves({ Items: [] } as never); // An empty table, whatever it is asked.
  for (const [Key, text] of [
    ['directory', DIRECTORY],
    ['policy', POLICY],
  ] as const) {
    const Body = { transformToByteArray: async () => new TextEncoder().encode(text) };
    s3.on(GetObjectCommand, { Key }).resolves({ Body: Body as never, ContentLength: text.length }); // Nothing else of it is used.
  }
});
afterAll(() => vi.restoreAllMocks());

const get = async (path: string, groups?: readonly string[]) => {
  const token = groups && (await issuer.signed({ sub: 'omar', groups, nonce: 'of the sign-in' }));
  return handler(
    {
      ...{
        version: '2.0',
        routeKey: 'GET /console/{proxy+}',
        rawPath: path,
        rawQueryString: '',
        isBase64Encoded: false,
      },
      headers: { host: 'assay.bank.example' },
      ...(token === undefined ? {} : { cookies: [`__Host-assay-session=${token}`] }),
      requestContext: {
        domainName: 'assay.bank.example',
        http: { method: 'GET', path, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'test' },
      },
    },
    { awsRequestId: 'one', functionName: 'ServeConsole' },
  );
};

describe('the console behind its gateway', () => {
  it('says how programs sign in, under its own client', async () => {
    const { statusCode, body } = await get('/console/session/client');

    expect([statusCode, JSON.parse(body)]).toMatchObject([200, { client_id: issuer.client.clientId, audience: 'api' }]);
  });

  it('shows the policy that is deployed, and logs nothing about a page that was shown', async () => {
    const { statusCode, body } = await get('/console/policy', ['auditor']);

    expect([statusCode, body.includes('policy of the tests')]).toEqual([200, true]);
    expect(logged.join('\n')).not.toMatch(/refused|fault/);
  });

  it('notes a refusal with its code, and no token', async () => {
    const { statusCode } = await get('/console/policy', []);

    expect(statusCode).toBe(403);
    expect(logged.join('\n')).toMatch(/refused.*NotAuthorized/);
    expect(logged.join('\n')).not.toMatch(/eyJ/);
  });

  it('notes a fault, and gives whoever looks none of it', async () => {
    dynamodb.rejects(new Error('the table has no such index: secret-token'));

    const { statusCode, body } = await get('/console/outbox', ['operator']);

    expect(statusCode).toBe(500);
    expect(body).not.toContain('secret-token');
    expect(logged.join('\n')).toMatch(/fault/);
  });

  it('notes as a hindrance that the issuer does not answer', async () => {
    issuer.state.isDown = true;
    await load();
    const { statusCode } = await get('/console/session/sign-in');
    issuer.state.isDown = false;

    expect(statusCode).toBe(503);
    expect(logged.join('\n')).toContain('a service did not answer');
  });

  it('refuses what is no event at all', async () => {
    await expect(handler('nothing', {})).rejects.toThrow();
    await expect(handler(null, {})).rejects.toThrow();
  });
});
