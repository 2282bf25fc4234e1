import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  claimViolations,
  contentSha256,
  evidenceField,
  evidenceUris,
  parseManifest,
} from '../../../lib/domain/release/manifest.ts';
import { aManifest } from '../../support/approval-case.ts';
import { refusalOf } from '../../support/refusals.ts';

const without = (field: string): Record<string, unknown> =>
  Object.fromEntries(Object.entries(aManifest()).filter(([name]) => name !== field));
const violationsOf = async (claim: unknown) => (await refusalOf(() => parseManifest(claim))).violations;
const fieldsOf = async (claim: unknown) => (await violationsOf(claim)).map(({ field }) => field);

describe('a manifest (RR-1)', () => {
  it.each([
    'release_id',
    'model_name',
    'model_version',
    'git_commit',
    'training_dataset_ref',
    'feature_schema_version',
    'artifact_uri',
    'evaluation_report_uri',
    'config_version',
  ])('without %s is refused by that name', async (field) => {
    const refusal = await refusalOf(() => parseManifest(without(field)));

    expect(refusal.code).toBe('ManifestInvalid');
    expect(refusal.violations).toEqual([{ field, problem: 'is missing' }]);
  });

  it('that lacks everything is refused with every fault at once', async () => {
    const required = Object.keys(aManifest());

    expect((await fieldsOf({})).toSorted()).toEqual(required.toSorted());
  });

  it('reads back unchanged', () => {
    const claim = structuredClone({
      ...aManifest(),
      model_package_arn: 'arn:aws:sagemaker:eu-west-1:123456789012:model-package/m/1',
    });

    expect(parseManifest(claim)).toEqual(claim);
    expect(JSON.parse(JSON.stringify(parseManifest(claim)))).toEqual(claim);
  });

  it('with unknown keys is refused by their names, wherever they are', async () => {
    const claim = {
      ...aManifest(),
      training_dataset_sha265: 'x',
      approved: true,
      deployment: { ...aManifest().deployment, instances: 3 },
    };

    expect(await violationsOf(claim)).toEqual([
      { field: 'deployment.instances', problem: 'is not a field of a manifest' },
      { field: 'training_dataset_sha265', problem: 'is not a field of a manifest' },
      { field: 'approved', problem: 'is not a field of a manifest' },
    ]);
  });

  it('with text that is not seen is refused, and every field of it named', async () => {
    const claim = {
      ...aManifest(),
      config_version: 'v2 \u202e1v',
      artifact_uri: 's3://models/a\u200eb',
      git_commit: '\u0000',
      deployment: { ...aManifest().deployment, 'x\u2066': 1 },
    };

    const { violations } = await refusalOf(() => parseManifest(claim));

    expect(violations.map(({ field }) => field).toSorted()).toEqual([
      'artifact_uri',
      'config_version',
      'deployment',
      'deployment.x\u2066',
      'git_commit',
    ]);
    expect(violations).toContainEqual({ field: 'config_version', problem: 'has a character that is not seen, U+202E' });
    expect(claimViolations(claim)).toEqual(violations);
  });

  it.each([undefined, null, 'text', 7, [aManifest()]])('is no %j', async (claim) => {
    expect(await fieldsOf(claim)).toEqual(['manifest']);
  });
});

describe('a manifest that links the model to a commit alone (RR-4)', () => {
  const LINKS = ['training_dataset_ref', 'training_dataset_sha256', 'artifact_sha256'];

  it('is refused, naming the data snapshot and the digests that it lacks', async () => {
    const claim = Object.fromEntries(Object.entries(aManifest()).filter(([name]) => !LINKS.includes(name)));

    expect(claim).toHaveProperty('git_commit');
    expect(await violationsOf(claim)).toEqual(LINKS.map((field) => ({ field, problem: 'is missing' })));
  });
});

