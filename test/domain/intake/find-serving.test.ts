import { describe, expect, it } from 'vitest';
import { allReleases } from '../../../lib/domain/change/page.ts';
import { digestOf as digestOfImage } from '../../../lib/domain/intake/find-serving.ts';
import { ModelPackage } from '../../../lib/domain/intake/model-package.ts';
import { requestRelease } from '../../../lib/domain/intake/request-release.ts';
import { INTAKE_CHAIN } from '../../../lib/domain/ledger/event.ts';
import { Unavailable } from '../../../lib/domain/refusal.ts';
import { ServingDefaults } from '../../../lib/domain/release/deployment.ts';
import { servingSha256 } from '../../../lib/domain/release/serving-specification.ts';
import { aManifest, digestOf } from '../../support/approval-case.ts';
import {
  aClaim,
  anIntake,
  type Intake,
  PACKAGES_HOME,
  someBuckets,
  someImages,
  somePackages,
} from '../../support/intake.ts';
import { allRefusals } from '../../support/listed.ts';
import { described } from './a-package.ts';

const MODEL = 'mortgage-approval';
const ARN = `${PACKAGES_HOME}/${MODEL}/7`;
const REPOSITORY = '123456789012.dkr.ecr.us-east-1.amazonaws.com/mortgage';
/** What the fake registry says that `mortgage:1` names. */
const IMAGE = `${REPOSITORY}@sha256:${digestOf('mortgage:1')}`;
const { deployment } = aManifest();
const deployed = (changes: object) => ({ deployment: { ...deployment, ...changes } });

const served = async (changes: Record<string, unknown>, intake: Intake = anIntake()) => {
  const answer = await requestRelease(aClaim(changes), intake);
  if (answer.outcome === 'refused') throw new Error(JSON.stringify(answer.refusal.faults));
  return answer.release.serving;
};
const faults = async (changes: Record<string, unknown>, intake: Intake = anIntake()) => {
  const answer = await requestRelease(aClaim(changes), intake);
  return answer.outcome === 'refused' ? answer.refusal.faults : [];
};
const fieldsOf = async (changes: Record<string, unknown>, intake?: Intake) =>
  (await faults(changes, intake)).map(({ field }) => field);

