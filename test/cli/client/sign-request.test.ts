/** The command line as a machine of the directory: signatures of AWS instead of a token. */
import { createHash, createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { awsSignature, signRequest } from '../../../lib/cli/client/sign-request.ts';
import { aValidatedRelease } from '../../domain/attestation/record-facts.ts';
import { aDeployment } from '../../domain/checks/stage-evidence.ts';
import { aDirectory, aServer, assay, endpointsFile, type Received } from '../assay.ts';

const Vectors = z.object({
  credentials: z.object({ accessKeyId: z.string(), secretAccessKey: z.string(), sessionToken: z.string() }),
  region: z.string(),
  at: z.coerce.date(),
  cases: z.array(
    z.object({
      what: z.string(),
      method: z.string(),
      url: z.string(),
      headers: z.record(z.string(), z.string()),
      body: z.exactOptional(z.string()),
      signature: z.string(),
    }),
  ),
});
const { credentials, region, at, cases } = Vectors.parse(
  JSON.parse(readFileSync(new URL('../../vectors/sigv4.json', import.meta.url), 'utf8')),
);
const { sha256 } = new EventBridgeClient({}).config;

const CREDENTIALS = {
  AWS_ACCESS_KEY_ID: credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  AWS_SESSION_TOKEN: credentials.sessionToken,
};

describe('a signature', () => {
  it.each(cases)(
    'is what another implementation makes of the same request: $what',
    async ({ signature, ...request }) => {
      const headers = await signRequest(request, { credentials, region, sha256 }, at);

      expect(headers).toEqual({
        ...request.headers,
        authorization: signature,
        'x-amz-date': '20261128T120000Z',
        'x-amz-security-token': credentials.sessionToken,
      });
    },
  );
});

/** Signs a request as it was received, by the steps of the specification: what the gateway does to verify it. */
const signatureOf = ({ method, path, headers, body }: Received): string => {
  const [, day = '', where = '', names = ''] =
    /Credential=AKIDEXAMPLE\/(\d+)\/([\w-]+)\/execute-api\/aws4_request, SignedHeaders=([\w;-]+)/.exec(
      headers.authorization ?? '',
    ) ?? [];
  const hash = (text: string) => createHash('sha256').update(text).digest('hex');
  const signed = names.split(';').map((name) => `${name}:${headers[name]}\n`);
  const canonical = [method, path, '', signed.join(''), names, hash(body)].join('\n');
  const scope = `${day}/${where}/execute-api/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', headers['x-amz-date'], scope, hash(canonical)].join('\n');
  const key = [day, where, 'execute-api', 'aws4_request'].reduce<string | Buffer>(
    (former, part) => createHmac('sha256', former).update(part).digest(),
    `AWS4${credentials.secretAccessKey}`,
  );
  return createHmac('sha256', key).update(toSign).digest('hex');
};

const summary = { release_id: 'credit-1', model_name: 'credit', model_version: '1.0.0', state: 'draft' };
const { manifest: recorded } = aValidatedRelease;
const manifest = { ...recorded, commit_author: 'wes', deployment: aDeployment('credit') };
const files = { 'release.json': JSON.stringify(manifest) };

type Answers = Parameters<typeof aServer>[0];
/** An API, and a bucket in which every object is; what is asked of the bucket is left out of what was received. */
const anApi = async (answer: Answers = () => ({ status: 201, body: summary })) => {
  const { url, received } = await aServer((asked) =>
    asked.method === 'HEAD' ? { body: '', headers: { 'x-amz-version-id': 'v1' } } : answer(asked),
  );
  return {
    url,
    get received() {
      return received.filter(({ method, path }) => method !== 'HEAD' && !path.endsWith('/settings'));
    },
  };
};
const as = (url: string, more: Record<string, string> = {}) => ({
  ASSAY_URL: url,
  AWS_ENDPOINT_URL_S3: url,
  AWS_REGION: 'eu-west-1',
  ...CREDENTIALS,
  ...more,
});
const submit = (url: string, env = as(url), ...more: string[]) =>
  assay(aDirectory(files), ['submit', 'release.json', '--iam', ...more], env);

describe('assay submit --iam', () => {
  it('posts the manifest under the routes of machines, signed with the credentials at hand', async () => {
    const api = await anApi();

    const outcome = await submit(api.url);

    expect(outcome).toEqual({ code: 0, out: 'credit-1\n', err: 'taken in; to follow it: assay status credit-1\n' });
    const [asked] = api.received;
    if (asked === undefined) throw new Error('nothing was asked');
    expect(asked).toMatchObject({ method: 'POST', path: '/iam/v1/releases' });
    expect(JSON.parse(asked.body)).toEqual(manifest);
    expect(asked.headers['x-amz-security-token']).toBe(credentials.sessionToken);
    expect(asked.headers.authorization).toMatch(/\/eu-west-1\/execute-api\/aws4_request, SignedHeaders=[\w;-]*host;/);
    expect(asked.headers.authorization).toMatch(new RegExp(`Signature=${signatureOf(asked)}$`));
  });

  it('says which release has this content already', async () => {
    const { url } = await anApi(() => ({ body: { ...summary, release_id: 'credit-0' } }));

    expect(await submit(url)).toEqual({
      code: 0,
      out: 'credit-0\n',
      err: 'credit-0 has this content already; to follow it: assay status credit-0\n',
    });
  });

  it('signs for the region of a local AWS, with credentials from the environment, too', async () => {
    const api = await anApi();

    await assay(aDirectory({ ...endpointsFile(api.url), ...files }), ['submit', 'release.json', '--iam'], CREDENTIALS);

    expect(api.received[0]?.headers.authorization).toContain('/eu-central-1/execute-api/');
  });

  it('prints the refusal of the door, with the principal at fault', async () => {
    const problem = 'arn:aws:iam::1:role/x belongs to no machine of the directory: declare it there';
    const { url } = await anApi(() => ({
      status: 403,
      body: { title: 'NotAuthorized', detail: 'only machines …', faults: [{ field: 'principal', problem }] },
    }));

    const { code, err } = await submit(url);

    expect(code).toBe(2);
    expect(err).toContain(problem);
  });

  it.each([
    [
      'the gateway lets it not in',
      (url: string) => as(url),
      [],
      'AWS did not let these credentials in; they may have expired, or lack execute-api:Invoke on the signed routes',
    ],
    ['there is a token, too', (url: string) => as(url, { ASSAY_TOKEN: 't' }), [], 'but ASSAY_TOKEN is set: use one of'],
    [
      'a bus is named',
      (url: string) => as(url),
      ['--bus', 'b'],
      'sends no event with --iam: leave out --bus and --source',
    ],
    ['a source is named', (url: string) => as(url), ['--source', 's'], 'sends no event with --iam'],
    [
      'there are no credentials',
      (url: string) => ({
        ASSAY_URL: url,
        AWS_REGION: 'eu-west-1',
        AWS_EC2_METADATA_DISABLED: 'true',
        HOME: '/nowhere',
      }),
      [],
      'could not sign the request: no AWS credentials were found',
    ],
    [
      'there is no region',
      (url: string) => ({ ASSAY_URL: url, ...CREDENTIALS, HOME: '/nowhere' }),
      [],
      'could not sign the request: the region of the API is not known; set AWS_REGION',
    ],
  ])('fails with 2, and says why: %s', async (_, env, more, message) => {
    const { url } = await anApi(() => ({ status: 403, body: { message: 'Forbidden' } }));

    const { code, err } = await assay(aDirectory(files), ['submit', 'release.json', '--iam', ...more], env(url));

    expect(code).toBe(2);
    expect(err).toContain(message);
  });

  it('follows no redirection: the session token would go with it', async () => {
    const elsewhere = await anApi();
    const { url } = await anApi(() => ({ status: 307, body: {}, headers: { location: `${elsewhere.url}/x` } }));

    expect(await submit(url)).toMatchObject({ code: 2, err: expect.stringContaining('could not reach') });
    expect(elsewhere.received).toEqual([]);
  });
});

describe('what a machine reads', () => {
  it.each([
    [['status'], '/iam/v1/releases', { releases: [] }],
    [['refusals'], '/iam/v1/refusals', { refusals: [] }],
  ])('is asked for with a signature: %j', async (words, path, body) => {
    const api = await anApi(() => ({ body }));

    expect(await assay(aDirectory(), [...words, '--iam'], as(api.url))).toMatchObject({ code: 0 });

    const [asked] = api.received;
    if (asked === undefined) throw new Error('nothing was asked');
    expect(asked.path).toBe(path);
    expect(asked.headers.authorization).toMatch(new RegExp(`Signature=${signatureOf(asked)}$`));
  });

  it.each(['eu-west-3.amazonaws.com', 'eu-west-3.api.aws'])(
    'signs for the region in the address of the API, whatever else is set: %s',
    async (host) => {
      const url = `https://abc123.execute-api.${host}/iam/v1/releases`;

      const sign = awsSignature({ region: 'us-east-1', credentials });

      expect((await sign({ method: 'GET', url, headers: {} }))['authorization']).toContain('/eu-west-3/execute-api/');
    },
  );
});
