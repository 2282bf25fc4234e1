import { describe, expect, it } from 'vitest';
import { parseTrainingProvenance } from '../../../../lib/domain/evidence/readers/training-provenance.ts';
import { bytesOf, changed, vector } from '../vectors.ts';

const STATEMENT = 'slsa-provenance.json';
const enveloped = (statement: Uint8Array, payloadType = 'application/vnd.in-toto+json') => ({
  payloadType,
  payload: Buffer.from(statement).toString('base64'),
  signatures: [{ keyid: '', sig: 'MEUCIQ==' }],
});

describe('SLSA provenance', () => {
  const facts = {
    format: 'an in-toto statement',
    subjects: [{ name: 's3://models/credit/2.1.0/model.tar.gz', sha256: 'a'.repeat(64) }],
    gitCommits: ['49e9a8a31e9f7bb6dd6c08000fae2408c3ddb47e', '59e9a8a31e9f7bb6dd6c08000fae2408c3ddb47e'],
    materials: [{ name: 'training data', uri: 's3://data/credit/train.parquet', sha256: 'c'.repeat(64) }],
    parameters: { pipeline: 'credit', max_depth: '5' },
    builder: 'https://example.com/builders/sagemaker-pipelines',
  };

  it('says of the artifact which commits and which data it comes from', () => {
    expect(parseTrainingProvenance(vector(STATEMENT))).toEqual(facts);
  });

  it.each([
    ['a DSSE envelope', enveloped(vector(STATEMENT))],
    ['a Sigstore bundle', { verificationMaterial: {}, dsseEnvelope: enveloped(vector(STATEMENT)) }],
  ])('is read from %s', (_, document) => {
    expect(parseTrainingProvenance(bytesOf(document))).toEqual(facts);
  });

  it('names a material that has no name of its own', () => {
    const dependencies = [
      { digest: { sha256: 'd'.repeat(64) } },
      { uri: 's3://a/b', digest: { sha256: 'e'.repeat(64) } },
    ];
    const bytes = changed(STATEMENT, ['predicate', 'buildDefinition', 'resolvedDependencies'], dependencies);

    expect(parseTrainingProvenance(bytes).materials).toEqual([
      { name: 'dependency 0', sha256: 'd'.repeat(64) },
      { name: 's3://a/b', uri: 's3://a/b', sha256: 'e'.repeat(64) },
    ]);
  });

  it.each([
    [
      ['predicateType'],
      'https://slsa.dev/verification_summary/v1',
      'predicateType is not https://slsa.dev/provenance/v1',
    ],
    [['_type'], 'https://in-toto.io/Statement/v0.1', '_type is not https://in-toto.io/Statement/v1'],
    [['subject'], [], 'subject'],
    [['subject', 0, 'digest'], { sha1: 'a' }, 'subject.0.digest.sha256 is missing'],
    [['predicate', 'runDetails', 'builder'], {}, 'predicate.runDetails.builder.id is missing'],
    [['predicate', 'buildDefinition'], undefined, 'predicate.buildDefinition is missing'],
  ])('is refused where %j is %j', (path, value, problem) => {
    expect(() => parseTrainingProvenance(changed(STATEMENT, path, value))).toThrow(problem);
  });

  it.each([
    [enveloped(vector(STATEMENT), 'text/plain'), 'payloadType is not application/vnd.in-toto+json'],
    [{ ...enveloped(vector(STATEMENT)), payload: 'not base64' }, 'payload'],
    [enveloped(bytesOf('nothing')), 'SLSA provenance'],
    [enveloped(bytesOf(enveloped(vector(STATEMENT)))), '_type is not'],
    [enveloped(new TextEncoder().encode('{"a": 1, "a": 2}')), 'a appears twice'],
    [{ verificationMaterial: {}, messageSignature: {} }, 'dsseEnvelope is missing'],
  ])('is refused in an envelope that is wrong', (document, problem) => {
    expect(() => parseTrainingProvenance(bytesOf(document))).toThrow(problem);
  });
});