describe('what a release serves (GT-7)', () => {
  it('is written out on its row, with the image by the digest that its tag names now', async () => {
    expect(await served({})).toEqual({
      schema_version: 1,
      image: IMAGE,
      environment: {},
      model_data: {
        s3_uri: 's3://models/model.tar.gz',
        compression_type: 'Gzip',
        version_id: 'version of model.tar.gz',
      },
      additional_model_data: [],
      endpoint_name: 'mortgage',
      instance_type: 'ml.m5.large',
      instance_count: 1,
      network_isolation: false,
    });
  });

  it('says of an artifact that is no archive that it is one object, and what S3 calls its content', async () => {
    const evidence = { pin: async (uri: string) => ({ ...(await someBuckets().pin(uri)), etag: 'e' }) as never };

    expect(await served({ artifact_uri: 's3://models/model.onnx' }, anIntake({ evidence }))).toMatchObject({
      model_data: { s3_uri: 's3://models/model.onnx', compression_type: 'None', etag: 'e' },
    });
    expect(await served(deployed({ compression_type: 'None' }))).toMatchObject({
      model_data: { s3_uri: 's3://models/model.tar.gz', compression_type: 'None' },
    });
  });

  it('takes from the settings what the manifest does not say', async () => {
    const vpc = { subnets: ['subnet-01234567'], security_group_ids: ['sg-01234567'] };
    const key = (digit: string) => `1234abcd-12ab-34cd-56ef-${digit.repeat(12)}`;
    const servingDefaults = ServingDefaults.parse({
      network_isolation: true,
      vpc,
      data_capture: { destination_s3_uri: 's3://captured/all' },
      kms_key_id: key('1'),
      tags: { CostCentre: '4711' },
    });
    const other = { ...vpc, subnets: ['subnet-89abcdef'] };

    expect(await served({}, anIntake({ servingDefaults }))).toMatchObject({
      network_isolation: true,
      vpc,
      data_capture: {
        destination_s3_uri: 's3://captured/all',
        sampling_percentage: 100,
        capture_modes: ['Input', 'Output'],
      },
      kms_key_id: key('1'),
      tags: { CostCentre: '4711' },
    });
    expect(
      await served(
        deployed({
          network_isolation: false,
          vpc: other,
          data_capture: { destination_s3_uri: 's3://mine/x', sampling_percentage: 5, capture_modes: ['Input'] },
          kms_key_id: key('2'),
        }),
        anIntake({ servingDefaults }),
      ),
    ).toMatchObject({
      network_isolation: false,
      vpc: other,
      data_capture: { destination_s3_uri: 's3://mine/x', sampling_percentage: 5, capture_modes: ['Input'] },
      kms_key_id: key('2'),
      tags: { CostCentre: '4711' },
    });
  });

  it('is refused at the door where the roles of the deployment could not serve it', async () => {
    const servingDefaults = ServingDefaults.parse({ bounds: { vpc: false, keys: [] } });
    const asked = deployed({ vpc: { subnets: ['subnet-01234567'], security_group_ids: ['sg-01234567'] } });

    expect(await fieldsOf(asked, anIntake({ servingDefaults }))).toEqual(['deployment.vpc']);
  });

  it('takes tags from the settings alone: the rights of others may depend on them', async () => {
    expect(await fieldsOf(deployed({ tags: { owner: 'us' } }))).toEqual(['deployment.tags']);
  });

  it('pins further data like the artifact, and names those that cannot be', async () => {
    const additional_model_data = [
      { channel_name: 'tokenizer', s3_uri: 's3://models/t.json' },
      { channel_name: 'adapter', s3_uri: 's3://models/a.tar.gz' },
    ];

    expect(await served(deployed({ additional_model_data }))).toMatchObject({
      additional_model_data: [
        { channel_name: 'tokenizer', compression_type: 'None', version_id: 'version of t.json' },
        { channel_name: 'adapter', compression_type: 'Gzip', version_id: 'version of a.tar.gz' },
      ],
    });
    const evidence = someBuckets(['s3://models/a.tar.gz', 's3://models/card.json']);
    expect(await fieldsOf(deployed({ additional_model_data }), anIntake({ evidence }))).toEqual([
      'deployment.additional_model_data.adapter',
      'model_card_uri',
    ]);
  });

  it('is served from locked copies where the settings say so, and says what they are copies of', async () => {
    const servingDefaults = ServingDefaults.parse({ locked_copies_bucket: 'copies' });
    const words = { channel_name: 'words', s3_uri: 's3://models/a/words.json', sha256: digestOf('words') };

    expect(await served(deployed({ additional_model_data: [words] }), anIntake({ servingDefaults }))).toMatchObject({
      model_data: {
        s3_uri: 's3://models/model.tar.gz',
        version_id: 'version of model.tar.gz',
        sha256: digestOf('artifact'),
        locked_copy_uri: `s3://copies/sha256/${digestOf('artifact')}/model.tar.gz`,
      },
      additional_model_data: [
        {
          s3_uri: words.s3_uri,
          version_id: 'version of a/words.json',
          sha256: words.sha256,
          locked_copy_uri: `s3://copies/sha256/${words.sha256}/words.json`,
        },
      ],
    });
    expect(await served(deployed({ additional_model_data: [words] }))).toMatchObject({
      model_data: { s3_uri: 's3://models/model.tar.gz' },
      additional_model_data: [{ s3_uri: words.s3_uri, sha256: words.sha256 }],
    });
    expect(JSON.stringify(await served(deployed({ additional_model_data: [words] })))).not.toContain('locked_copy');
  });

  it('is refused a locked copy of what has no digest, or too long a name, by the field', async () => {
    const intake = () => anIntake({ servingDefaults: ServingDefaults.parse({ locked_copies_bucket: 'copies' }) });
    const additional_model_data = [
      { channel_name: 'words', s3_uri: 's3://models/words.json' },
      { channel_name: 'long', s3_uri: `s3://m${'m'.repeat(20)}/${'x'.repeat(960)}`, sha256: digestOf('long') },
    ];

    expect(await fieldsOf(deployed({ additional_model_data }), intake())).toEqual([
      'deployment.additional_model_data.words.sha256',
      'deployment.additional_model_data.long',
    ]);
    expect(await fieldsOf({ artifact_uri: `s3://models/${'x'.repeat(1000)}` }, intake())).toEqual(['artifact_uri']);
    expect(await fieldsOf({ artifact_uri: `s3://models/${'x'.repeat(1000)}` })).toEqual([]);
  });

  it('is in the ledger by its digest and its image, and without a value of its environment', async () => {
    const intake = anIntake();

    const serving = await served(deployed({ environment: { MODE: 'hunter2' } }), intake);

    expect(serving?.environment).toEqual({ MODE: 'hunter2' });
    const [requested] = await intake.store.events(MODEL);
    expect(requested?.event.details).toMatchObject({ image: IMAGE, serving_sha256: serving && servingSha256(serving) });
    expect(JSON.stringify(requested?.event)).not.toContain('hunter2');
    expect(JSON.stringify(intake.store.outbox)).not.toContain('hunter2');
  });
});

