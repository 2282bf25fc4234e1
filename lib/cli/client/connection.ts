/** Where a command finds Assay: named in the environment, or the local AWS that runs in this directory. */
import { once } from 'node:events';
import { access, readFile } from 'node:fs/promises';
import { connect as openSocket } from 'node:net';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { nearestWord } from '../../domain/spelling.ts';
import { isConfidential } from '../../domain/web-address.ts';
import { type Surroundings, UsageError } from '../command.ts';
import { plain } from '../terminal/text.ts';
import type { ClientSettings } from './client-settings.ts';
import { findSession, type KeptSession } from './kept-sessions.ts';
import { currentToken } from './session.ts';
import { signIn } from './sign-in.ts';
import type { SignRequest } from './sign-request.ts';

/** What the command line uses of the file that `npm start` writes; other fields are ignored. */
const Endpoints = z.object({
  publicBaseUrl: z.url(),
  awsEndpoint: z.url(),
  region: z.string(),
  bus: z.string(),
  buckets: z.object({ audit: z.string(), history: z.string().optional() }),
  logPublicKey: z.string(),
  auth: z.object({
    userPoolId: z.string(),
    userPoolClientId: z.string(),
    users: z.record(z.string(), z.object({ password: z.string(), groups: z.array(z.string()) })).default({}),
  }),
});
type Endpoints = z.infer<typeof Endpoints>;

export type Role = 'operator' | 'auditor' | 'releaser';

export type Connection = {
  readonly clientSettings: ClientSettings;
  /** The public key of the log, if the deployment names it. */
  readonly logPublicKey?: string;
  readonly url: () => string;
  readonly bus: () => string;
  readonly auditBucket: () => string;
  /** Where the rows lie that questions are asked of. */
  readonly historyBucket: () => string;
  readonly token: (role: Role) => Promise<string>;
  /** Signs requests, if the command was asked to: then they carry no token. */
  readonly sign?: SignRequest;
};

/** Options that name a part of the deployment, or how to come in, as a command was given them. */
type Named = {
  readonly bus?: string | undefined;
  readonly bucket?: string | undefined;
  readonly 'history-bucket'?: string | undefined;
  readonly iam?: boolean | undefined;
};

/** For commands that a machine of the directory may run. */
export const iamOption = {
  type: 'boolean',
  description: 'sign with AWS credentials, as a machine of the directory, instead of a token',
} as const;

/**
 * Finds the deployment. If an option or a variable names any part of one, the local file is not read at all, so that a
 * command for a real account never mixes in parts of a local deployment.
 */
export const connect = async (around: Surroundings, named: Named = {}): Promise<Connection> => {
  const { env, directory } = around;
  const { url, bus, bucket, history } = partsNamed(env, named);
  const isNamed = [url, bus, bucket, history].some((part) => part !== undefined);
  const local = isNamed ? undefined : await localEndpoints(env['ASSAY_HOME'], directory);
  if (local !== undefined) await assertRunning(local);
  const api = () => webAddress(required(url ?? local?.publicBaseUrl, 'the API', 'ASSAY_URL'));
  return {
    clientSettings: local === undefined ? {} : localClients(local),
    ...(local === undefined ? {} : { logPublicKey: local.logPublicKey }),
    url: api,
    bus: () => required(bus ?? local?.bus, 'the event bus', '--bus or ASSAY_BUS'),
    auditBucket: () => required(bucket ?? local?.buckets.audit, 'the audit bucket', '--bucket or ASSAY_AUDIT_BUCKET'),
    historyBucket: () =>
      required(history ?? local?.buckets.history, 'the history bucket', '--history-bucket or ASSAY_HISTORY_BUCKET'),
    token: async (role) => tokenIn(env) ?? (await tokenOf(around, { api: api(), local, role })),
    ...(named.iam === true ? { sign: await signatureOf(local, env) } : {}),
  };
};

const partsNamed = (env: Surroundings['env'], named: Named) => ({
  url: env['ASSAY_URL'],
  bus: named.bus ?? env['ASSAY_BUS'],
  bucket: named.bucket ?? env['ASSAY_AUDIT_BUCKET'],
  history: named['history-bucket'] ?? env['ASSAY_HISTORY_BUCKET'],
});

/** What a token may be made of (RFC 6750). Others, such as two lines of a file, make no header, and are shown nowhere. */
const tokenIn = (env: Surroundings['env']): string | undefined => {
  const token = env['ASSAY_TOKEN']?.trim();
  if (token === undefined || /^[\w.~+/-]+=*$/.test(token)) return token;
  throw new Error(
    token === ''
      ? 'ASSAY_TOKEN is empty: put a token there, or unset it'
      : 'ASSAY_TOKEN is no token: it has a blank, a line break or another character that no token has',
  );
};

type Asked = { readonly api: string; readonly local: Endpoints | undefined; readonly role: Role };

