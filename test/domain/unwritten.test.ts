import { describe, expect, it } from 'vitest';
import { claimViolations } from '../../lib/domain/release/manifest.ts';
import { isUnwritten, toWrite, unwrittenPaths } from '../../lib/domain/unwritten.ts';
import { aManifest } from '../support/approval-case.ts';

describe('what assay init leaves to be written', () => {
  it('is found wherever it stands in a text, and wherever the text is', () => {
    const document = { owner: toWrite('a team'), uses: ['Ranking', `Also: ${toWrite('more')}`], metrics: { auc: 0.8 } };

    expect(unwrittenPaths(document)).toEqual([['owner'], ['uses', 1]]);
    expect(isUnwritten('TODO: ask Dana')).toBe(false);
  });

  it('makes no manifest: each field is named once, with that as its problem', () => {
    const claim = {
      ...aManifest(),
      // The schema would take the first as it is, and names the others for their form.
      config_version: toWrite('a version'),
      git_commit: toWrite('a commit'),
      risk_facts: { domain: toWrite('an area') },
    };

    const problems = claimViolations(claim).filter(({ problem }) => problem === 'is still to be written');
    expect(problems.map(({ field }) => field)).toEqual(['git_commit', 'config_version', 'risk_facts.domain']);
    expect(claimViolations(claim).filter(({ field }) => field === 'git_commit')).toHaveLength(1);
  });

  it('is named as the whole manifest if that is all there is', () => {
    expect(claimViolations(toWrite('a manifest'))).toEqual([{ field: 'manifest', problem: 'is still to be written' }]);
  });
});
