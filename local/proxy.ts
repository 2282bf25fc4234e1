import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { close, listen } from './listen.ts';
import { readMails } from './mailbox.ts';
import { type Door, indexPage, mailboxPage, pageHeaders } from './pages.ts';
import { answerSignInAs, type SignIns } from './sign-in-as.ts';
import { answerSlackPage } from './slack/doors.ts';
import type { People } from './slack/server.ts';

export interface ProxyOptions {
  readonly port: number;
  /** The emulator, and the id of the HTTP API in it. */
  readonly endpoint: string;
  readonly apiId: string;
  /** Addresses of the HTTP API that are passed on. */
  readonly passes?: readonly string[];
  readonly doors?: readonly Door[];
  /** The stand-in of Slack, whose pages are beside the mailbox. */
  readonly slack?: People;
  /** Who signs in to the console with one click. */
  readonly people?: SignIns;
}

const maximumBodyBytes = 10 * 1024 * 1024; // what API Gateway takes
const defaultPasses = ['/a/', '/v1/', '/iam/v1/', '/console/', '/slack/interactions'];
const defaultDoors: Door[] = [
  { href: '/mailbox', name: 'Mailbox', what: 'Mails sent to approvers and operators, with their links.' },
  {
    href: '/as',
    name: 'Console',
    what: 'Whether anything is wrong, and whether anybody waits: sign in as one of its people.',
  },
];
/** These headers are about one connection, so a proxy never passes them on. */
const hopByHop = ['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade'];

/** Serves the HTTP API of the emulator under a plain address, and a mailbox and Slack beside it. */
export async function startProxy(options: ProxyOptions): Promise<{ readonly port: number; stop(): Promise<void> }> {
  const serve = () =>
    createServer((request, response) => {
      answer(request, response, options).catch((error) => {
        if (response.headersSent) response.destroy();
        else reply(response, 502, `The local AWS did not answer: ${error instanceof Error ? error.message : error}\n`);
      });
    });
  const server = serve();
  const port = await listen(server, options.port, 'ASSAY_PUBLIC_PORT');
  // `localhost` is both. A browser tries this one first, and another program could have its port.
  const sixth = serve();
  const hasSixth = await listen(sixth, port, 'ASSAY_PUBLIC_PORT', '::1').then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRNOTAVAIL' || error.code === 'EAFNOSUPPORT') return false;
      return close(server).then(() => Promise.reject(error));
    },
  );
  const stop = async () => {
    await Promise.all([close(server), ...(hasSixth ? [close(sixth)] : [])]);
  };
  return { port, stop };
}

async function answer(request: IncomingMessage, response: ServerResponse, options: ProxyOptions): Promise<void> {
  const { endpoint, passes = defaultPasses, doors = defaultDoors } = options;
  // A foreign host name that resolves to this machine must not read the mailbox (DNS rebinding).
  if (!/^(127\.0\.0\.1|localhost)(:\d+)?$/.test(request.headers.host ?? '')) {
    return reply(response, 421, 'This server answers to 127.0.0.1 and localhost only.\n');
  }
  const path = (request.url ?? '/').split('?')[0] ?? '/';
  // A form of ours is taken from the name only, and passkeys are kept for the name: people go on there.
  if (request.headers.host?.startsWith('127.') && isRead(request) && !isForPrograms(path)) {
    const port = request.headers.host.split(':')[1] ?? '80';
    return void response.writeHead(307, { location: `http://localhost:${port}${request.url}` }).end();
  }
  if (passes.some((pass) => path.startsWith(pass))) return passOn(request, response, options);
  if (options.slack !== undefined && /^\/slack(\/|$)/.test(path))
    return answerSlackPage(options.slack, request, response);
  if (/^\/(as|console)(\/|$)/.test(path) && options.people !== undefined) return signIn(request, response, options);
  if (!isRead(request)) return reply(response, 405, 'Only GET here.\n');
  if (path === '/') return show(response, indexPage(doors));
  if (path === '/mailbox') return show(response, mailboxPage(await readMails(endpoint)));
  reply(response, 404, 'Nothing here.\n');
}

/** The page that signs in with one click, and the console by its short address. */
function signIn(request: IncomingMessage, response: ServerResponse, options: ProxyOptions): Promise<void> | undefined {
  if (request.url?.startsWith('/console') === true) {
    return void response.writeHead(307, { location: '/console/now' }).end();
  }
  const address = `${options.endpoint}/_aws/execute-api/${options.apiId}/$default`;
  return answerSignInAs({ address, people: options.people ?? {} }, request, response);
}

const isRead = ({ method }: IncomingMessage): boolean => method === 'GET' || method === 'HEAD';

const isForPrograms = (path: string): boolean => ['/v1/', '/iam/v1/'].some((routes) => path.startsWith(routes));

async function passOn(request: IncomingMessage, response: ServerResponse, options: ProxyOptions): Promise<void> {
  const body = await readBounded(request);
  if (body === undefined) return reply(response, 413, 'The body is larger than 10 MB.\n');
  const target = new URL(options.endpoint);
  const upstream = await new Promise<IncomingMessage>((resolve, reject) => {
    httpRequest({
      host: target.hostname,
      port: target.port,
      method: request.method,
      path: `/_aws/execute-api/${options.apiId}/$default${request.url}`,
      headers: { ...withoutHops(request.headers), 'content-length': body.length },
    })
      .on('response', resolve)
      .on('error', reject)
      .end(body);
  });
  response.writeHead(upstream.statusCode ?? 502, withoutHops(upstream.headers));
  upstream.pipe(response);
}

function withoutHops(headers: IncomingMessage['headers']): IncomingMessage['headers'] {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !hopByHop.includes(name)));
}

/** Undefined if the body is too large. It is still read to its end, so that the answer reaches the sender. */
async function readBounded(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size <= maximumBodyBytes) chunks.push(chunk);
  }
  return size > maximumBodyBytes ? undefined : Buffer.concat(chunks);
}

function show(response: ServerResponse, page: string): void {
  response.writeHead(200, pageHeaders).end(page);
}

function reply(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(text);
}
