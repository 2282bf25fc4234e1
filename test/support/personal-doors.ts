/** The doors that people come in by, of the product in this process: the console behind an issuer, and Slack. Whatever secret passes through is told. */

import * as z from 'zod';
import { checklistOf } from '../../lib/domain/approval/checklist-of.ts';
import type { SlackStandIn } from '../../local/slack/server.ts';
import type { startIssuer } from './oidc-issuer.ts';
import type { Product } from './product.ts';
import { aPress, aSentForm, formOf, signatureOf } from './slack.ts';

/** Takes what nobody but its bearer may see: a token, a nonce, a link. */
export type Tell = (secret: string) => void;

const ORIGIN = 'https://approve.example.com';
const Page = z.object({ statusCode: z.int(), body: z.string(), cookies: z.array(z.string()).default([]) });
const Located = z.object({ headers: z.object({ location: z.string().optional() }).default({}) });
type Visited = z.infer<typeof Page> & { readonly location: string };

export type Browser = {
  readonly open: (path: string) => Promise<Visited>;
  /** Sends the form that the page of this path has, filled in. */
  readonly send: (path: string, fields: Readonly<Record<string, string>>) => Promise<Visited>;
};

/** Signs somebody in, as whom the issuer knows them: to its page, back with a code, and on to the console. */
export const signInAtConsole = async (
  product: Product,
  issuer: Awaited<ReturnType<typeof startIssuer>>,
  tell: Tell,
): Promise<Browser> => {
  const cookies = new Map<string, string>();
  const visit = async (path: string, form?: Readonly<Record<string, string>>): Promise<Visited> => {
    const [rawPath = '', rawQueryString = ''] = path.split('?');
    const answer = await product.invoke('serve-console', {
      ...{ version: '2.0', routeKey: 'ANY /console/{proxy+}', rawPath, rawQueryString, isBase64Encoded: false },
      headers: {
        host: 'approve.example.com',
        'user-agent': 'planted-browser',
        ...(form && { origin: ORIGIN, 'sec-fetch-site': 'same-origin' }),
        ...(form && { 'content-type': 'application/x-www-form-urlencoded' }),
      },
      cookies: [...cookies].map(([name, value]) => `${name}=${value}`),
      ...(form && { body: `${new URLSearchParams(form)}` }),
      requestContext: {
        domainName: 'approve.example.com',
        http: { method: form ? 'POST' : 'GET', path: rawPath, sourceIp: '203.0.113.77', userAgent: 'planted-browser' },
      },
    });
    const page = Page.parse(answer);
    for (const line of page.cookies) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      cookies.set(name, value);
      for (const secret of secretsIn(decodeURIComponent(value))) tell(secret);
    }
    const { location = '' } = Located.parse(answer).headers;
    return { ...page, location };
  };
  const begun = await visit('/console/session/sign-in?to=/console/me');
  const back = await issuer.visit(begun.location);
  tell(new URL(back).searchParams.get('code') ?? back);
  await visit(back.replace(ORIGIN, ''));
  return {
    open: visit,
    send: async (path, fields) => {
      const { body } = await visit(path);
      const hidden = [...body.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)];
      for (const [, , value = ''] of hidden) for (const secret of secretsIn(value)) tell(secret);
      const given = hidden.map(([, name = '', value = '']): [string, string] => [name, value]);
      return visit(path, { ...Object.fromEntries(given), ...fields });
    },
  };
};

/** What is long and random in a text: tokens, nonces and verifiers. */
const secretsIn = (text: string): string[] => text.match(/[\w-]{22,}/g) ?? [];

/** Slack says in each request what its user calls themselves there. */
const asPerson = (payload: object, handle: string): object =>
  JSON.parse(JSON.stringify(payload).replaceAll('"someone"', JSON.stringify(handle)));

export type SlackVisit = {
  readonly product: Product;
  readonly slack: Pick<SlackStandIn, 'signingSecret'>;
  readonly member: { readonly team: string; readonly user: string; readonly handle: string };
  readonly releaseId: string;
  readonly role: string;
  readonly comment: string;
};

/**
 * Somebody presses a button in Slack, and sends the form. ServeSlack sees a form that is not complete, and one that another secret
 * signed; what is complete is handed to who decides, as ServeSlack passes it on.
 */
export const approveInSlack = async (visit: SlackVisit, tell: Tell): Promise<void> => {
  const { product, slack, member, releaseId, role, comment } = visit;
  const request = await product.store.get('request', `apr-${releaseId}`);
  const release = await product.store.get('release', releaseId);
  const found = release && (await product.store.get('policy', release.policySha256));
  if (request === undefined || release === undefined || found === undefined)
    throw new Error(`nobody is asked about ${releaseId}`);
  const answers = Object.fromEntries(checklistOf(found.policy, release, role).map(({ id }) => [id, 'yes']));
  const metadata = {
    ...{ request: request.requestId, role, decision: 'approve' },
    ...{ digest: request.evidenceDigest, version: request.modelVersion, channel: 'D0PLANTED', ts: '1764406800.000200' },
  };
  const form = { ...member, metadata, answers, onlyThese: true, comment, confirmation: request.modelVersion };
  const signed = (payload: object, secret = slack.signingSecret) => {
    const body = formOf(asPerson(payload, member.handle));
    const timestamp = String(Math.floor(Date.now() / 1000));
    const signature = signatureOf(timestamp, body, secret);
    tell(signature);
    return { timestamp, signature, body: Buffer.from(body).toString('base64') };
  };
  const atTheDoor = ({ timestamp, signature, body }: ReturnType<typeof signed>) =>
    product.invoke('serve-slack', {
      headers: { 'x-slack-request-timestamp': timestamp, 'x-slack-signature': signature },
      body,
      isBase64Encoded: true,
    });
  await atTheDoor(signed(aSentForm({ ...form, confirmation: 'not typed yet' })));
  await atTheDoor(signed(aSentForm(form), 'of somebody else'));
  for (const payload of [aPress({ ...member, place: { request: request.requestId, role } }), aSentForm(form)])
    await product.invoke('serve-approval', { slack: signed(payload) });
};
