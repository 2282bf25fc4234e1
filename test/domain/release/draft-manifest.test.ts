import { describe, expect, it } from 'vitest';
import { draftManifest } from '../../../lib/domain/release/draft-manifest.ts';
import { unwrittenPaths } from '../../../lib/domain/unwritten.ts';

const DRAFTED = {
  modelName: 'credit',
  modelVersion: '1.0.0+build.7',
  git: {},
  paths: {
    ...{ artifact: 'model.onnx', signature: 'model.onnx.sig', predictions: 'p.csv', trainingData: 't.csv' },
    ...{ evaluationReport: 'evaluation.json', modelCard: 'card.yaml', dataProvenance: 'provenance.yaml' },
  },
  sha256: { artifact: 'a'.repeat(64), predictions: 'b'.repeat(64), trainingData: 'c'.repeat(64) },
  predictions: {
    ...{ label_column: 'label', prediction_column: 'prediction', favorable_value: '1', protected_attributes: ['race'] },
  },
};

describe('a drafted manifest', () => {
  it('has every digest, and an id that a release may have', () => {
    expect(draftManifest(DRAFTED)).toMatchObject({
      release_id: 'credit-1.0.0.build.7',
      artifact_sha256: 'a'.repeat(64),
      training_dataset_sha256: 'c'.repeat(64),
      evidence_sha256: { predictions: 'b'.repeat(64) },
    });
  });

  it('leaves to be written what nobody said', () => {
    const told = { ...DRAFTED, git: { commit: 'd'.repeat(40), author: 'dkim' }, requestedBy: 'dana.kim' };

    const missing = (draft: object) => unwrittenPaths(draft).map((path) => path.join('.'));
    expect(missing(draftManifest(DRAFTED))).toEqual(
      expect.arrayContaining(['git_commit', 'requested_by', 'trained_by', 'commit_author', 'risk_facts.domain']),
    );
    expect(missing(draftManifest(told))).not.toEqual(expect.arrayContaining(['git_commit']));
    expect(draftManifest(told)).toMatchObject({ requested_by: 'dana.kim', commit_author: 'dkim' });
  });
});
