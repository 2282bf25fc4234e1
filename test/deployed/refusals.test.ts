/** A door refuses a claim once, with every fault, visible to submitters, operators and auditors. */

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { awsSignature } from '../../lib/cli/client/sign-request.ts';
import { readChecks } from '../../lib/domain/change/read-checks.ts';
import { INTAKE_CHAIN } from '../../lib/domain/ledger/event.ts';
import type { IntakeRefusal } from '../../lib/domain/records/intake.ts';
import type { ReleaseManifest } from '../../lib/domain/release/manifest.ts';
import { clientConfig } from '../../local/clients.ts';
import { createUsers } from '../../local/cognito.ts';
import { assumeRole } from '../local/support/roles.ts';
import { allRefusals } from '../support/listed.ts';
import { assay, assayAs, callApi, post, putOnBus, tokenOf } from './support/doors.ts';
import { eventually } from './support/eventually.ts';
import { releaseIn, validated } from './support/life.ts';
import { endOf, executionsOf } from './support/machines.ts';
import { variant } from './support/variant.ts';
import { endpoints, home, store } from './support/world.ts';

const FIELDS = ['artifact_sha256', 'colour', 'git_commit', 'model_card_uri'];

/** One field is missing, one is unknown, one is no digest, and one names an object that does not exist. */
const faulty = async (modelName: string): Promise<Record<string, unknown> & { release_id: string }> => {
  const { git_commit: _, ...manifest } = await variant(modelName, '1.1.0');
  const nowhere = manifest.model_card_uri.replace('model-card', 'no-card');
  return { ...manifest, colour: 'blue', artifact_sha256: 'abc', model_card_uri: nowhere };
};

const refusalsOf = async (releaseId: string): Promise<IntakeRefusal[]> =>
  (await allRefusals(store)).filter(({ claimedReleaseId }) => claimedReleaseId === releaseId);

const fieldsOf = (violations: readonly { field: string }[]): string[] =>
  violations.map(({ field }) => field).toSorted();

/** Establishes that a claim left one refusal and one event, and started nothing. */
const expectOneRefusal = async (releaseId: string): Promise<void> => {
  const refusals = await refusalsOf(releaseId);
  expect(refusals).toHaveLength(1);
  const events = (await store.events(INTAKE_CHAIN)).filter(({ event }) => event.release_id === releaseId);
  expect(events.map(({ event }) => event.event_type)).toEqual(['release_refused']);
  expect(await store.get('release', releaseId)).toBeUndefined();
  expect(await executionsOf('release', releaseId)).toEqual([]);
};

describe('a manifest with four faults', () => {
  it('is refused by the bus, naming every field at fault', async () => {
    const manifest = await faulty('faulty-on-the-bus');

    await putOnBus(manifest);

    const [refusal] = await eventually('the refusal', async () => {
      const found = await refusalsOf(manifest.release_id);
      return found.length > 0 ? found : undefined;
    });
    expect(fieldsOf(refusal?.faults ?? [])).toEqual(FIELDS);
    expect(refusal?.door).toBe('event_bus');
    await expectOneRefusal(manifest.release_id);
  });

  it('is refused by the API, and sent again it is still one refusal', async () => {
    const manifest = await faulty('faulty-by-the-api');

    const first = await post(manifest);
    const again = await post(manifest);

    expect(first).toMatchObject({ status: 422, body: { title: 'ManifestInvalid' } });
    expect(fieldsOf(first.body['faults'] as { field: string }[])).toEqual(FIELDS);
    expect(again).toEqual(first);
    await expectOneRefusal(manifest.release_id);
  });

  it('is listed by the API and by the command line with its faults', async () => {
    const manifest = await faulty('faulty-and-listed');
    await post(manifest);

    const { body } = await callApi('/v1/refusals', await tokenOf('omar.haddad'));
    const { code, out } = await assay('refusals');

    const listed = (body['refusals'] as Record<string, unknown>[]).find(
      (refusal) => refusal['claimed_release_id'] === manifest.release_id,
    );
    expect(fieldsOf(listed?.['faults'] as { field: string }[])).toEqual(FIELDS);
    const account = out.slice(out.indexOf(manifest.release_id)).split('\n\n')[0] ?? '';
    expect(code).toBe(0);
    for (const field of FIELDS) expect(account).toContain(field);
  });
});

describe('makers whom the directory does not know (SD-5)', () => {
  it('are refused by the bus, and so is a source that no machine has', async () => {
    const manifest = await variant('of-nobody', '1.1.0', { trained_by: 'dana.kin', commit_author: 'm@evil.example' });

    await putOnBus(manifest, 1, 'mallory.pipeline');

    const [refusal] = await eventually('the refusal', async () => {
      const found = await refusalsOf(manifest.release_id);
      return found.length > 0 ? found : undefined;
    });
    expect(refusal?.faults.map(({ problem }) => problem.split(' ')[0])).toEqual([
      'dana.kin',
      'm@evil.example',
      'mallory.pipeline',
    ]);
    await expectOneRefusal(manifest.release_id);
    const event = (await store.events(INTAKE_CHAIN)).find(
      ({ event: { release_id: id } }) => id === manifest.release_id,
    );
    expect(event?.event.actor_id).toMatch(/^unknown:[0-9a-f]{12}$/);
    expect(JSON.stringify(event?.event)).not.toMatch(/dana\.kin|evil|mallory/);
  });

  it('are refused by the API, by name', async () => {
    const manifest = await variant('of-a-typo', '1.1.0', { requested_by: 'dana.kin' });

    expect(await post(manifest)).toMatchObject({
      status: 422,
      body: {
        title: 'ManifestInvalid',
        faults: [
          { field: 'requested_by', problem: 'dana.kin is neither a person nor a declared machine of the directory' },
        ],
      },
    });
    await expectOneRefusal(manifest.release_id);
  });

  it('order nothing either: an operator is a person of the directory', async () => {
    const nobody = {
      username: 'nora.nobody',
      email: 'nora.nobody@example.com',
      password: 'Is-not-listed-1',
      groups: ['operator'],
    };
    await createUsers(clientConfig(endpoints.awsEndpoint), endpoints.auth.userPoolId, [nobody]);
    const order = { reason: 'errors doubled', incident: 'INC-1' };

    const token = await tokenOf(nobody.username, nobody.password);
    const answer = await callApi('/v1/models/hmda-mortgage/rollback', token, order);

    expect(answer).toMatchObject({ status: 403, body: { title: 'NotAuthorized' } });
  });
});

