import { connect } from '../client/connection.ts';
import { findSession, type KeptSession, keepSession } from '../client/kept-sessions.ts';
import { clientOf } from '../client/session.ts';
import { defineCommand, EXIT } from '../command.ts';

export const command = defineCommand({
  name: 'logout',
  parameters: [],
  description:
    'Ends the session of assay login: forgets its tokens, revokes it at the issuer, and shows where the browser signs out of it.',
  example: '',
  options: {},
  run: async (_, around) => {
    const deployment = (await connect(around)).url();
    const session = await findSession(around, deployment);
    if (session === undefined) {
      around.out('nobody is signed in');
      return EXIT.ok;
    }
    // First, so that nothing is left here whatever the issuer answers.
    await keepSession(around, deployment, undefined);
    const address = await endAtIssuer(session, `${deployment}/console/session/signed-out`);
    around.out('signed out: the tokens are forgotten here, and the session can no longer be renewed');
    if (address !== undefined) {
      around.out(`To sign out of the issuer in your browser, too, open:\n\n${address.href}`);
      around.openPage?.(address.href);
    }
    return EXIT.ok;
  },
});

/** Revokes what renews the session. Answers the page where the browser's own session at the issuer ends. */
const endAtIssuer = async (session: KeptSession, returnTo: string): Promise<URL | undefined> => {
  const { isCognito, oidcIssuer } = await import('../../adapters/oidc-issuer.ts');
  const client = clientOf(session);
  const issuer = oidcIssuer(client);
  const { refresh_token: refreshToken } = session;
  if (refreshToken !== undefined && !(await issuer.revoke(refreshToken)) && isCognito(client.issuer)) {
    const { revokeAtCognito } = await import('../../adapters/cognito-revocation.ts');
    await revokeAtCognito(client, refreshToken);
  }
  return issuer.signOutAddress(returnTo);
};
