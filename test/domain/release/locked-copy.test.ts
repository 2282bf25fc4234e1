import { describe, expect, it } from 'vitest';
import { loadedFrom, lockedCopies, lockedCopyUri } from '../../../lib/domain/release/locked-copy.ts';
import { aServing, digestOf } from '../../support/approval-case.ts';

const sha256 = digestOf('artifact');
const ORIGINAL = 's3://models/credit/2.1.0/model.tar.gz';
const COPY = `s3://copies/sha256/${sha256}/model.tar.gz`;

describe('a locked copy (GT-7)', () => {
  it('lies under the digest, by the name of its source', () => {
    expect(lockedCopyUri('copies', sha256, ORIGINAL)).toBe(COPY);
    expect(lockedCopyUri('copies', sha256, 's3://models/model')).toBe(`s3://copies/sha256/${sha256}/model`);
  });

  it('has an address that SageMaker takes, or none', () => {
    const room = 1024 - `s3://copies/sha256/${sha256}/`.length;

    expect(lockedCopyUri('copies', sha256, `s3://models/${'x'.repeat(room)}`)).toHaveLength(1024);
    expect(lockedCopyUri('copies', sha256, `s3://models/${'x'.repeat(room + 1)}`)).toBeUndefined();
    expect(lockedCopyUri('copies', sha256, `s3://models/${'é'.repeat(room / 2 + 1)}`)).toBeUndefined();
  });

  it('is loaded instead of its source, without the ETag of that', () => {
    const source = { s3_uri: ORIGINAL, compression_type: 'Gzip', etag: 'e', version_id: 'v' };

    expect(loadedFrom(source)).toEqual(source);
    expect(loadedFrom({ ...source, sha256, locked_copy_uri: COPY })).toEqual({
      s3_uri: COPY,
      compression_type: 'Gzip',
      version_id: 'v',
      sha256,
    });
    const { etag: _, ...untagged } = source;
    expect(loadedFrom(untagged)).toEqual(untagged);
  });
});

describe('the locked copies of a specification', () => {
  const source = (name: string) => ({
    s3_uri: `s3://models/${name}`,
    compression_type: 'None',
    version_id: `v of ${name}`,
    sha256: digestOf(name),
    locked_copy_uri: `s3://copies/sha256/${digestOf(name)}/${name}`,
  });

  it('are none where it is served from its sources, or was not written down', () => {
    expect(lockedCopies(aServing())).toEqual([]);
    expect(lockedCopies(undefined)).toEqual([]);
  });

  it('are those of the artifact and of every channel, each with the version that it is made of', () => {
    const serving = aServing({
      model_data: source('model.tar.gz'),
      additional_model_data: [{ channel_name: 'words', ...source('words.json') }],
    });

    expect(lockedCopies(serving)).toEqual([
      {
        field: 'model_data',
        from: { uri: 's3://models/model.tar.gz', versionId: 'v of model.tar.gz' },
        uri: `s3://copies/sha256/${digestOf('model.tar.gz')}/model.tar.gz`,
        sha256: digestOf('model.tar.gz'),
      },
      {
        field: 'additional_model_data.words',
        from: { uri: 's3://models/words.json', versionId: 'v of words.json' },
        uri: `s3://copies/sha256/${digestOf('words.json')}/words.json`,
        sha256: digestOf('words.json'),
      },
    ]);
  });

  it.each(['sha256', 'version_id'])('are never made of a source without its %s', (field) => {
    const { [field as 'sha256']: _, ...without } = source('model.tar.gz');

    expect(() => lockedCopies(aServing({ model_data: without }))).toThrow('does not say what that is a copy of');
  });
});