describe('the fields of a manifest', () => {
  it.each(['1.2.0', '0.0.1', '10.20.30', '1.2.0-rc.1', '2026-11-21', '2026-11-21.3'])(
    'take %s for a version',
    (model_version) => {
      expect(parseManifest({ ...aManifest(), model_version })).toMatchObject({ model_version });
    },
  );

  it.each([
    ['model_version', '1.2'],
    ['model_version', 'v1.2.0'],
    ['model_version', 'latest'],
    ['model_version', '1.2.0 '],
    ['model_version', `1.2.0-${'x'.repeat(60)}`],
    ['release_id', '../other'],
    ['release_id', 'x'.repeat(65)],
    ['model_name', '-starts-badly'],
    ['model_name', '_intake'],
    ['git_commit', 'abc1234'],
    ['git_commit', 'A'.repeat(40)],
    ['git_ref', 'main'],
    ['git_ref', 'refs/pull/7/merge'],
    ['git_ref', 'refs/heads/a b'],
    ['git_ref', 'refs/heads/half-\ud800'],
    ['training_dataset_sha256', 'sha256:0'],
    ['artifact_uri', 'https://models/model.tar.gz'],
    ['artifact_uri', 's3://models/'],
    ['artifact_uri', 's3://models/a b'],
    ['artifact_uri', 's3://models/../other/model.tar.gz'],
    ['artifact_uri', 's3://models/a/./model.tar.gz'],
    ['artifact_uri', 's3://models/a/..'],
    ['artifact_uri', 's3://Models/model.tar.gz'],
    ['artifact_uri', 's3://arn:aws:s3:eu-west-1:123456789012:accesspoint/models/model.tar.gz'],
    ['artifact_uri', 's3://models%2fother/model.tar.gz'],
    ['artifact_uri', 's3:///models/model.tar.gz'],
    ['artifact_uri', 'S3://models/model.tar.gz'],
    ['artifact_uri', 's3://models/a\u0001b'],
    ['artifact_uri', 's3://models/half-\ud800'],
    ['artifact_uri', `s3://models/${'k'.repeat(1013)}`],
    ['artifact_uri', `s3://models/${'ü'.repeat(507)}`],
    ['feature_schema_version', ''],
    ['feature_schema_version', 'two\nlines'],
    ['feature_schema_version', 'half \udfff'],
    ['config_version', 'x'.repeat(257)],
    ['model_type', 'LLM'],
    ['prompt_version', ''],
    ['policy_version', 'two\nlines'],
    ['requested_by', ' rita'],
    ['trained_by', ''],
    ['commit_author', 'x'.repeat(257)],
    ['declared_risk_tier', 'critical'],
    ['schema_version', 2],
    ['model_package_arn', 'model-package/m/1'],
    ['model_package_arn', `arn:${'a'.repeat(2045)}`],
    ['model_package_arn', 'arn:aws:s3:::model-package/m/1'],
    ['model_package_arn', 'arn:aws:sagemaker:us-east-1:123456789012:model-package/m'],
    ['model_package_arn', 'arn:aws:sagemaker:us-east-1:123456789012:model-package/m_x/1'],
  ])('refuse %s %j by its name', async (field, value) => {
    expect(await fieldsOf({ ...aManifest(), [field]: value })).toEqual([field]);
  });

  it.each([
    ['predictions', 'protected_attributes', []],
    ['predictions', 'label_column', "label'; DROP"],
    ['predictions', 'favorable_value', '\u0000'],
    ['deployment', 'instance_count', 0],
    ['deployment', 'instance_count', 1.5],
    ['deployment', 'endpoint_name', 'under_score'],
    ['further_evidence', 'bias_report', 'no uri'],
  ] as const)('refuse %s.%s %j by its path', async (parent, field, value) => {
    const claim = { ...aManifest(), [parent]: { ...aManifest()[parent], [field]: value } };

    expect(await fieldsOf(claim)).toEqual([`${parent}.${field}`]);
  });

  it.each(['s3://models/a..b/..c/d..', 's3://models/.hidden', 's3://models/a%2e%2e/b', 's3://models/a//b'])(
    'take %s for what S3 takes it for: a key like any other',
    (artifact_uri) => {
      expect(parseManifest({ ...aManifest(), artifact_uri }).artifact_uri).toBe(artifact_uri);
    },
  );

  it('take a key of 1024 bytes, in whatever script', () => {
    const artifact_uri = `s3://models/${'ü'.repeat(506)}`;

    expect(parseManifest({ ...aManifest(), artifact_uri }).artifact_uri).toBe(artifact_uri);
  });
});

