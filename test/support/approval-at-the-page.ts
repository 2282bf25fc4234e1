/** People who decide at the door: the page of the product in this process, as the gateway hands their requests over. */
import * as z from 'zod';
import { buildLink, payloadFor } from '../../lib/domain/approval/link.ts';
import { evidenceFilesOf } from '../../lib/domain/release/evidence-files.ts';
import type { Product } from './product.ts';

const ORIGIN = 'https://approve.example.com';
const Answer = z.object({ statusCode: z.number(), body: z.string(), cookies: z.array(z.string()).default([]) });
type Answer = z.infer<typeof Answer>;
type Form = { readonly fields: Record<string, string>; readonly cookies: readonly string[] };

const send = async (product: Product, path: string, form?: Form): Promise<Answer> =>
  Answer.parse(
    await product.invoke('serve-approval', {
      version: '2.0',
      routeKey: 'ANY /a/{link}',
      rawPath: path,
      rawQueryString: '',
      headers: {
        host: 'approve.example.com',
        ...(form && {
          cookie: form.cookies.join('; '),
          origin: ORIGIN,
          'sec-fetch-site': 'same-origin',
          'content-type': 'application/x-www-form-urlencoded',
        }),
      },
      ...(form && { cookies: form.cookies, body: `${new URLSearchParams(form.fields)}` }),
      requestContext: {
        domainName: 'approve.example.com',
        http: { method: form ? 'POST' : 'GET', path, sourceIp: '127.0.0.1' },
      },
      isBase64Encoded: false,
    }),
  );

const cookiesOf = ({ cookies }: Answer): string[] => cookies.map((line) => line.split(';')[0] ?? '');

type Typed = { readonly comment?: string; readonly tell?: (secret: string) => void };

/** Opens the link of this person, every document, and approves. Whatever nobody else may see is told: the link, nonces, cookies. */
export const approveAtThePage = async (
  product: Product,
  releaseId: string,
  personId: string,
  { comment = '', tell = () => undefined }: Typed = {},
): Promise<void> => {
  const [request, release] = await Promise.all([
    product.store.get('request', `apr-${releaseId}`),
    product.store.get('release', releaseId),
  ]);
  if (request === undefined || release === undefined) throw new Error('nobody is asked');
  const { kmsMacMaker } = await import('../../lib/adapters/kms-link-mac.ts');
  const mac = kmsMacMaker(process.env['LINK_KEY_ID'] ?? '');
  const path = `/a/${await buildLink(payloadFor(request, personId), mac)}`;
  const page = await send(product, path);
  const form_nonce = /name="form_nonce" value="([^"]*)"/.exec(page.body)?.[1] ?? '';
  const cookies = new Set(cookiesOf(page));
  for (const { name } of evidenceFilesOf(release).filter(({ kind }) => kind === 'document')) {
    const opened = await send(product, path, { fields: { form_nonce, open: name }, cookies: [...cookies] });
    for (const cookie of cookiesOf(opened)) cookies.add(cookie);
  }
  const items = [...page.body.matchAll(/name="(checklist\.[^"]+)"/g)].map(([, name = '']) => [name, 'yes']);
  for (const secret of [
    path.slice('/a/'.length),
    form_nonce,
    ...[...cookies].map((line) => line.replace(/^[^=]*=/, '')),
  ])
    tell(secret);
  const typed = { decision: 'approve', confirmation: request.modelVersion, comment };
  const fields = { ...Object.fromEntries(items), form_nonce, ...typed };
  const answer = await send(product, path, { fields, cookies: [...cookies] });
  if (answer.statusCode !== 200) throw new Error(`the page answered ${answer.statusCode}: ${answer.body}`);
};
