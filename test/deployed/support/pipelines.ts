/** The scripts of examples/ci, as a pipeline runs them: with the credentials of a machine of the directory. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { assumeRole } from '../../local/support/roles.ts';
import { endpoints, home, root } from './world.ts';

type Outcome = { readonly code: number; readonly out: string; readonly err: string };

export const runExample = async (script: string, words: readonly string[], cwd: string): Promise<Outcome> => {
  const { accessKeyId, secretAccessKey, sessionToken } = await assumeRole(endpoints.awsEndpoint, 'release-job');
  const env = {
    PATH: process.env['PATH'],
    ASSAY_HOME: home,
    ASSAY_CHECKOUT: root,
    ASSAY_POLICY: join(root, 'policies/governance-policy.yaml'),
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  };
  return new Promise((resolve) => {
    execFile(join(root, 'examples/ci', script), words, { cwd, env }, (error, out, err) =>
      resolve({ code: error === null ? 0 : Number(error.code), out, err }),
    );
  });
};