describe('a tag', () => {
  const images = someImages(['1']);

  it('that names no image is refused, with every other fault', async () => {
    const evidence = someBuckets(['s3://models/card.json']);

    expect(await faults({}, anIntake({ images, evidence }))).toEqual([
      { field: 'deployment.image_uri', problem: `${REPOSITORY}:1 has no such image: name it by its digest` },
      { field: 'model_card_uri', problem: 's3://models/card.json is not there, or may not be read' },
    ]);
    expect(await fieldsOf({ git_commit: 'x' }, anIntake({ images, evidence }))).toEqual([
      'git_commit',
      'model_card_uri',
      'deployment.image_uri',
    ]);
  });

  it('is not looked up where the image is named by digest', async () => {
    expect(
      await served(deployed({ image_uri: `${REPOSITORY}:1@sha256:${'b'.repeat(64)}` }), anIntake({ images })),
    ).toMatchObject({ image: `${REPOSITORY}@sha256:${'b'.repeat(64)}` });
  });

  it('that ECR does not resolve in time is no refusal: nothing is recorded, and the request can be sent again', async () => {
    const intake = anIntake({
      images: { digestOf: () => Promise.reject(new Unavailable('Amazon ECR in us-east-1 did not answer in time')) },
    });

    await expect(requestRelease(aClaim(), intake)).rejects.toThrow('did not answer in time');

    expect(await allReleases(intake.store)).toEqual([]);
    expect(await allRefusals(intake.store)).toEqual([]);
    expect(await intake.store.events(INTAKE_CHAIN)).toEqual([]);
    expect(await fieldsOf({ git_commit: 'x' }, intake)).toEqual(['git_commit']);
    expect(await served({}, { ...intake, images: someImages() })).toMatchObject({ image: IMAGE });
  });

  it('is looked up at no registry that is none', async () => {
    expect(await digestOfImage('xgboost:1.7', images)).toEqual({ problem: 'is no image in Amazon ECR' });
  });

  it('is a fault where the registry cannot be asked at all', async () => {
    const intake = anIntake({ images: { digestOf: () => Promise.reject(new Error('no credentials')) } });

    await expect(requestRelease(aClaim({ git_commit: 'x' }), intake)).rejects.toThrow('no credentials');
  });
});

