import { createHash } from 'node:crypto';
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { parseManifest, type ReleaseManifest } from '../../../lib/domain/release/manifest.ts';
import { aManifest } from '../../support/approval-case.ts';
import { aBucket, type Bucket } from '../a-bucket.ts';
import { aDirectory, assay, endpointsFile } from '../assay.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const FILES = {
  'model.joblib': 'a model',
  'data/predictions.csv': 'label,prediction\n1,1\n',
  'data/my train.csv': 'x,label\n1,1\n',
  'evaluation.json': '{"accuracy":1}',
  'model-card.yaml': 'overview: a model\n',
  'data-provenance.yaml': 'datasets: []\n',
};
const draft = {
  ...aManifest(),
  artifact_uri: 'model.joblib',
  artifact_sha256: sha256(FILES['model.joblib']),
  training_dataset_ref: 'data/my train.csv',
  training_dataset_sha256: sha256(FILES['data/my train.csv']),
  predictions: { ...aManifest().predictions, uri: 'data/predictions.csv' },
  evaluation_report_uri: 'evaluation.json',
  model_card_uri: 'model-card.yaml',
  data_provenance_uri: 'data-provenance.yaml',
  evidence_sha256: { predictions: sha256(FILES['data/predictions.csv']) },
};
const aFolder = (url: string, changes: object = {}, files: Record<string, string> = {}) =>
  aDirectory({ ...endpointsFile(url), ...FILES, ...files, 'release.yaml': stringify({ ...draft, ...changes }) });

const pushed = (directory: string, name = 'release.pushed.yaml'): ReleaseManifest =>
  parseManifest(parse(readFileSync(join(directory, name), 'utf8')));
const push = (directory: string, ...words: string[]) => assay(directory, ['push', 'release.yaml', ...words]);