/** That of the session at this deployment. A local AWS without one lets its own users in, or the one that is named. */
const tokenOf = async (around: Surroundings, { api, local, role }: Asked): Promise<string> => {
  const user = around.env['ASSAY_USER'];
  if (local === undefined || user === undefined) {
    const kept = await findSession(around, api);
    if (kept !== undefined && isOf(kept, local)) return currentToken(around, api, kept);
  }
  if (local !== undefined) return localToken(local, role, user);
  throw new Error('nobody is signed in: run assay login, or put a token in ASSAY_TOKEN');
};

/** Each local AWS has a pool of its own, at the address of the last one. */
const isOf = ({ issuer }: KeptSession, local: Endpoints | undefined): boolean =>
  local === undefined || issuer.endsWith(`/${local.auth.userPoolId}`);

/** Two identities at once would leave open which of them goes on record. */
const signatureOf = async (local: Endpoints | undefined, env: Surroundings['env']): Promise<SignRequest> => {
  if (env['ASSAY_TOKEN'] !== undefined) {
    throw new UsageError('--iam signs with AWS credentials, but ASSAY_TOKEN is set: use one of the two');
  }
  const { awsSignature } = await import('./sign-request.ts');
  return awsSignature(local === undefined ? {} : { region: local.region });
};

/** It is no wrong usage: the same command works once a local AWS runs. */
const required = (value: string | undefined, what: string, how: string): string => {
  if (value !== undefined && value !== '') return value;
  throw new Error(`no local AWS runs here: start it with npm start, or name ${what} of your deployment with ${how}`);
};

/** A token goes there, and what must be in production comes from there: nobody on the way may read or change it. */
const webAddress = (url: string): string => {
  const address = URL.parse(url);
  if (address === null || !/^https?:$/.test(address.protocol)) {
    throw new Error(`ASSAY_URL is no web address: ${plain(url)}; it begins with https://`);
  }
  if (address.username !== '' || address.password !== '') {
    throw new Error('ASSAY_URL has a user or a password in it: leave them out, and sign in with assay login');
  }
  if (isConfidential(url)) return url.replace(/\/+$/, '');
  throw new Error(`ASSAY_URL is ${plain(url)}: to another machine than this one it begins with https://`);
};

/** The folder of the local AWS that runs here. */
export const localHome = async ({ env, directory }: Surroundings): Promise<string> => {
  const home = env['ASSAY_HOME'] ?? (await findHome(directory));
  const local = home === undefined ? undefined : await readEndpoints(home);
  if (home === undefined || local === undefined) throw new Error('no local AWS runs here: start it with npm start');
  await assertRunning(local);
  return home;
};

/** The local AWS whose home is `ASSAY_HOME`, or else the one that runs in this directory or above it. */
const localEndpoints = async (named: string | undefined, directory: string): Promise<Endpoints | undefined> => {
  const home = named ?? (await findHome(directory));
  return home === undefined ? undefined : readEndpoints(home);
};

const readEndpoints = async (home: string): Promise<Endpoints | undefined> => {
  const text = await readFile(fileIn(home), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : Endpoints.parse(JSON.parse(text));
};

const fileIn = (home: string): string => join(home, 'endpoints.json');

const findHome = async (directory: string): Promise<string | undefined> => {
  const home = join(directory, '.local');
  const isThere = await access(fileIn(home)).then(
    () => true,
    () => false,
  );
  if (isThere) return home;
  return dirname(directory) === directory ? undefined : findHome(dirname(directory));
};

/** A process that was killed could not remove its file. What else is wrong with the address, the call itself will say. */
const assertRunning = async ({ awsEndpoint }: Endpoints): Promise<void> => {
  const { hostname, port } = new URL(awsEndpoint);
  const socket = openSocket({ host: hostname, port: Number(port) });
  try {
    await once(socket, 'connect');
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'ECONNREFUSED')) return;
    const where = `nothing listens at ${awsEndpoint}`;
    throw new Error(`the local AWS has ended: start it with npm start (${where})`, { cause });
  } finally {
    socket.destroy();
  }
};

/** The emulator accepts any key; these two are the customary ones. */
const localClients = ({ awsEndpoint, region }: Endpoints): ClientSettings => ({
  endpoint: awsEndpoint,
  region,
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
});

/** Of the people of the local AWS only these can sign in. */
const noSuchUser = (user: string, users: readonly string[]): string => {
  if (users.length === 0) return 'the local AWS has no users: put a token in ASSAY_TOKEN';
  const meant = nearestWord(user, users);
  const question = meant === undefined ? '' : `did you mean ${meant}? `;
  return `ASSAY_USER is ${plain(user)}, who is no user of the local AWS; ${question}its users are ${users.join(', ')}`;
};

const localToken = async (local: Endpoints, role: Role, user: string | undefined): Promise<string> => {
  const users = Object.entries(local.auth.users);
  const [username, found] =
    users.find(([name, { groups }]) => (user === undefined ? groups.includes(role) : name === user)) ??
    (user === undefined ? users[0] : undefined) ??
    [];
  if (username === undefined || found === undefined)
    throw new Error(noSuchUser(user ?? '', Object.keys(local.auth.users)));
  const clientId = local.auth.userPoolClientId;
  return signIn({ clientSettings: localClients(local), clientId, username, password: found.password });
};
