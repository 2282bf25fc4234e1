/** A custom check is configuration: a policy names its Lambda, and the check counts without a change of our code. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CreateFunctionCommand, GetFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { strToU8, zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readChecks } from '../../../lib/domain/change/read-checks.ts';
import { CONFIGURATION_CHAIN } from '../../../lib/domain/ledger/event.ts';
import { listed } from '../../../lib/domain/soundness.ts';
import { post } from '../support/doors.ts';
import { deployPolicy, written } from '../support/governance.ts';
import { releaseIn, validated } from '../support/life.ts';
import { variant } from '../support/variant.ts';
import { lambda, root, store } from '../support/world.ts';

let lambda_arn: string;
let restore: (() => Promise<unknown>) | undefined;
beforeAll(async () => {
  const code = await readFile(join(root, 'examples/custom-check/index.mjs'), 'utf8');
  const made = await lambda.send(
    new CreateFunctionCommand({
      FunctionName: 'change-freeze',
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Role: 'arn:aws:iam::000000000000:role/change-freeze',
      Code: { ZipFile: zipSync({ 'index.mjs': strToU8(code) }) },
      Publish: true,
    }),
  );
  lambda_arn = `${made.FunctionArn?.replace(/:\d+$/, '')}:${made.Version}`;
});
/** Restores the policy that the other tests expect. */
afterAll(() => restore?.());

const deployChecks = async (checks: object[]): Promise<void> => {
  const policy = await written('governance-policy.yaml');
  const stage = {
    name: 'custom_checks',
    description: 'What our house asks for.',
    required: true,
    blocking: true,
    checks,
  };
  const former = await deployPolicy({ ...policy, stages: [...listed(policy['stages']), stage] });
  restore ??= former;
};
const freeze = (from: string, until: string) => ({
  name: 'change_freeze',
  mode: 'enforce',
  lambda_arn,
  parameters: { frozen_from: from, frozen_until: until },
});

describe('a custom check (CK-1)', () => {
  it('stops a release that it fails, with its own words', async () => {
    await deployChecks([freeze('2000-01-01', '2999-12-31')]);
    const manifest = await variant('frozen', '1.1.0');

    expect((await post(manifest)).status).toBe(201);

    const { reasons } = await releaseIn(manifest.release_id, 'rejected');
    expect(reasons).toMatchObject([
      { rule: 'change_freeze', explanation: expect.stringContaining('failed: Nothing is released from 2000-01-01') },
    ]);
    const changes = (await store.events(CONFIGURATION_CHAIN)).map(({ event }) => event.event_type);
    expect(changes).toContain('configuration_changed');
  });

  it('lets one go on that it passes, and is attested with the digest of its own code', async () => {
    await deployChecks([freeze('2000-01-01', '2000-12-31')]);
    const { release_id } = await validated(await variant('not-frozen', '1.1.0'));

    const check = (await readChecks(store, release_id)).find(({ name }) => name === 'change_freeze');

    const { CodeSha256 = '' } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: lambda_arn }));
    expect(check).toMatchObject({ stage: 'custom_checks', status: 'passed' });
    expect(check?.codeSha256).toBe(Buffer.from(CodeSha256, 'base64').toString('hex'));
    expect((await store.list('attestation', release_id)).map(({ stage }) => stage)).toContain('custom_checks');
  });

  it('that does not exist closes the gate', async () => {
    await deployChecks([{ ...freeze('2000-01-01', '2000-12-31'), lambda_arn: lambda_arn.replace(/\d+$/, '99') }]);
    const manifest = await variant('never-checked', '1.1.0');

    await post(manifest);

    const { reasons } = await releaseIn(manifest.release_id, 'rejected');
    expect(reasons).toMatchObject([
      { rule: 'change_freeze', explanation: expect.stringMatching(/^error: .*could not be invoked/) },
    ]);
  });
});