describe('assay push', () => {
  it('uploads each file under its digest, and writes a manifest that names the objects, whole', async () => {
    const bucket = await aBucket();
    const directory = aFolder(bucket.url);

    const { code, out, err } = await push(directory, '--bucket', 'my-models');

    expect({ code, out }).toEqual({ code: 0, out: 'release.pushed.yaml\n' });
    expect(err).toMatch(/^artifact_uri +s3:\S+ +sent +7 bytes$/m);
    expect(err).toContain('to request the release: assay submit release.pushed.yaml --wait');
    const manifest = pushed(directory);
    const at = (name: keyof typeof FILES, as: string = name.replace(/.*\//, '')) =>
      `s3://my-models/mortgage-approval/${sha256(FILES[name])}/${as}`;
    expect(manifest).toMatchObject({
      ...aManifest(),
      artifact_uri: at('model.joblib'),
      artifact_sha256: draft.artifact_sha256,
      training_dataset_sha256: draft.training_dataset_sha256,
      training_dataset_ref: at('data/my train.csv', 'my-train.csv'),
      predictions: { ...draft.predictions, uri: at('data/predictions.csv') },
      evaluation_report_uri: at('evaluation.json'),
      model_card_uri: at('model-card.yaml'),
      data_provenance_uri: at('data-provenance.yaml'),
    });
    expect(manifest.evidence_sha256).toEqual({
      predictions: sha256(FILES['data/predictions.csv']),
      evaluation_report: sha256(FILES['evaluation.json']),
      model_card: sha256(FILES['model-card.yaml']),
      data_provenance: sha256(FILES['data-provenance.yaml']),
    });
    for (const [path, { body }] of bucket.objects) expect(path).toContain(sha256(body));
    expect(Object.keys(manifest.version_ids ?? {}).toSorted()).toEqual(
      ['artifact', 'data_provenance', 'evaluation_report', 'model_card', 'predictions'].toSorted(),
    );
    expect(manifest.version_ids?.artifact).toBe(
      bucket.objects.get(manifest.artifact_uri.replace('s3:/', ''))?.versionId,
    );
  });

  it('uploads what the container loads besides the artifact, with its digest, and refuses another file', async () => {
    const bucket = await aBucket();
    const file = { channel_name: 'vocabulary', s3_uri: 'data/vocabulary.bin' };
    const there = { channel_name: 'there', s3_uri: 's3://my-models/there.bin' };
    const at = (more: object = {}) => ({
      deployment: { ...aManifest().deployment, additional_model_data: [there, { ...file, ...more }] },
    });
    const files = { 'data/vocabulary.bin': 'TODO(assay init): words are no document' };
    const directory = aFolder(bucket.url, at(), files);

    const { code } = await push(directory, '--bucket', 'my-models');
    const other = await push(aFolder(bucket.url, at({ sha256: sha256('other') }), files), '--bucket', 'my-models');

    const digest = sha256(files['data/vocabulary.bin']);
    expect(code).toBe(0);
    expect(pushed(directory).deployment.additional_model_data).toEqual([
      there,
      { ...file, s3_uri: `s3://my-models/mortgage-approval/${digest}/vocabulary.bin`, sha256: digest },
    ]);
    expect(other.code).toBe(1);
    expect(other.err).toMatch(/^deployment\.additional_model_data\.1\.sha256 +\S+ hashes to /m);
  });

  it('sends only what has changed when it runs again, and changes no file of yours', async () => {
    const bucket = await aBucket();
    const directory = aFolder(bucket.url);
    const before = readFileSync(join(directory, 'release.yaml'), 'utf8');
    await push(directory, '--bucket', 'my-models');
    const first = pushed(directory);

    const again = await push(directory, '--bucket', 'my-models', '--json');
    expect(bucket.puts).toHaveLength(6);
    expect(pushed(directory)).toEqual(first);
    const { objects } = JSON.parse(again.out) as { objects: { how: string }[] };
    expect(objects.every(({ how }) => how === 'there_already')).toBe(true);
    writeFileSync(join(directory, 'model-card.yaml'), 'overview: a better model\n');
    await push(directory, '--bucket', 'my-models');

    expect(bucket.puts).toHaveLength(7);
    expect(pushed(directory).model_card_uri).not.toBe(first.model_card_uri);
    expect(readFileSync(join(directory, 'release.yaml'), 'utf8')).toBe(before);
  });

  it('sends no file outside the folder of the manifest, by a path or by a link, unless it is asked to', async () => {
    const bucket = await aBucket();
    const elsewhere = aDirectory({ 'sessions.json': '{"token":"SECRET"}' });
    const secret = join(elsewhere, 'sessions.json');
    const named = aFolder(bucket.url, { model_card_uri: secret });
    const linked = aFolder(bucket.url, { model_card_uri: 'card.yaml' });
    symlinkSync(secret, join(linked, 'card.yaml'));

    for (const directory of [named, linked]) {
      const { code, err } = await push(directory, '--bucket', 'my-models');
      expect(code).toBe(1);
      expect(err).toMatch(/^model_card_uri +is \S+sessions\.json, outside the folder of the manifest$/m);
    }
    expect(bucket.puts).toEqual([]);
    expect((await push(linked, '--bucket', 'my-models', '--outside')).code).toBe(0);
  });

  it('writes over no manifest that it wrote for another draft', async () => {
    const bucket = await aBucket();
    const directory = aFolder(bucket.url, {}, { 'release.json': JSON.stringify({ ...draft, release_id: 'other-1' }) });
    await push(directory, '--bucket', 'my-models');
    const first = pushed(directory);

    const { code, err } = await assay(directory, ['push', 'release.json', '--bucket', 'my-models']);

    expect(code).toBe(2);
    expect(err).toContain('release.pushed.yaml, of release.yaml: name another with --out');
    expect(pushed(directory)).toEqual(first);
    expect((await push(directory, '--bucket', 'my-models')).code).toBe(0);
  });

  it('sends nothing below a prefix that the release would be refused for', async () => {
    const bucket = await aBucket();

    const { code, err } = await push(aFolder(bucket.url), '--bucket', 'my-models', '--prefix', 'a\u202eb');

    expect(code).toBe(2);
    expect(err).toContain('push cannot put files below the prefix a b');
    expect(bucket.puts).toEqual([]);
  });

  it('takes the only bucket that releases may come from, and none that they may not', async () => {
    const one = await aBucket({ allowed: ['assay-models'] });
    const two = await aBucket({ allowed: ['one', 'two'] });

    expect(await push(aFolder(one.url))).toMatchObject({ code: 0 });
    expect([...one.objects.keys()].every((path) => path.startsWith('/assay-models/'))).toBe(true);
    expect(await push(aFolder(one.url), '--bucket', 'elsewhere')).toMatchObject({
      code: 2,
      err: expect.stringContaining('no release may come from bucket elsewhere: choose one of assay-models'),
    });
    expect((await push(aFolder(two.url))).err).toContain('push needs --bucket: releases may come from one, two');
    expect((await push(aFolder((await aBucket()).url))).err).toContain('push needs --bucket: the deployment could not');
  });

  it('leaves what lies in S3 already where it is, in the version that is there now', async () => {
    const bucket = await aBucket();
    const report = 's3://reports/evaluation.json';
    const directory = aFolder(bucket.url, { evaluation_report_uri: report });

    const missing = await push(directory, '--bucket', 'my-models');
    bucket.objects.set('/reports/evaluation.json', { body: '{}', versionId: 'v-theirs' });
    await push(directory, '--bucket', 'my-models');

    expect(missing).toMatchObject({ code: 2, err: expect.stringMatching(/evaluation_report_uri +\S+ is not there/) });
    expect(pushed(directory)).toMatchObject({ evaluation_report_uri: report });
    expect(pushed(directory).version_ids?.evaluation_report).toBe('v-theirs');
    expect(pushed(directory).evidence_sha256?.evaluation_report).toBeUndefined();
  });

  it('keeps a version that the draft declares, and none of what it may not look at', async () => {
    const bucket = await aBucket({ forbidden: (method, path) => method === 'HEAD' && path.startsWith('/reports/') });
    const changes = {
      evaluation_report_uri: 's3://reports/evaluation.json',
      model_card_uri: 's3://reports/card.yaml',
      version_ids: { model_card: 'declared' },
    };
    const directory = aFolder(bucket.url, changes);

    const { code, err } = await push(directory, '--bucket', 'my-models');

    expect(code).toBe(0);
    expect(err).toMatch(/evaluation\.json is not there, or may not be read .*, so its version is not written down/);
    expect(pushed(directory).version_ids).toMatchObject({ model_card: 'declared' });
    expect(pushed(directory).version_ids?.evaluation_report).toBeUndefined();
  });
});

describe('assay push refuses, before anything is sent,', () => {
  const refusal = async (changes: object, files: Record<string, string> = {}, bucket: Bucket = {}) => {
    const { url, puts } = await aBucket(bucket);
    const outcome = await push(aFolder(url, changes, files), '--bucket', 'my-models');
    expect(puts).toEqual([]);
    return outcome;
  };

  it('a manifest with faults, and names them with every file that is missing', async () => {
    const { code, err } = await refusal({ git_commit: undefined, model_card_uri: 'nowhere.yaml' });

    expect(code).toBe(1);
    expect(err).toMatch(/^git_commit +is missing$/m);
    expect(err).toMatch(/^model_card_uri +\S+nowhere\.yaml is not there$/m);
  });

  it('documents in which something is still to be written, by field', async () => {
    const { code, err } = await refusal(
      {},
      {
        'model-card.yaml': 'overview: "TODO(assay init): say what it is"\n',
        'evaluation.json': '{"test_split":{"method":"TODO(assay init): say how"}}',
      },
    );

    expect(code).toBe(1);
    expect(err).toMatch(
      /^model_card_uri +\S+card\.yaml: overview is still to be written, and says: TODO\(assay init\): say what it is$/m,
    );
    expect(err).toMatch(/^evaluation_report_uri +\S+evaluation\.json: test_split\.method is still to be written, /m);
  });

  it('documents that are about another version, beside every other file that is not meant', async () => {
    const { code, err } = await refusal(
      { model_version: '2.1.0' },
      {
        'model-card.yaml': `version: 2.0.0\nmodel_name: mortgage-approval\n`,
        'evaluation.json': `{"model_version":"2.0.0","predictions_sha256":"${'0'.repeat(64)}"}`,
        'model.joblib': 'another',
      },
    );

    expect(code).toBe(1);
    expect(err).toMatch(/^model_card_uri +\S+: version is 2\.0\.0, and the manifest says 2\.1\.0$/m);
    expect(err).toMatch(/^evaluation_report_uri +\S+: model_version is 2\.0\.0, and the manifest says 2\.1\.0$/m);
    expect(err).toMatch(/^evaluation_report_uri +\S+: predictions_sha256 is 0{64}, and the manifest says \w{64}$/m);
    expect(err).toMatch(/^artifact_sha256 +\S+ hashes to /m);
    expect(err).not.toContain('model_name');
  });

  it('a model that is not signed yet, and says how to sign it', async () => {
    const unsigned = await refusal({ further_evidence: { artifact_signature: 'model.joblib.sig' } });
    const elsewhere = await refusal({
      artifact_uri: 's3://my-models/model.joblib',
      further_evidence: { artifact_signature: 'signatures/a.sig' },
    });

    expect(unsigned.code).toBe(2);
    expect(unsigned.err).toMatch(
      /artifact_signature +\S+ is not there: assay sign \S+model\.joblib --key FILE writes it$/m,
    );
    expect(elsewhere.err).toMatch(/assay sign ARTIFACT --key FILE --out \S+signatures\/a\.sig writes it$/m);
  });

  it('nothing for a document that it cannot read: the checks say what is wrong with it', async () => {
    const { url } = await aBucket();

    expect(await push(aFolder(url, {}, { 'model-card.yaml': 'a: [' }), '--bucket', 'my-models')).toMatchObject({
      code: 0,
    });
  });

  it('every file that is another one than the manifest means', async () => {
    const other = { 'model.joblib': 'another', 'data/my train.csv': 'other', 'data/predictions.csv': 'other' };

    const { code, err } = await refusal({}, other);

    expect(code).toBe(1);
    for (const field of ['artifact_sha256', 'training_dataset_sha256', 'evidence_sha256.predictions']) {
      expect(err).toMatch(new RegExp(`^${field} +\\S.* hashes to \\w{64}, and the manifest says \\w{64}$`, 'm'));
    }
  });

  it.each([
    ['none', 'there is no bucket my-models'],
    ['Suspended', 'bucket my-models keeps no versions'],
  ] as const)('a bucket whose versioning is %s', async (versioning, sentence) => {
    expect(await refusal({}, {}, { versioning })).toMatchObject({ code: 2, err: expect.stringContaining(sentence) });
  });

  it('a file of yours in the place of the manifest that it would write', async () => {
    const { err, code } = await refusal({}, { 'release.pushed.yaml': 'mine: true\n' });

    expect(code).toBe(2);
    expect(err).toContain('push writes over no file but its own');
  });

  it('a place that no URI can name', async () => {
    const { url } = await aBucket();

    const { code, err } = await push(aFolder(url), '--bucket', 'my-models', '--prefix', 'a/../b');

    expect(code).toBe(2);
    expect(err).toContain('must have no . or .. between slashes');
  });

  it('everything without credentials, in a sentence', async () => {
    const env = { AWS_EC2_METADATA_DISABLED: 'true', AWS_REGION: 'eu-central-1', ASSAY_URL: 'http://127.0.0.1:9' };
    const directory = aDirectory({ ...FILES, 'release.yaml': stringify(draft) });

    const { code, err } = await assay(directory, ['push', 'release.yaml', '--bucket', 'my-models'], {
      ...env,
      HOME: directory,
    });

    expect(code).toBe(2);
    expect(err).toContain('there are no AWS credentials here: set AWS_PROFILE');
  });
});

describe('assay push that may not put everything', () => {
  it('names every file that it could not put, and writes no manifest', async () => {
    const bucket = await aBucket({
      versioning: 'forbidden',
      forbidden: (method, path) => method === 'PUT' && path.endsWith('.yaml'),
    });
    const directory = aFolder(bucket.url);

    const { code, err } = await push(directory, '--bucket', 'my-models');

    expect(code).toBe(2);
    expect(err).toMatch(/^model_card_uri +s3:\S+ may not be put with these credentials: they need s3:PutObject/m);
    expect(err).toMatch(/^data_provenance_uri +s3:\S+ may not be put/m);
    expect(() => pushed(directory)).toThrow('ENOENT');
  });
});