describe('a model package that a manifest names', () => {
  const container = (changes: object = {}) => ({
    Image: `${REPOSITORY}:1`,
    ImageDigest: `sha256:${digestOf('mortgage:1')}`,
    ModelDataUrl: 's3://models/model.tar.gz',
    ...changes,
  });
  const aPackage = (changes: object = {}, rest: object = {}) =>
    ModelPackage.parse({
      ...described,
      ModelPackageArn: ARN,
      ModelPackageGroupName: MODEL,
      InferenceSpecification: { Containers: [container(changes)] },
      ...rest,
    });
  const withPackage = (modelPackage: ModelPackage, changes: Partial<Intake> = {}) =>
    anIntake({ packages: somePackages(modelPackage), ...changes });
  const named = { model_package_arn: ARN };

  it('gives its environment and further data to a manifest that is silent about them', async () => {
    const modelPackage = aPackage({
      Environment: { MODE: 'fast' },
      AdditionalModelDataSources: [
        {
          ChannelName: 'tokenizer',
          S3DataSource: { S3Uri: 's3://models/t.json', S3DataType: 'S3Object', CompressionType: 'None' },
        },
      ],
    });

    expect(await served(named, withPackage(modelPackage))).toMatchObject({
      image: IMAGE,
      environment: { MODE: 'fast' },
      additional_model_data: [{ channel_name: 'tokenizer', version_id: 'version of t.json' }],
    });
  });

  it('is bound by the rules of a manifest in what it gives', async () => {
    const hidden = aPackage({ Environment: { API_KEY: 'hunter2', MODE: 'fast\u202e' } });

    const found = await faults(named, withPackage(hidden));

    expect(found.map((fault) => fault.field)).toEqual([
      'deployment.environment.API_KEY',
      'deployment.environment.MODE',
    ]);
    expect(JSON.stringify(found)).not.toContain('hunter2');
    expect(await served({ ...named, ...deployed({ environment: {} }) }, withPackage(aPackage()))).toMatchObject({
      environment: {},
    });
  });

  it('gives the digest of an image that ECR does not show us', async () => {
    const blind = { images: someImages(['1']) };

    expect(await served(named, withPackage(aPackage(), blind))).toMatchObject({ image: IMAGE });
    expect(await fieldsOf(named, withPackage(aPackage({ ImageDigest: undefined }), blind))).toEqual([
      'deployment.image_uri',
    ]);
    expect(await fieldsOf(named, withPackage(aPackage({ ProductId: 'prod-1' }), blind))).toEqual([
      'deployment.image_uri',
      'ProductId',
    ]);
    const other = { Image: '123456789012.dkr.ecr.us-east-1.amazonaws.com/evil:1' };
    expect(await fieldsOf(named, withPackage(aPackage(other), blind))).toEqual(['deployment.image_uri']);
  });

  it.each([
    ['the image of another repository', 'deployment.image_uri', { Image: 'evil.example.org/x:1' }],
    ['what the tag named before', 'deployment.image_uri', { ImageDigest: `sha256:${digestOf('before')}` }],
    ['another artifact', 'artifact_uri', { ModelDataUrl: 's3://models/evil.tar.gz' }],
    ['another content of the artifact', 'artifact_uri', { ModelDataETag: 'other' }],
    [
      'another reading of the artifact',
      'deployment.compression_type',
      {
        ModelDataUrl: undefined,
        ModelDataSource: {
          S3DataSource: { S3Uri: 's3://models/model.tar.gz', S3DataType: 'S3Object', CompressionType: 'None' },
        },
      },
    ],
    ['another environment', 'deployment.environment.MODE', { Environment: { MODE: 'evil' } }],
    [
      'data of its own',
      'deployment.additional_model_data',
      {
        AdditionalModelDataSources: [
          {
            ChannelName: 'evil',
            S3DataSource: { S3Uri: 's3://models/e.json', S3DataType: 'S3Object', CompressionType: 'None' },
          },
        ],
      },
    ],
    ['a product of the Marketplace', 'ProductId', { ProductId: 'prod-1' }],
  ])('is refused for %s', async (_, field, changes) => {
    const evidence = { pin: async (uri: string) => ({ ...(await someBuckets().pin(uri)), etag: 'e' }) as never };
    const said = deployed({ environment: { MODE: 'good' }, additional_model_data: [], compression_type: 'Gzip' });
    const modelPackage = aPackage({ Environment: { MODE: 'good' }, ...changes });
    const intake = withPackage(modelPackage, { evidence });

    const found = await faults({ ...named, ...said }, intake);

    expect(found.map((fault) => fault.field)).toEqual([field]);
    expect(JSON.stringify([found, await intake.store.events(INTAKE_CHAIN)])).not.toMatch(/"(evil|good)"/);
    expect(await allReleases(intake.store)).toEqual([]);
  });

  it.each([
    ['another group', `${PACKAGES_HOME}/other-model/7`],
    ['another account', ARN.replace('000000000000', '111111111111')],
    ['another region', ARN.replace('eu-west-1', 'us-east-1')],
  ])('is refused if it is of %s, whatever it holds', async (_, arn) => {
    const intake = withPackage(aPackage({}, { ModelPackageArn: arn }));

    expect(await faults({ model_package_arn: arn, git_commit: 'x' }, intake)).toEqual([
      { field: 'git_commit', problem: 'must be a full git commit id' },
      { field: 'model_package_arn', problem: `${arn} is no package of ${PACKAGES_HOME}/${MODEL}` },
    ]);
    expect(await fieldsOf({ model_package_arn: arn }, intake)).toEqual(['model_package_arn']);
  });

  it('is refused if the registry has it in another group than its ARN says', async () => {
    const intake = withPackage(aPackage({}, { ModelPackageGroupName: 'other-model' }));

    expect(await fieldsOf(named, intake)).toEqual(['model_package_arn']);
  });

  it('is refused if the status of the release could not be written to its metadata', async () => {
    const metadata = Object.fromEntries(Array.from({ length: 40 }, (_, entry) => [`team.${entry}`, 'x']));
    const intake = withPackage(aPackage({}, { CustomerMetadataProperties: metadata }));

    expect(await faults(named, intake)).toEqual([
      {
        field: 'model_package_arn',
        problem: `${ARN} has 40 entries of customer metadata; Assay adds 12, and SageMaker keeps 50: remove 2`,
      },
    ]);
  });

  it('is refused if it is not there', async () => {
    expect(await faults(named)).toEqual([
      { field: 'model_package_arn', problem: `${ARN} is not in the model registry` },
    ]);
  });
});
