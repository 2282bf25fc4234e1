import { describe, expect, it } from 'vitest';
import { parseTrainingProvenance } from '../../../../lib/domain/evidence/readers/training-provenance.ts';
import { Sha256 } from '../../../../lib/domain/identifiers.ts';
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
    repository: 'git+https://github.com/example/credit@refs/heads/main',
    run: 'arn:aws:sagemaker:eu-central-1:123456789012:pipeline/credit/execution/abc',
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

  it('is read from a statement v0.1, as the generators of SLSA write it, and in URL-safe base64', () => {
    const early = changed(STATEMENT, ['_type'], 'https://in-toto.io/Statement/v0.1');
    const envelope = { ...enveloped(early), payload: Buffer.from(early).toString('base64url') };

    expect(parseTrainingProvenance(early)).toEqual(facts);
    expect(parseTrainingProvenance(bytesOf(envelope))).toEqual(facts);
  });

  it('leaves out what it does not compare: other digests, and numbers that no integer can hold', () => {
    const sha512 = { name: 'a', digest: { sha512: 'd'.repeat(128) } };
    const subject = changed(STATEMENT, ['subject'], [sha512, { digest: { sha256: 'a'.repeat(64) } }]);
    const run = changed(STATEMENT, ['predicate', 'buildDefinition', 'externalParameters'], { run: 'X' });
    const text = Buffer.from(run).toString().replace('"X"', '12345678901234567890');

    expect(parseTrainingProvenance(subject).subjects).toEqual([{ name: '', sha256: 'a'.repeat(64) }]);
    expect(parseTrainingProvenance(changed(STATEMENT, ['subject'], [sha512])).subjects).toEqual([]);
    expect(parseTrainingProvenance(Buffer.from(text)).gitCommits).toEqual(facts.gitCommits);
  });

  describe('in a file of several envelopes, one a line,', () => {
    const of = (sha256: string) => changed(STATEMENT, ['subject', 0, 'digest', 'sha256'], sha256);
    const [other, own] = ['e'.repeat(64), 'a'.repeat(64)];
    const lines = (...documents: object[]) =>
      Buffer.from(`\ufeff${documents.map((document) => JSON.stringify(document)).join('\r\n')}\n\n`);
    const summary = enveloped(bytesOf({ _type: 'x', predicateType: 'https://slsa.dev/verification_summary/v1' }));
    const bundle = { verificationMaterial: {}, dsseEnvelope: enveloped(of(own)) };

    it('is that of the artifact; envelopes of other kinds are left out', () => {
      const file = lines(summary, enveloped(of(other)), enveloped(Buffer.from('text'), 'text/plain'), bundle);

      expect(parseTrainingProvenance(file, Sha256.parse(own))).toEqual(facts);
    });

    it('is the first where none is about the artifact, so that the check says which one it is about', () => {
      const file = lines(enveloped(of(other)), enveloped(of('f'.repeat(64))));

      expect(parseTrainingProvenance(file, Sha256.parse(own)).subjects[0]?.sha256).toBe(other);
      expect(parseTrainingProvenance(file).subjects[0]?.sha256).toBe(other);
    });

    it('may be bare statements, and must be among the lines', () => {
      const bare = JSON.parse(Buffer.from(of(own)).toString());

      expect(parseTrainingProvenance(lines(bare, summary)).subjects[0]?.sha256).toBe(own);
      expect(() => parseTrainingProvenance(lines(summary, summary))).toThrow(
        'document has 2 lines, and none is a statement of https://slsa.dev/provenance/v1',
      );
    });

    it('is not larger than other provenance may be', () => {
      const file = lines(bundle, { filler: 'x'.repeat(1_048_576) });

      expect(() => parseTrainingProvenance(file)).toThrow('at most 1048576 are read');
    });
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
    [['_type'], 'https://in-toto.io/Statement/v2', '_type is not https://in-toto.io/Statement/v1 or'],
    [['subject'], [], 'subject'],
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
