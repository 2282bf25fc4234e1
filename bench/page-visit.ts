/** A request to the decision page as the gateway hands it to the Lambda's own handler. */
import type { Context } from 'aws-lambda';
import * as z from 'zod';

export type SentForm = { readonly body: string; readonly cookie: string };

const Handler = z.object({ handler: z.custom<(event: unknown, context: Partial<Context>) => Promise<unknown>>() });
const Page = z.object({ statusCode: z.number(), body: z.string(), cookies: z.array(z.string()).default([]) });
export type Page = z.infer<typeof Page>;

export const visitPage = async (path: string, form?: SentForm): Promise<Page> => {
  // Its environment and its AWS are there by now.
  const { handler } = Handler.parse(await import('../lambdas/serve-approval/handler.ts'));
  const sent = form && {
    cookie: form.cookie,
    origin: 'https://approve.example.com',
    'sec-fetch-site': 'same-origin',
    'content-type': 'application/x-www-form-urlencoded',
  };
  const event = {
    version: '2.0',
    routeKey: 'ANY /a/{link}',
    rawPath: path,
    rawQueryString: '',
    headers: { host: 'approve.example.com', ...sent },
    ...(form && { cookies: form.cookie.split('; '), body: form.body }),
    requestContext: {
      domainName: 'approve.example.com',
      http: { method: form ? 'POST' : 'GET', path, sourceIp: '127.0.0.1' },
    },
    isBase64Encoded: false,
  };
  return Page.parse(await handler(event, { awsRequestId: 'request', functionName: 'serve-approval' }));
};