describe('an artifact that is not what the manifest says', () => {
  it('is rejected before any check looks at it', async () => {
    const manifest = await variant('not-that-artifact', '1.1.0', { artifact_sha256: 'f'.repeat(64) });
    const { release_id } = manifest;

    await post(manifest);

    const { reasons } = await releaseIn(release_id, 'rejected');
    expect(reasons).toMatchObject([{ rule: 'artifact_sha256', explanation: expect.stringContaining('f'.repeat(64)) }]);
    expect(await readChecks(store, release_id)).toEqual([]);
    expect(await endOf('release', release_id)).toEqual({ status: 'FAILED', error: 'ReleaseRejected' });
  });
});

describe('a release id', () => {
  it('is refused for other content, and the first release stays unchanged', async () => {
    const manifest = await validated(await variant('taken', '1.1.0'));
    const before = await store.get('release', manifest.release_id);

    const answer = await post({ ...manifest, config_version: 'cfg-other' });

    expect(answer).toMatchObject({ status: 409, body: { title: 'ReleaseIdTaken' } });
    const after = await store.get('release', manifest.release_id);
    expect(after?.contentSha256).toBe(before?.contentSha256);
    expect(await executionsOf('release', manifest.release_id)).toHaveLength(1);
  });
});

describe('a caller who posts a release', () => {
  let manifest: ReleaseManifest;
  beforeAll(async () => {
    manifest = await variant('not-authorized', '1.1.0');
  });

  it('is refused without a token, and with one that nobody issued', async () => {
    expect((await callApi('/v1/releases', undefined, manifest)).status).toBe(401);
    expect((await callApi('/v1/releases', 'e30.e30.c2lnbmF0dXJl', manifest)).status).toBe(401);
    expect(await store.get('release', manifest.release_id)).toBeUndefined();
  });

  it('is refused without the role releaser', async () => {
    const reader = {
      username: 'ida.berg',
      email: 'ida.berg@example.com',
      password: 'Only-reads-here-1',
      groups: ['auditor'],
    };
    await createUsers(clientConfig(endpoints.awsEndpoint), endpoints.auth.userPoolId, [reader]);

    const answer = await callApi('/v1/releases', await tokenOf(reader.username, reader.password), manifest);

    expect(answer).toMatchObject({ status: 403, body: { title: 'NotAuthorized' } });
    expect(await store.get('release', manifest.release_id)).toBeUndefined();
  });
});

describe('a machine that signs its requests', () => {
  const written = async (manifest: ReleaseManifest): Promise<string> => {
    const file = join(home, `${manifest.release_id}.json`);
    await writeFile(file, JSON.stringify(manifest));
    return file;
  };

  it('requests a release by the role that it has assumed, and reads what becomes of it', async () => {
    const manifest = await variant('signed-for', '1.1.0');
    const { release_id } = manifest;

    const taken = await assayAs('release-job', 'submit', await written(manifest));

    expect(taken).toMatchObject({ code: 0, out: `${release_id}\n` });
    expect(await store.get('release', release_id)).toMatchObject({ submittedBy: 'release-job' });
    const [first] = await store.events(manifest.model_name);
    expect(first?.event).toMatchObject({ actor_id: 'release-job', actor_auth: 'iam' });
    expect(await assayAs('release-job', 'status', release_id)).toMatchObject({
      code: 0,
      out: expect.stringContaining(release_id),
    });
  });

  it('is refused as a role that no machine has, with the name of the role, on record', async () => {
    const manifest = await variant('signed-by-nobody', '1.1.0');

    const { code, err } = await assayAs('somebody', 'submit', await written(manifest));

    expect(code).toBe(2);
    expect(err).toContain('role/somebody belongs to no machine of the directory');
    await expectOneRefusal(manifest.release_id);
    expect((await assayAs('somebody', 'status')).err).toContain('belongs to no machine of the directory');
  });

  it('is not let in without a signature, by a token, or with a signature where tokens count', async () => {
    const token = await tokenOf('dana.kim');
    const session = { credentials: await assumeRole(endpoints.awsEndpoint, 'release-job'), region: endpoints.region };
    const url = `${endpoints.publicBaseUrl}/v1/releases`;
    const headers = await awsSignature(session)({ method: 'GET', url, headers: {} });

    expect((await callApi('/iam/v1/releases', undefined)).status).toBe(403);
    expect((await callApi('/iam/v1/releases', token)).status).toBe(403);
    expect((await fetch(url, { headers })).status).toBe(401);
    expect((await callApi('/iam/v1/models/hmda-mortgage/rollback', undefined, {})).status).toBe(404);
  });
});
