import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { aValidatedRelease } from '../../domain/attestation/record-facts.ts';
import { aDeployment } from '../../domain/checks/stage-evidence.ts';
import { aDirectory, aServer, assay, endpointsFile } from '../assay.ts';

const manifest = { ...aValidatedRelease.manifest, commit_author: 'wes', deployment: aDeployment('credit') };
const { git_commit: _, ...withoutCommit } = manifest;
const faulty = { ...withoutCommit, model_version: 'latest', artifact_sha256: 'abc', requestedby: 'rita' };

const taken = { FailedEntryCount: 0, Entries: [{ EventId: 'e' }] };
/** Every object is there, in one version. */
const anObject = { body: '', headers: { 'x-amz-version-id': 'v1' } };
/** A bus, and no API. */
const aBus = async (answer: unknown = taken) => {
  const { url, received } = await aServer(({ method }) => (method === 'HEAD' ? anObject : { body: answer }));
  return {
    url,
    get received() {
      return received.filter(({ body }) => body.includes('Entries'));
    },
  };
};

describe('assay submit', () => {
  it('puts the manifest on the bus and prints the id of the release', async () => {
    const bus = await aBus();
    const directory = aDirectory({ ...endpointsFile(bus.url), 'release.yaml': stringify(manifest) });

    const outcome = await assay(directory, ['submit', 'release.yaml']);

    const hint = 'to follow it: assay status credit-1; if it is refused, assay refusals says why';
    expect(outcome).toEqual({ code: 0, out: 'credit-1\n', err: `requested; ${hint}\n` });
    expect(bus.received).toHaveLength(1);
    const { Entries } = JSON.parse(bus.received[0]?.body ?? '');
    expect(Entries).toMatchObject([{ EventBusName: 'assay', Source: 'assay.cli', DetailType: 'Release Requested' }]);
    expect(JSON.parse(Entries[0].Detail)).toEqual({ manifest });
  });

  it('takes JSON too, and a bus and a source that are named', async () => {
    const bus = await aBus();
    const directory = aDirectory({ 'release.json': JSON.stringify(manifest) });
    const env = {
      AWS_ENDPOINT_URL: bus.url,
      AWS_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: 'key',
      AWS_SECRET_ACCESS_KEY: 'secret',
    };

    const { code } = await assay(
      directory,
      ['submit', 'release.json', '--source', 'bank.training', '--bus', 'other'],
      env,
    );

    expect(code).toBe(0);
    expect(JSON.parse(bus.received[0]?.body ?? '').Entries).toMatchObject([
      { EventBusName: 'other', Source: 'bank.training' },
    ]);
  });

  it('names every field at fault, and sends nothing', async () => {
    const bus = await aBus();
    const directory = aDirectory({ ...endpointsFile(bus.url), 'release.yaml': stringify(faulty) });

    const { code, out, err } = await assay(directory, ['submit', 'release.yaml']);

    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain('ManifestInvalid');
    expect(err).toMatch(/^git_commit +is missing$/m);
    expect(err).toMatch(/^model_version +must be a semantic version \(.*\) or a date \(/m);
    expect(err).toMatch(/^artifact_sha256 +must be 64 lower-case hexadecimal digits$/m);
    expect(err).toMatch(/^requestedby +is not a field of a manifest$/m);
    expect(bus.received).toEqual([]);
  });

  it('sends a faulty manifest anyway when asked to', async () => {
    const bus = await aBus();
    const directory = aDirectory({ ...endpointsFile(bus.url), 'release.yaml': stringify(faulty), 'list.yaml': '- 1' });

    const named = await assay(directory, ['submit', 'release.yaml', '--send-anyway']);
    const nameless = await assay(directory, ['submit', 'list.yaml', '--send-anyway']);

    expect(named).toMatchObject({ code: 0, out: 'credit-1\n' });
    expect(nameless).toMatchObject({ code: 0, out: '(no release_id)\n' });
    expect(bus.received).toHaveLength(2);
  });

  it.each([
    ['what is no YAML', 'a: 1\nb: {', 'line 2 is not indented as the lines around it'],
    ['aliases', 'a: &a [x]\nb: *a', 'uses aliases, which a manifest does not need'],
  ])('refuses %s', async (__, text, message) => {
    const directory = aDirectory({ 'release.yaml': text });

    const { code, err } = await assay(directory, ['submit', 'release.yaml']);

    expect(code).toBe(1);
    expect(err).toContain(message);
  });

  it('refuses a file that is too large to be a manifest', async () => {
    const { code, err } = await assay(aDirectory({ 'release.yaml': ' '.repeat(70_000) }), ['submit', 'release.yaml']);

    expect(code).toBe(2);
    expect(err).toContain('has 70000 bytes; the limit for a manifest is 65536');
  });

  it('does not believe a bus that answers 200 and took nothing', async () => {
    const bus = await aBus({
      FailedEntryCount: 1,
      Entries: [{ ErrorCode: 'ThrottlingException', ErrorMessage: 'slow down' }],
    });
    const directory = aDirectory({ ...endpointsFile(bus.url), 'release.yaml': stringify(manifest) });

    const { code, err } = await assay(directory, ['submit', 'release.yaml']);

    expect(code).toBe(2);
    expect(err).toContain('the bus did not accept it (ThrottlingException: slow down)');
  });

  it('prints the id of the release that has this content already, and sends nothing', async () => {
    const asked = (known: string) =>
      aServer(({ method, path, body }) => {
        if (method === 'HEAD') return anObject;
        if (path === '/v1/releases/known') return { body: { release_id: known } };
        return { body: body.includes('Entries') ? taken : { AuthenticationResult: { AccessToken: 'token' } } };
      });
    const submit = async (known: string) => {
      const server = await asked(known);
      const directory = aDirectory({ ...endpointsFile(server.url), 'release.yaml': stringify(manifest) });
      const outcome = await assay(directory, ['submit', 'release.yaml']);
      return { ...outcome, sent: server.received.filter(({ body }) => body.includes('Entries')).length };
    };

    const another = await submit('credit-0');

    expect(another).toMatchObject({ code: 0, out: 'credit-0\n', sent: 0 });
    expect(another.err).toContain('credit-0 has this content already');
    expect(await submit('credit-1')).toMatchObject({ code: 0, out: 'credit-1\n', sent: 0 });
  });

  it('asks the API as whoever is signed in, with --api, and sends no event', async () => {
    const server = await aServer(({ method, path, body }) => {
      if (method === 'HEAD') return anObject;
      if (path === '/v1/releases') return { status: 201, body: { release_id: 'credit-1' } };
      return { body: body.includes('Entries') ? taken : { AuthenticationResult: { AccessToken: 'token' } } };
    });
    const directory = aDirectory({ ...endpointsFile(server.url), 'release.yaml': stringify(manifest) });

    const { code, out, err } = await assay(directory, ['submit', 'release.yaml', '--api']);

    expect({ code, out }).toEqual({ code: 0, out: 'credit-1\n' });
    expect(err).toContain('taken in');
    expect(server.received.filter(({ path }) => path === '/v1/releases')).toHaveLength(1);
    expect(server.received.some(({ body }) => body.includes('Entries'))).toBe(false);
  });

  it.each([
    [['--api', '--bus', 'b'], 'sends no event with --api'],
    [['--api', '--iam'], 'by --iam or by --api, not by both'],
  ])('takes no %j', async (options, problem) => {
    const directory = aDirectory({ 'release.yaml': stringify(manifest) });

    const { code, err } = await assay(directory, ['submit', 'release.yaml', ...options]);

    expect(code).toBe(2);
    expect(err).toContain(problem);
  });
});
