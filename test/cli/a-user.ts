/** A deployment, the issuer that it trusts, and a user of the command line with a browser. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach } from 'vitest';
import type { Surroundings } from '../../lib/cli/command.ts';
import { run } from '../../lib/cli/run.ts';
import { startIssuer } from '../support/oidc-issuer.ts';
import { aDirectory, aServer } from './assay.ts';

/** To be called by each file of tests: what it starts ends with the file. */
export const anIssuer = async () => {
  const issuer = await startIssuer();
  afterAll(() => issuer.stop());
  const fresh = structuredClone(issuer.state);
  beforeEach(() => Object.assign(issuer.state, structuredClone(fresh)));
  const { issuer: address, configuration, clientId } = issuer.client;
  const client = { issuer: address, configuration, client_id: clientId, scope: 'openid', audience: 'assay-api' };
  return {
    issuer,
    /** A deployment that trusts the issuer. It answers who called, by the token. */
    aDeployment: () =>
      aServer(({ path }) => ({ body: path === '/console/session/client' ? client : { refusals: [] } })),
  };
};

/** A user who follows every page that is opened, as a browser would. */
export const aUser = (url: string, home = aDirectory(), env: Record<string, string> = {}) => {
  const pages: string[] = [];
  const assay = async (...args: string[]) => {
    let out = '';
    let err = '';
    let visit: Promise<unknown> = Promise.resolve();
    const around: Surroundings = {
      out: (text) => {
        out += `${text}\n`;
      },
      err: (text) => {
        err += `${text}\n`;
      },
      openPage: (page) => {
        visit = fetch(page).then(async (response) => pages.push(await response.text()));
      },
      env: { ASSAY_URL: url, HOME: home, ...env },
      directory: home,
    };
    const code = await run(args, around);
    await visit;
    return { code, out, err };
  };
  const file = join(home, '.config/assay/sessions.json');
  const kept = () => JSON.parse(readFileSync(file, 'utf8')).sessions[url];
  const change = (changes: object) =>
    writeFileSync(file, JSON.stringify({ version: 1, sessions: { [url]: { ...kept(), ...changes } } }));
  return { assay, pages, file, kept, change, home };
};

/** Other tests may run on this machine. */
export const ANY_PORT = ['--port', '0'];
