import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { aManifest, digestOf } from '../../support/approval-case.ts';
import { aDirectory, aServer, assay, endpointsFile, type Received } from '../assay.ts';

type Head = { readonly status?: number; readonly version?: string; readonly headers?: Record<string, string> };
type Deployed = {
  /** What S3 says of the object at a path; that it is there in version v1 if nothing is said. */
  readonly heads?: Readonly<Record<string, Head>>;
  readonly buckets?: readonly string[];
};

/** A deployment that takes every event, and the objects of a manifest. */
const aDeployment = async ({ heads = {}, buckets }: Deployed = {}) => {
  const sent: Received[] = [];
  const { url } = await aServer((asked) => {
    const { method, path, body } = asked;
    if (method === 'HEAD') {
      const { status = 200, version = 'v1', headers = {} } = heads[path] ?? {};
      return { status, body: '', headers: { ...(version === '' ? {} : { 'x-amz-version-id': version }), ...headers } };
    }
    if (path === '/v1/settings')
      return buckets === undefined ? { status: 404, body: {} } : { body: { model_buckets: buckets } };
    if (path.startsWith('/v1/')) return { status: 404, body: {} };
    if (!body.includes('Entries')) return { body: { AuthenticationResult: { AccessToken: 'token' } } };
    sent.push(asked);
    return { body: { FailedEntryCount: 0, Entries: [{ EventId: 'e' }] } };
  });
  return { url, sent };
};
const submit = async (deployed: Deployed, changes: object = {}, ...words: string[]) => {
  const { url, sent } = await aDeployment(deployed);
  const manifest = stringify({ ...aManifest(), ...changes });
  const directory = aDirectory({ ...endpointsFile(url), 'release.yaml': manifest });
  return { ...(await assay(directory, ['submit', 'release.yaml', ...words])), sent: sent.length };
};
const further = {
  deployment: {
    ...aManifest().deployment,
    additional_model_data: [{ channel_name: 'tokenizer', s3_uri: 's3://models/t.json', sha256: digestOf('t') }],
  },
};

describe('assay submit', () => {
  it('sends a manifest whose objects are all there', async () => {
    expect(await submit({ buckets: ['models'] }, further)).toMatchObject({ code: 0, sent: 1 });
  });

  it('names every object that is not the one that the manifest means, and the buckets, and sends nothing', async () => {
    const checksum = Buffer.from(digestOf('other'), 'hex').toString('base64');
    const heads = {
      '/models/model.tar.gz': { headers: { 'x-amz-checksum-sha256': checksum } },
      '/models/predictions.parquet': { status: 404 },
      '/models/card.yaml': { version: 'v2' },
      '/models/evaluation.json': { version: '' },
      '/models/provenance.yaml': { headers: { 'content-length': String(6 * 1024 ** 3) } },
      '/models/t.json': { headers: { 'x-amz-meta-sha256': digestOf('another') } },
    };
    const changes = {
      ...further,
      model_card_uri: 's3://models/card.yaml',
      evaluation_report_uri: 's3://models/evaluation.json',
      data_provenance_uri: 's3://models/provenance.yaml',
      further_evidence: { bias_report: 's3://elsewhere/bias.json' },
      version_ids: { model_card: 'v1' },
    };

    const { code, err, sent } = await submit({ heads, buckets: ['models', 'others'] }, changes);

    expect({ code, sent }).toEqual({ code: 2, sent: 0 });
    expect(err).toContain('nothing was sent, because of these objects; releases may come from models, others');
    for (const line of [
      /^artifact_uri +s3:\S+ hashes to \w{64}, and the manifest says \w{64}$/m,
      /^predictions\.uri +s3:\S+ is not there$/m,
      /^model_card_uri +s3:\S+ has version v2 by now, and the manifest means v1: it was put there again$/m,
      /^evaluation_report_uri +s3:\S+ has no version: switch on versioning of its bucket$/m,
      /^data_provenance_uri +s3:\S+ has 6442450944 bytes; the limit is 5368709120 bytes$/m,
      /^further_evidence\.bias_report +s3:\S+ is not in a bucket that releases may come from$/m,
      /^deployment\.additional_model_data\.tokenizer +s3:\S+ hashes to /m,
    ]) {
      expect(err).toMatch(line);
    }
  });

  it('refuses an artifact that is larger than any release may bring', async () => {
    const heads = { '/models/model.tar.gz': { headers: { 'content-length': String(200 * 1024 ** 3) } } };

    expect((await submit({ heads })).err).toMatch(/^artifact_uri +\S+ has 214748364800 bytes; the limit is /m);
  });

  it('says what it could not look at, and sends the manifest', async () => {
    const heads = { '/models/model.tar.gz': { status: 403 }, '/models/predictions.parquet': { status: 403 } };

    const { code, err, sent } = await submit({ heads });

    expect({ code, sent }).toEqual({ code: 0, sent: 1 });
    expect(err).toMatch(/^could not look at 2 objects, because each is not there, or may not be read with these cred/m);
  });

  it('says that files on this machine have to be pushed first', async () => {
    const { code, err, sent } = await submit({}, { artifact_uri: 'model.joblib' });

    expect({ code, sent }).toEqual({ code: 1, sent: 0 });
    expect(err).toContain('it names files on this machine, which assay push uploads');
  });

  it('prints the id as JSON', async () => {
    const { out } = await submit({}, {}, '--json');

    expect(JSON.parse(out)).toEqual({ release_id: aManifest().release_id });
  });
});
