import { expect, it } from 'vitest';
import { differences, modelOf } from '../../lib/adapters/sagemaker-configuration.ts';
import { deploymentOf } from '../../lib/domain/serving/deployment.ts';
import { aServing, digestOf } from '../support/approval-case.ts';
import { superseded } from '../support/release-life.ts';

const copied = (s3_uri: string, compression_type: string, locked_copy_uri: string) => ({
  s3_uri,
  compression_type,
  etag: 'of the source',
  version_id: 'v',
  sha256: digestOf(s3_uri),
  locked_copy_uri,
});
const model = (model_data: object, additional_model_data: object[] = []) => {
  const serving = aServing({ model_data, additional_model_data });
  return modelOf(deploymentOf({ ...superseded, serving }, 1), 'm', 'arn:aws:iam::000000000000:role/models');
};

it('a model loads the locked copies where people approved those, and nothing by the keys of their sources (GT-7)', () => {
  const artifact = copied('s3://models/m.tar.gz', 'Gzip', 's3://copies/sha256/0/m.tar.gz');
  const words = copied('s3://models/words', 'None', 's3://copies/sha256/1/words');

  const loading = model(artifact, [{ channel_name: 'words', ...words }]);

  expect(loading.PrimaryContainer).toMatchObject({
    ModelDataUrl: 's3://copies/sha256/0/m.tar.gz',
    AdditionalModelDataSources: [
      { ChannelName: 'words', S3DataSource: { S3Uri: 's3://copies/sha256/1/words', CompressionType: 'None' } },
    ],
  });
  expect(JSON.stringify(loading.PrimaryContainer)).not.toContain('s3://models/');
  expect(JSON.stringify(loading.PrimaryContainer)).not.toContain('of the source');
});

it('a model that loads the source is not the one that loads its copy', () => {
  const { sha256: _, locked_copy_uri: __, ...source } = copied('s3://models/m.tar.gz', 'Gzip', '');
  const copy = copied('s3://models/m.tar.gz', 'Gzip', 's3://copies/sha256/0/m.tar.gz');

  expect(differences(model(copy), model(source))).toEqual(['Containers.1.ModelData.S3Uri']);
  expect(differences(model(copy), model(copy))).toEqual([]);
});
