import { describe, expect, it } from 'vitest';
import { artifactProblems, predictionProblems } from '../../../lib/domain/checks/measured-on.ts';
import { aManifest, digestOf } from '../../support/approval-case.ts';
import { aReport } from './stage-evidence.ts';

describe('a report', () => {
  it('that names no artifact ties predictions to none', () => {
    const report = aReport({ artifact_sha256: undefined });
    const predictionsSha256 = digestOf('predictions');

    expect(predictionProblems({ report, predictionsSha256, rows: 0, manifest: aManifest() })).toContainEqual(
      expect.stringContaining('about artifact (not named)'),
    );
  });

  it('that names no artifact is about none', () => {
    expect(artifactProblems('load test', undefined, aManifest())).toEqual([
      expect.stringContaining('The load test is about artifact (not named)'),
    ]);
  });
});
