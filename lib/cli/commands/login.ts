import * as z from 'zod';
import type { OidcClient } from '../../adapters/oidc-issuer.ts';
import { wholeNumberIn } from '../../domain/whole-number.ts';
import { connect } from '../client/connection.ts';
import { assertKeepable, keepSession } from '../client/kept-sessions.ts';
import { LOOPBACK_PORTS, listenForBrowser } from '../client/loopback.ts';
import { readPublic } from '../client/read-public.ts';
import { claimsIn, keptFrom } from '../client/session.ts';
import { defineCommand, EXIT, type Surroundings, UsageError } from '../command.ts';
import { plain } from '../terminal/text.ts';

const Client = z.object({
  issuer: z.url(),
  configuration: z.url(),
  client_id: z.string(),
  scope: z.string(),
  audience: z.string().optional(),
});
type Client = z.infer<typeof Client>;

const PATIENCE_MS = 5 * 60_000;

export const command = defineCommand({
  name: 'login',
  parameters: [],
  description:
    'Signs you in by a browser on this machine, at the issuer that the deployment trusts, and keeps the session for the other commands.',
  example: '',
  options: {
    issuer: { type: 'string', description: 'another issuer of OpenID Connect than the deployment names' },
    client: { type: 'string', description: 'with --issuer: the public client to sign in by' },
    scope: { type: 'string', description: 'with --issuer: what to ask for, if not openid' },
    port: {
      type: 'string',
      description: 'the port of http://localhost:PORT/callback that the issuer knows, if not 8765, 8766 or 8767',
    },
  },
  run: async ({ values }, around) => {
    const connection = await connect(around);
    await assertKeepable(around);
    const client = clientNamed(values) ?? (await readPublic(`${connection.url()}/console/session/client`, Client));
    const ports = values.port === undefined ? LOOPBACK_PORTS : [portOf(values.port)];
    const name = await signIn(client, { deployment: connection.url(), ports }, around);
    // The issuer's own page says which client is signed in to, and not which deployment named it.
    around.out(`signed in as ${plain(name)}, at ${plain(client.issuer)}, for ${plain(connection.url())}`);
    return EXIT.ok;
  },
});

type Named = {
  readonly issuer?: string | undefined;
  readonly client?: string | undefined;
  readonly scope?: string | undefined;
};

const clientNamed = ({ issuer, client, scope }: Named): Client | undefined => {
  if (issuer === undefined) {
    if (client === undefined && scope === undefined) return undefined;
    throw new UsageError('login needs --issuer with --client and --scope');
  }
  if (client === undefined) throw new UsageError('login needs --client with --issuer');
  const address = URL.parse(issuer);
  if (address === null) throw new UsageError(`login needs the address of an issuer: ${plain(issuer)} is none`);
  const configuration = `${issuer.replace(/\/+$/, '')}/.well-known/openid-configuration`;
  return { issuer, configuration, client_id: client, scope: scope ?? 'openid' };
};

const portOf = (text: string): number => {
  const port = wholeNumberIn(text, { min: 0, max: 65_535 });
  if (port !== undefined) return port;
  throw new UsageError(`login needs a number for --port, and ${plain(text)} is none`);
};

type Here = { readonly deployment: string; readonly ports: readonly number[] };

/** Signs in, keeps the session, and answers as whom. */
const signIn = async (client: Client, { deployment, ports }: Here, around: Surroundings): Promise<string> => {
  const { oidcIssuer } = await import('../../adapters/oidc-issuer.ts');
  const oidc: OidcClient = { ...client, clientId: client.client_id };
  const issuer = oidcIssuer(oidc);
  const loopback = await listenForBrowser(ports);
  try {
    const { address, kept } = await issuer.begin(loopback.redirectUri);
    around.err(`Sign in with a browser on this machine:\n\n${address.href}\n`);
    around.openPage?.(address.href);
    const visited = await loopback.visited(kept.state, PATIENCE_MS);
    try {
      const tokens = await issuer.redeem(visited.address, kept);
      const session = keptFrom(tokens, oidc, client.audience, Date.now());
      await keepSession(around, deployment, session);
      await visited.answer('You are signed in', 'You can close this window, and go on at the command line.');
      return nameIn(session.token);
    } catch (error) {
      await visited.answer('You were not signed in', 'The command line says why.');
      throw error;
    }
  } finally {
    loopback.close();
  }
};

const nameIn = (token: string): string => {
  const claims = claimsIn(token) ?? {};
  return String(claims['cognito:username'] ?? claims['username'] ?? claims['preferred_username'] ?? claims['sub']);
};
