import { connect } from '../client/connection.ts';
import { findSession, type KeptSession, keepSession } from '../client/kept-sessions.ts';
import { clientOf } from '../client/session.ts';
import { defineCommand, EXIT, type Surroundings } from '../command.ts';

export const command = defineCommand({
  name: 'logout',
  parameters: [],
  description: [
    'Ends the session of assay login: revokes it at the issuer, forgets its tokens, and shows where the browser signs out of it.',
    'If the issuer does not revoke it, the tokens are kept, since nothing else can revoke them later (exit code 2).',
  ].join('\n'),
  example: '',
  options: {
    force: { type: 'boolean', description: 'forget the tokens even if the issuer does not revoke the session' },
  },
  run: async ({ values }, around) => {
    const deployment = (await connect(around)).url();
    const session = await findSession(around, deployment);
    if (session === undefined) {
      around.out('nobody is signed in');
      return EXIT.ok;
    }
    const { isCognito, oidcIssuer } = await import('../../adapters/oidc-issuer.ts');
    const issuer = oidcIssuer(clientOf(session));
    const end = await revoked(session, { issuer, isCognito }).catch((cause: unknown) => {
      if (values.force === true) return 'unrevoked' as const;
      throw stillSignedIn(cause);
    });
    await keepSession(around, deployment, undefined);
    around.out(`signed out: the tokens are forgotten here, ${ENDS[end]}`);
    const address = await issuer
      .signOutAddress(`${deployment}/console/session/signed-out`)
      .catch(() => 'unknown' as const);
    showSignOut(address, around);
    return EXIT.ok;
  },
});

const ENDS = {
  revoked: 'and the session can no longer be renewed',
  unrenewable: 'and the session could not be renewed; a copy of its token opens the API until it expires',
  unrevocable:
    'but the issuer has no way to revoke the session: a copy of its tokens still renews it, until an administrator of the issuer ends it',
  unrevoked:
    'but the session was not revoked: a copy of its tokens still renews it, until an administrator of the issuer ends it',
} as const;

type Issuer = ReturnType<typeof import('../../adapters/oidc-issuer.ts')['oidcIssuer']>;
type At = { readonly issuer: Issuer; readonly isCognito: (issuer: string) => boolean };

/** Revokes what renews the session, if there is such a thing and a way to do so. */
const revoked = async (session: KeptSession, { issuer, isCognito }: At): Promise<keyof typeof ENDS> => {
  const { refresh_token: refreshToken } = session;
  if (refreshToken === undefined) return 'unrenewable';
  if (await issuer.revoke(refreshToken)) return 'revoked';
  if (!isCognito(session.issuer)) return 'unrevocable';
  const { revokeAtCognito } = await import('../../adapters/cognito-revocation.ts');
  await revokeAtCognito(clientOf(session), refreshToken);
  return 'revoked';
};

/** The refresh token is the only thing here that can end the session: it is not thrown away before it has. */
const stillSignedIn = (cause: unknown): Error => {
  const why = cause instanceof Error ? cause.message : String(cause);
  const next = 'run assay logout again, or with --force to forget the tokens all the same';
  return new Error(`you are still signed in, because the session could not be revoked: ${why}; ${next}`, { cause });
};

/** The browser has a session of its own at the issuer. */
const showSignOut = (address: URL | undefined | 'unknown', around: Surroundings): void => {
  if (address === 'unknown')
    around.err('Your browser may still be signed in at the issuer, which does not say now where that ends');
  else if (address !== undefined) {
    around.out(`To sign out of the issuer in your browser, too, open:\n\n${address.href}`);
    around.openPage?.(address.href);
  }
};