describe('the configuration of a release (RR-2)', () => {
  it('is on its record: versions of prompt and policy, and the files that it was trained and answers by', () => {
    const files = {
      training_config: 's3://models/training.yaml',
      threshold_config: 's3://models/threshold.json',
      routing_config: 's3://models/routing.json',
    };
    const versions = { model_type: 'llm', prompt_version: 'support-12', policy_version: 'answers-3' };
    const manifest = parseManifest(JSON.parse(JSON.stringify(aManifest({ ...versions, further_evidence: files }))));

    expect(manifest).toMatchObject(versions);
    expect(evidenceUris(manifest)).toMatchObject(files);
  });
});

describe('the digest of the content', () => {
  const someText = fc.stringMatching(/^[a-z0-9]{1,20}$/);

  it('does not depend on the release id', () => {
    fc.assert(
      fc.property(someText, (release_id) => {
        expect(contentSha256(aManifest({ release_id }))).toBe(contentSha256(aManifest()));
      }),
    );
  });

  it('depends on every other field', () => {
    const changed: Record<string, unknown> = {
      model_name: 'other',
      model_version: '1.2.1',
      git_commit: 'b'.repeat(40),
      git_ref: 'refs/heads/other',
      training_dataset_ref: 's3://models/other',
      training_dataset_sha256: 'b'.repeat(64),
      feature_schema_version: 'other',
      config_version: 'other',
      model_type: 'llm',
      prompt_version: 'other',
      policy_version: 'other',
      artifact_uri: 's3://models/other',
      artifact_sha256: 'b'.repeat(64),
      evaluation_report_uri: 's3://models/other',
      model_card_uri: 's3://models/other',
      data_provenance_uri: 's3://models/other',
      predictions: { ...aManifest().predictions, favorable_value: '0' },
      declared_risk_tier: 'high',
      requested_by: 'other',
      trained_by: 'other',
      commit_author: 'other',
      deployment: { ...aManifest().deployment, instance_count: 2 },
      further_evidence: { bias_report: 's3://models/other' },
      model_package_arn: 'arn:aws:sagemaker:eu-west-1:123456789012:model-package/m/2',
    };
    const digests = Object.entries(changed).map(([field, value]) => contentSha256(aManifest({ [field]: value })));

    expect(Object.keys({ ...aManifest(), ...changed }).toSorted()).toEqual(
      ['release_id', 'schema_version', ...Object.keys(changed)].toSorted(),
    );
    expect(new Set([...digests, contentSha256(aManifest())]).size).toBe(digests.length + 1);
  });

  it('does not depend on the order of the fields', () => {
    const backwards = Object.fromEntries(Object.entries(aManifest()).toReversed());

    expect(contentSha256(parseManifest(backwards))).toBe(contentSha256(aManifest()));
  });
});

describe('the evidence of a manifest', () => {
  const manifest = aManifest({ further_evidence: { bias_report: 's3://models/bias.json' } });

  it('has the name that checks and records use, and so does further evidence', () => {
    expect(evidenceUris(manifest)).toEqual({
      evaluation_report: 's3://models/evaluation.json',
      model_card: 's3://models/card.json',
      data_provenance: 's3://models/provenance.json',
      predictions: 's3://models/predictions.parquet',
      bias_report: 's3://models/bias.json',
    });
  });

  it('leads back to the field that names it', () => {
    const valueAt = (path: string) =>
      path.split('.').reduce<unknown>((value, key) => Reflect.get(Object(value), key), manifest);

    for (const [name, uri] of Object.entries(evidenceUris(manifest))) {
      expect(valueAt(evidenceField(name))).toBe(uri);
    }
  });
});

it('a claim that is nothing but unreadable text is named once, as the manifest', () => {
  expect(claimViolations('\u202e').map(({ field }) => field)).toEqual(['manifest']);
});
