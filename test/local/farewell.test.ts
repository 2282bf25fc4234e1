import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { loadDirectory, loadPolicy } from '../../lib/domain/policy/load.ts';
import { addressLines, readyLine, roleLines } from '../../local/farewell.ts';
import { usersOf } from '../../local/people.ts';
import { emptySetup } from '../../local/setup.ts';
import { someEndpoints } from './support/some-endpoints.ts';

const shipped = (file: string) => readFileSync(join(import.meta.dirname, '../../policies', file));
const governance = {
  policies: [loadPolicy(shipped('governance-policy.yaml'), 'policy')] as const,
  directory: loadDirectory(shipped('approvers.yaml'), 'approvers'),
};
const withUsers = (users: Record<string, readonly string[]>) => ({
  ...someEndpoints,
  auth: {
    ...someEndpoints.auth,
    users: Object.fromEntries(
      Object.entries(users).map(([name, groups]) => [name, { password: 'p', groups: [...groups] }]),
    ),
  },
});

it('names the console in its first line, before anything is played', () => {
  expect(readyLine(someEndpoints)).toBe('ready: the console is at http://localhost:4580/as, one click signs you in');
});

it('names the few addresses that a person needs, the console first', () => {
  const setup = emptySetup('/project', { bucket: 'my-models' }, '/home');

  expect(addressLines(someEndpoints, setup)).toBe(
    [
      '  console    http://localhost:4580/as       what serves and what waits: sign in as one of its people with one click',
      '  mailbox    http://localhost:4580/mailbox  every mail, with the links in it',
      '  Slack      http://localhost:4580/slack    who has an account there is asked there too',
      '  API        http://localhost:4580          npx assay finds it by itself',
      '  AWS        http://127.0.0.1:4566          for other tools: AWS_ENDPOINT_URL, with any credentials',
      '  SageMaker  http://127.0.0.1:4567          the same: AWS_ENDPOINT_URL_SAGEMAKER',
      '  models     s3://my-models                 where artifacts and evidence lie',
    ].join('\n'),
  );
});

it('says who may fill which role that the policy asks for, and whom commands run as', () => {
  const text = roleLines(governance, withUsers({ omar: ['operator', 'releaser', 'auditor'], olga: ['operator'] }));

  expect(text).toMatch(/^ {2}ml_lead +dana\.kim, ana\.silva, ben\.okafor$/m);
  expect(text).toMatch(/^ {2}risk_owner +ruth\.meyer$/m);
  expect(text).toMatch(/^ {2}operator +omar, olga$/m);
  expect(text).toMatch(/^ {2}releaser +omar$/m);
  expect(text).toMatch(/^ {2}auditor +omar$/m);
  expect(text).not.toContain('assay.cli');
});

it('says so where nobody may fill a role, and where assay submit has no machine', () => {
  const [first] = governance.directory.people;
  const people = first === undefined ? [] : [{ ...first, roles: [] }];
  const text = roleLines({ ...governance, directory: { schema_version: 1, people } }, withUsers({}));

  expect(text).toMatch(/^ {2}risk_owner +nobody in the directory/m);
  expect(text).toContain('No machine of the directory has the event source assay.cli');
});

it('lets everybody of your own directory do everything on a laptop, and shortens a long list', () => {
  const users = usersOf(governance.directory);
  const many = Object.fromEntries(
    [...users, ...users.map((user) => ({ ...user, username: `${user.username}.2` }))].map((user) => [
      user.username,
      user.groups,
    ]),
  );

  expect(users.map(({ username }) => username)).toEqual(governance.directory.people.map(({ id }) => id));
  expect(users[0]).toMatchObject({ email: 'dana.kim@example.com', groups: ['releaser', 'operator', 'auditor'] });
  expect(roleLines(governance, withUsers(many))).toMatch(
    new RegExp(`^ {2}operator .* and ${2 * users.length - 8} more$`, 'm'),
  );
});
