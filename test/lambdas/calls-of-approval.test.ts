/** How many calls to AWS the approval page makes (bench/README.md). One that is added shows here. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { buildLink, payloadFor } from '../../lib/domain/approval/link.ts';
import { type Calls, countedCalls } from '../support/counted-calls.ts';
import { exampleManifest, type Product, startProduct } from '../support/product.ts';
import { walk } from '../support/walk.ts';

const MODEL = 'hmda-mortgage';
const ORIGIN = 'https://approve.example.com';

let product: Product;
beforeAll(async () => {
  product = await startProduct('calls-of-approval');
});
afterAll(() => product.stop());

const MAC = { 'KMS VerifyMac': 1 };
/** The request with its release, and then everything that follows from them. */
const CASE: Calls = { 'DynamoDB BatchGet': 1, 'DynamoDB ExecuteStatement': 1 };
const DOCUMENT: Calls = { ...CASE, ...MAC, 'S3 GetObject': 1 };

/** The container has shown the form, so it knows the model: its head and its pointer come with the request. */
const DECISION: Calls = {
  ...{ ...CASE, 'DynamoDB TransactWrite': 1 },
  ...{ 'KMS Sign': 1, ...MAC },
};

/** A model that serves nothing: its pointer is looked for under its former key too, in the same call. */
const FIRST: Readonly<Record<string, Calls>> = {
  GET: { ...CASE, ...MAC, 'S3 GetObject': 2 },
  'POST, a document': DOCUMENT,
  'POST, not complete': { ...CASE, ...MAC, 'S3 GetObject': 2 },
  'POST, a decision': DECISION,
};

/** The live release follows from the pointer. Its report and card are read as well. */
const LIVE: Calls = { ...CASE, 'DynamoDB ExecuteStatement': 2, ...MAC, 'S3 GetObject': 4 };
const BESIDE_LIVE: Readonly<Record<string, Calls>> = {
  GET: LIVE,
  'POST, a document': DOCUMENT,
  'POST, not complete': LIVE,
  'POST, a decision': DECISION,
};

const Answer = z.object({ statusCode: z.number(), body: z.string(), cookies: z.array(z.string()).default([]) });
type Answer = z.infer<typeof Answer>;

/** A request as the gateway hands it over. */
const sent = async (path: string, form?: { readonly fields: Record<string, string>; readonly cookie: string }) => {
  const headers = form && {
    cookie: form.cookie,
    origin: ORIGIN,
    'sec-fetch-site': 'same-origin',
    'content-type': 'application/x-www-form-urlencoded',
  };
  const answer = await product.invoke('serve-approval', {
    version: '2.0',
    routeKey: 'ANY /a/{link}',
    rawPath: path,
    rawQueryString: '',
    headers: { host: 'approve.example.com', ...headers },
    ...(form && { cookies: form.cookie.split('; '), body: `${new URLSearchParams(form.fields)}` }),
    requestContext: {
      domainName: 'approve.example.com',
      http: { method: form ? 'POST' : 'GET', path, sourceIp: '127.0.0.1' },
    },
    isBase64Encoded: false,
  });
  return Answer.parse(answer);
};

const cookieOf = ({ cookies }: Answer): string => cookies.map((line) => line.split(';')[0]).join('; ');
const nonceOf = ({ body }: Answer): string => /name="form_nonce" value="([^"]*)"/.exec(body)?.[1] ?? '';

/** Walks a release to its approval, and counts what one person's link costs there. */
const callsOf = async (version: string, count: ReturnType<typeof countedCalls>) => {
  const releaseId = `${MODEL}-${version}`;
  const detail = await exampleManifest(version);
  await product.invoke('receive-release', { 'detail-type': 'Release Requested', source: 'example.pipeline', detail });
  const calls: Record<string, Calls> = {};
  const statuses: number[] = [];
  const people = async () => {
    const request = await product.store.get('request', `apr-${releaseId}`);
    if (request === undefined) throw new Error('nobody is asked');
    const { kmsMacMaker } = await import('../../lib/adapters/kms-link-mac.ts');
    const path = `/a/${await buildLink(payloadFor(request, 'ana.silva'), kmsMacMaker(process.env['LINK_KEY_ID'] ?? ''))}`;
    const counted = async (name: string, run: () => Promise<Answer>): Promise<Answer> => {
      const { answer, calls: made } = await count(run);
      // What is read is noted once a minute, by one call: whether that has been done is up to the clock.
      const { 'DynamoDB Update': notes = 0, ...others } = made;
      expect(notes).toBeLessThanOrEqual(1);
      calls[name] = others;
      statuses.push(answer.statusCode);
      return answer;
    };
    // The container reads the directory and the public key once.
    const page = await sent(path);
    await counted('GET', () => sent(path));
    const form = (fields: Record<string, string>) => ({
      fields: { form_nonce: nonceOf(page), ...fields },
      cookie: cookieOf(page),
    });
    await counted('POST, a document', () => sent(path, form({ open: 'model_card' })));
    await counted('POST, not complete', () => sent(path, form({ decision: 'approve' })));
    const items = [...page.body.matchAll(/name="(checklist\.[^"]+)"/g)].map(([, name = '']) => [name, 'yes']);
    const complete = { ...Object.fromEntries(items), decision: 'approve', confirmation: version };
    await counted('POST, a decision', () => sent(path, form(complete)));
    await product.decide(releaseId, 'ruth.meyer');
    return 'approved';
  };
  await walk('release', { input: { releaseId }, invoke: product.invoke, people });
  await walk('promotion', { input: { releaseId, attempt: 1 }, invoke: product.invoke, meanwhile: product.drain });
  return { calls, statuses };
};

describe('the approval page', () => {
  it('makes these calls, for the first release of a model and beside a live one', async () => {
    const count = countedCalls();

    const first = await callsOf('1.1.0', count);
    const second = await callsOf('1.2.0', count);

    expect(first.calls).toEqual(FIRST);
    expect(second.calls).toEqual(BESIDE_LIVE);
    expect(first.statuses).toEqual([200, 200, 422, 200]);
    expect(second.statuses).toEqual([200, 200, 422, 200]);
  });
});
