/** Deploys the policy and the people of a local AWS that runs again, over what is there: `assay local reload`. */
import { policySha256 } from '../lib/domain/policy/policy-record.ts';
import { addPeople, deployApp, signInsOf } from './deployment.ts';
import { type LocalEndpoints, readEndpoints, writeEndpoints } from './endpoints.ts';
import { roleLines } from './farewell.ts';
import { EXAMPLE_USERS, membersOf, usersOf, withPasswords } from './people.ts';
import { LocalProblem } from './problem.ts';
import { progressLines } from './progress.ts';
import { readGovernance } from './setup.ts';
import type { Member } from './slack/workspace.ts';
import { assembleIn } from './synth.ts';

/** Answers what there is to say at the end. A faulty file changes nothing. */
const reload = async (root: string, home: string): Promise<string> => {
  const endpoints = await readEndpoints(home).catch(() => undefined);
  if (endpoints?.setup === undefined) {
    throw new LocalProblem('no local AWS that npm start has started runs here: start it with npm start');
  }
  const { setup, awsEndpoint, auth } = endpoints;
  const governance = await readGovernance(setup);
  const progress = progressLines();
  await deployApp(endpoints, { assemble: assembleIn(root, home, setup), onProgress: progress.say });
  await joinSlack(endpoints.slack, membersOf(governance.directory));
  const people = setup.isEmpty ? usersOf(governance.directory) : EXAMPLE_USERS;
  const users = withPasswords(people, auth.users);
  await addPeople(
    awsEndpoint,
    auth.userPoolId,
    users.filter(({ username }) => auth.users?.[username] === undefined),
  );
  const reloaded = { ...endpoints, auth: { ...auth, users: signInsOf(users) } };
  await writeEndpoints(home, reloaded);
  progress.end();
  return `
policy     ${setup.policyFile}
           sha256 ${policySha256(governance.policies[0])}
approvers  ${setup.approversFile}

Releases that are requested from now on go by them; those under way keep the policy that they started with.

${roleLines(governance, reloaded)}
`;
};

const joinSlack = async (slack: LocalEndpoints['slack'], members: readonly Member[]): Promise<void> => {
  if (slack === undefined) return;
  const headers = { 'content-type': 'application/json' };
  await fetch(`${slack.endpoint}/_standin/members`, { method: 'PUT', headers, body: JSON.stringify(members) });
};

const [root = '', home = ''] = process.argv.slice(2);
try {
  process.stdout.write(await reload(root, home));
} catch (error) {
  if (!(error instanceof LocalProblem)) throw error;
  process.stderr.write(`${error.message}\n`);
  // Not 1, with which Node ends on an error that nobody has caught.
  process.exitCode = 2;
}
