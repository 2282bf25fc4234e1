import { describe, expect, it } from 'vitest';
import { takeDecision } from '../../../lib/domain/approval/take-decision.ts';
import { readFormerDecisionsOf, readOwnEnd } from '../../../lib/domain/change/read-former-decisions.ts';
import { type ApprovalCase, aManifest, anApprovalCase, answerOf, digestOf, NOW } from '../../support/approval-case.ts';
import { DECISION_KEY } from '../../support/decision-key.ts';

const decide = (scene: ApprovalCase, who: string, answer: Parameters<typeof answerOf>[2]) =>
  takeDecision(answerOf(scene, who, answer), {
    store: scene.store,
    directory: async () => scene.directory,
    signer: DECISION_KEY.signer,
    now: () => NOW,
  });

describe('a denial', () => {
  it.each([
    ['1.2.0', '1.2.0+build.2'],
    ['1.2.0+build.2', '1.2.0'],
    ['1.2.0+a', '1.2.0+b'],
    ['2026-04-10', '2026-04-10.0'],
    ['2026-04-10.0', '2026-04-10'],
  ])('of %s is found by %s, which is the same version in another spelling', async (denied, next) => {
    const scene = await anApprovalCase({ manifest: aManifest({ model_version: denied }) });
    await decide(scene, 'ada', { decision: 'deny', comment: 'the groups differ' });
    const other = { artifactSha256: digestOf('other'), evidence: scene.release.pinned?.evidence as never };
    const spelt = { ...scene.release, releaseId: 'next' as never, modelVersion: next, pinned: other };

    const [found, ...more] = await readFormerDecisionsOf(scene.store, spelt);

    expect(found).toMatchObject({ decidedBy: 'ada', modelVersion: denied });
    expect(more).toEqual([]);
    expect(await readOwnEnd(scene.store, { ...scene.release, modelVersion: denied })).toMatchObject({
      decidedBy: 'ada',
    });
  });
});
