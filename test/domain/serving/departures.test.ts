import { describe, expect, it } from 'vitest';
import {
  configurationReason,
  copyReasons,
  departures,
  differenceReasons,
  holderReasons,
  imageReasons,
} from '../../../lib/domain/serving/departures.ts';
import { aServing, digestOf } from '../../support/approval-case.ts';
import { approved, MODEL } from '../../support/release-life.ts';

const packageHome = 'arn:aws:sagemaker:us-east-1:000000000000:model-package';
const serving = aServing();
const release = { ...approved, serving };
const aPackage = (changes: object = {}) => ({
  ModelPackageArn: `${packageHome}/${MODEL}/1`,
  ModelPackageGroupName: MODEL,
  InferenceSpecification: {
    Containers: [
      { Image: serving.image, ModelDataUrl: serving.model_data.s3_uri, Environment: serving.environment, ...changes },
    ],
  },
});

describe('what SageMaker would serve (GT-7)', () => {
  it('is what people approved: the package whole, and no key overwritten', () => {
    expect(
      departures(release, { modelPackage: aPackage(), packageHome, overwritten: [], unread: [], missing: [] }),
    ).toEqual([]);
  });

  it('departs from it in every way that is named, without a value of the environment', () => {
    const modelPackage = aPackage({ Environment: { ...serving.environment, HOOK: 'hunter2' } });
    const overwritten = ['s3://models/model.tar.gz', 's3://models/words.json'];

    const unread = ['s3://models/gone.json'];
    const missing = ['s3://copies/sha256/0/model.tar.gz'];

    const found = departures(release, { modelPackage, packageHome, overwritten, unread, missing });

    expect(found).toEqual([
      {
        rule: 'model_package',
        evidence: modelPackage.ModelPackageArn,
        explanation: 'the model package differs in environment.HOOK',
      },
      ...overwritten.map((uri) => ({
        rule: 'artifact_version',
        evidence: uri,
        explanation: `the approved version of ${uri} was overwritten by another`,
      })),
      {
        rule: 'artifact_unread',
        evidence: unread[0],
        explanation: `the newest version of ${unread[0]} is not there, or may not be read`,
      },
      {
        rule: 'locked_copy',
        evidence: missing[0],
        explanation: `the locked copy ${missing[0]} is not there, or may not be read`,
      },
    ]);
  });

  it('is nothing without its package', () => {
    expect(
      departures(release, { modelPackage: undefined, packageHome, overwritten: [], unread: [], missing: [] }),
    ).toMatchObject([{ rule: 'model_package', explanation: 'the model package is not in the registry any more' }]);
  });

  it('needs a name that nobody else took', () => {
    expect(configurationReason('taken')).toMatchObject({ rule: 'endpoint_configuration', explanation: 'taken' });
  });
});

describe('a package that is to be registered', () => {
  it('must not be that of a release that needs it', () => {
    const { ModelPackageArn: arn } = aPackage();
    const other = { ...release, releaseId: 'other' as typeof release.releaseId };

    expect(holderReasons(release, arn, [release, { ...other, state: 'rejected' }])).toEqual([]);
    expect(holderReasons(release, arn, [other])).toEqual([
      { rule: 'model_package', evidence: arn, explanation: `${arn} is the package of other, which is approved` },
    ]);
  });
});

describe('what lies under the keys of locked copies', () => {
  const copy = (field: string) => ({
    field,
    from: { uri: 's3://models/words.json', versionId: 'v' },
    uri: 's3://copies/sha256/0/words.json',
    sha256: digestOf('words'),
  });

  it('is what people approved, or named with both digests', () => {
    const words = copy('additional_model_data.words');

    expect(copyReasons([{ copy: words, sha256: digestOf('words') }])).toEqual([]);
    expect(copyReasons([{ copy: words, sha256: digestOf('other') }])).toEqual([
      {
        rule: 'additional_model_data.words',
        evidence: words.uri,
        explanation: `additional_model_data.words hashes to ${digestOf('other')}, but ${digestOf('words')} was approved`,
      },
    ]);
  });

  it('is judged as the artifact where it is the artifact', () => {
    expect(copyReasons([{ copy: copy('model_data'), sha256: digestOf('other') }])).toEqual([]);
  });
});

describe('the images of an endpoint', () => {
  const [, digest] = serving.image.split('@');

  it.each([[[serving.image]], [[`mirror.example.com/same@${digest}`, serving.image]]])(
    'are the approved one: %s',
    (images) => {
      expect(imageReasons(release, images)).toEqual([]);
    },
  );

  it.each([
    ['image', [`evil.example.com/x@sha256:${digestOf('evil')}`]],
    ['image', [serving.image, `evil.example.com/x@sha256:${digestOf('evil')}`]],
    ['image', ['an image without a digest', `evil.example.com/x@sha256:${digestOf('evil')}`]],
    ['image_unknown', ['an image without a digest']],
    ['image_unknown', [serving.image, 'an image without a digest']],
  ])('are refused by the rule %s: %s', (rule, images) => {
    expect(imageReasons(release, images)).toEqual([
      {
        rule,
        evidence: '',
        explanation: `the endpoint runs ${images.join(', ')}, but ${serving.image} was approved`,
      },
    ]);
  });

  it('are refused where SageMaker names none', () => {
    expect(imageReasons(release, [])).toMatchObject([
      { rule: 'image_unknown', explanation: expect.stringContaining('no image that') },
    ]);
  });

  it('cannot be compared where a former version bound a tag', () => {
    const { serving: _, ...former } = approved;

    expect(imageReasons(former, [])).toEqual([]);
  });
});

describe('a configuration that is to be served again (GT-7)', () => {
  it('may be if it is as it was approved, and there', () => {
    expect(differenceReasons('c', [])).toEqual([]);
    expect(differenceReasons('c', ['Image', 'KmsKeyId'])).toMatchObject([
      { rule: 'endpoint_configuration', explanation: 'c differs in Image, KmsKeyId' },
    ]);
    expect(differenceReasons('c', undefined)).toMatchObject([{ explanation: 'c is not there any more' }]);
  });
});
