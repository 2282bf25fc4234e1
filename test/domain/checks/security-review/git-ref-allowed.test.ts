import { describe, expect, it } from 'vitest';
import { itJudges, judge } from '../known-cases.ts';
import { aManifest, someEvidence } from '../stage-evidence.ts';

const from = (git_ref: string | undefined) => someEvidence({ manifest: aManifest({ git_ref }) });

describe('git_ref_allowed (RR-12)', () => {
  itJudges('git_ref_allowed', [
    {
      claim: 'passes the main branch by default, and names the commit',
      evidence: from('refs/heads/main'),
      status: 'passed',
      measured: 'refs/heads/main',
      says: ['a'.repeat(40)],
    },
    { claim: 'passes a tag of a version by default', evidence: from('refs/tags/v2.1.0'), status: 'passed', says: [] },
    {
      claim: 'fails a branch of an experiment, and says where releases come from',
      evidence: from('refs/heads/try-boosting'),
      status: 'failed',
      measured: 'refs/heads/try-boosting',
      says: ['refs/heads/try-boosting', 'refs/heads/main, refs/tags/v*', 'Merge it there'],
    },
    {
      claim: 'is not provided where the manifest names none',
      evidence: from(undefined),
      status: 'not_provided',
      says: ['git_ref'],
    },
  ]);

  it.each([
    ['refs/heads/release/*', 'refs/heads/release/2.1', true],
    ['refs/heads/release/*', 'refs/heads/release/2.1/fix', false],
    ['refs/heads/release/*', 'refs/heads/release', false],
    ['refs/heads/*', 'refs/heads/a/b', false],
    ['refs/heads/main', 'refs/heads/main2', false],
    ['refs/heads/main', 'refs/heads/Main', false],
    ['refs/tags/v*', 'refs/heads/v1', false],
    ['refs/tags/v*.*.*', 'refs/tags/v1.2.3', true],
    ['refs/tags/v*.*.*', 'refs/tags/v1.2', false],
    ['refs/tags/v*-rc*-x', 'refs/tags/v1-rc2-x', true],
    ['refs/tags/v*-rc*-x', 'refs/tags/v1-rc2-y', false],
    ['refs/tags/ab*ba', 'refs/tags/aba', false],
    ['refs/tags/ab*ba', 'refs/tags/abba', true],
    ['refs/tags/a*b*a', 'refs/tags/aa', false],
    ['refs/tags/v.', 'refs/tags/vx', false],
    ['refs/tags/**', 'refs/tags/x', true],
  ])('by the pattern %s takes %s: %s', (pattern, ref, isAllowed) => {
    const verdict = judge('git_ref_allowed', from(ref), { allowed_refs: [pattern] });

    expect(verdict.status).toBe(isAllowed ? 'passed' : 'failed');
  });

  it('takes no pattern that could be any branch of any kind', () => {
    expect(() => judge('git_ref_allowed', from('refs/heads/main'), { allowed_refs: ['*'] })).toThrow('refs/heads/NAME');
  });
});
