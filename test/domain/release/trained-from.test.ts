import { describe, expect, it } from 'vitest';
import { parseTrainingProvenance } from '../../../lib/domain/evidence/readers/training-provenance.ts';
import { trainedFrom } from '../../../lib/domain/release/trained-from.ts';

const digest = (sign: string) => sign.repeat(64);
const provenanceOf = (datasets: object[]) => ({ schema_version: 1 as const, datasets, columns: [] });
const report = (hyperparameters: Record<string, unknown>) => ({ metrics: {}, training: { hyperparameters } });
const statement = (more: object = {}, dependencies: object[] = []) =>
  parseTrainingProvenance(
    Buffer.from(
      JSON.stringify({
        _type: 'https://in-toto.io/Statement/v1',
        subject: [{ name: 'model', digest: { sha256: digest('a') } }],
        predicateType: 'https://slsa.dev/provenance/v1',
        predicate: {
          buildDefinition: {
            buildType: 'https://example.com/training',
            externalParameters: { depth: 6, rate: 0.1 },
            resolvedDependencies: dependencies,
          },
          runDetails: { builder: { id: 'https://builder.example.com' }, ...more },
        },
      }),
    ),
  );

describe('what a model was made of (RR-5)', () => {
  it('is nothing if no evidence says anything', () => {
    expect(trainedFrom({})).toBeUndefined();
    expect(trainedFrom({ dataProvenance: provenanceOf([{ name: 'x' }]), report: { metrics: {} } })).toBeUndefined();
  });

  it('is each file of data once, whichever document names it, by its digest', () => {
    const training = statement({}, [
      { name: 'again', digest: { sha256: digest('d') } },
      { uri: 's3://b/more', digest: { sha256: digest('e') } },
      { uri: 'git+https://user:secret@example.com/r', digest: { gitCommit: '1f'.repeat(20) } },
    ]);
    const dataProvenance = provenanceOf([{ name: 'set', uri: 's3://b/set', sha256: digest('d') }, { sha256: 'none' }]);

    expect(trainedFrom({ dataProvenance, training })).toEqual({
      data: [
        { name: 'set', sha256: digest('d'), uri: 's3://b/set' },
        { name: 's3://b/more', sha256: digest('e'), uri: 's3://b/more' },
      ],
      data_total: 2,
      hyperparameters: [
        { name: 'depth', value: '6' },
        { name: 'rate', value: '0.1' },
      ],
      hyperparameters_total: 2,
      repository: 'git+https://example.com/r',
      builder: 'https://builder.example.com',
    });
  });

  it('names the run as its builder does', () => {
    const mlflow = parseTrainingProvenance(
      Buffer.from(
        JSON.stringify({
          info: { run_id: 'r1', status: 'FINISHED' },
          data: { metrics: {}, params: {}, tags: { 'mlflow.source.git.repoURL': 'https://example.com/r' } },
        }),
      ),
    );

    expect(trainedFrom({ training: statement({ metadata: { invocationId: 'job-7' } }) })).toMatchObject({
      run: 'job-7',
    });
    expect(trainedFrom({ training: statement({ metadata: {} }) })).not.toHaveProperty('run');
    expect(trainedFrom({ training: mlflow })).toMatchObject({ run: 'r1', repository: 'https://example.com/r' });
  });

  it('takes hyperparameters from the report where no statement has them, and leaves out what could be a secret', () => {
    const from = trainedFrom({
      report: report({ max_tokens: 7, api_key: 'k', 'db.password': 'p', owner: 'ann@example.com', layers: [1, 2] }),
    });

    expect(from?.hyperparameters).toEqual([
      { name: 'api_key', value: 'left out' },
      { name: 'db.password', value: 'left out' },
      { name: 'layers', value: '[1,2]' },
      { name: 'max_tokens', value: '7' },
      { name: 'owner', value: 'left out' },
    ]);
  });

  it('has as much as an event has room for, and says how much there was', () => {
    const many = Object.fromEntries(Array.from({ length: 100 }, (_, number) => [`p${number}`, 'x\u0000'.repeat(300)]));
    const from = trainedFrom({ report: report(many) });

    expect(from?.hyperparameters.length).toBeLessThan(20);
    expect(from?.hyperparameters_total).toBe(100);
    expect(from?.hyperparameters[0]?.value).toMatch(/^x\?.*…$/);
    expect(Buffer.byteLength(JSON.stringify(from))).toBeLessThan(4200);
  });
});
