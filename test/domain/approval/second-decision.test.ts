import { describe, expect, it } from 'vitest';
import { takeDecision } from '../../../lib/domain/approval/take-decision.ts';
import { openDecision } from '../../../lib/domain/records/decision.ts';
import { canonicalSha256 } from '../../../lib/domain/signing/canonical-json.ts';
import { type ApprovalCase, anApprovalCase, answerOf, at } from '../../support/approval-case.ts';
import { DECISION_KEY } from '../../support/decision-key.ts';
import { refusalOf } from '../../support/refusals.ts';

const DENIAL = { decision: 'deny', comment: 'the groups differ' } as const;
const take = (scene: ApprovalCase, who: string, hour: string, answered: object = {}) =>
  takeDecision(answerOf(scene, who, answered), {
    store: scene.store,
    directory: async () => scene.directory,
    signer: DECISION_KEY.signer,
    now: () => at(`2026-11-21T${hour}:00:00.000Z`),
  });
const statesOf = async ({ store, release, request }: ApprovalCase) => ({
  request: (await store.get('request', request.requestId))?.status,
  release: (await store.get('release', release.releaseId))?.state,
  events: (await store.events(release.modelName)).map(({ event }) => event.event_type).slice(1),
});

describe('one decision per person, and a second one only towards caution', () => {
  it('an approval is followed by the denial of the same person, signed, and naming the first', async () => {
    const scene = await anApprovalCase();
    const first = await take(scene, 'ada', '10');

    const { approval, isNew } = await take(scene, 'ada', '11', DENIAL);

    const follows = {
      decided_at: at('2026-11-21T10:00:00.000Z'),
      envelope_sha256: canonicalSha256(first.approval.signed?.envelope as never),
    };
    expect(isNew).toBe(true);
    expect(approval).toMatchObject({ decision: 'deny', follows });
    expect(openDecision(approval.signed?.envelope, DECISION_KEY.pem)).toMatchObject({ said: { follows } });
    expect(await statesOf(scene)).toEqual({
      request: 'rejected',
      release: 'rejected',
      events: ['approval_granted', 'approval_denied'],
    });
  });

  it('it is made once: sent again it is known, and no approval follows it', async () => {
    const scene = await anApprovalCase();
    await take(scene, 'ada', '10');
    await take(scene, 'ada', '11', DENIAL);

    expect((await take(scene, 'ada', '12', DENIAL)).isNew).toBe(false);
    expect(await refusalOf(() => take(scene, 'ada', '12'))).toMatchObject({
      code: 'DecisionAlreadyRecorded',
      message: 'ada denied this release as ml_lead at 2026-11-21T11:00:00.000Z',
    });
    expect((await statesOf(scene)).events).toEqual(['approval_granted', 'approval_denied']);
  });

  it('an approval with conditions that are not on record is another answer, and is said to be none', async () => {
    const conditions = (due = '2026-12-14') => ({ conditions: [{ text: 'Say it in the card.', owner: 'grace', due }] });
    const scene = await anApprovalCase();
    await take(scene, 'ada', '10');
    const conditional = await anApprovalCase();
    await take(conditional, 'ada', '10', conditions());

    for (const [one, sent] of [
      [scene, conditions()],
      [scene, conditions('no day')],
      [conditional, conditions('2026-12-15')],
    ] as const)
      expect(await refusalOf(() => take(one, 'ada', '11', sent))).toMatchObject({
        code: 'DecisionAlreadyRecorded',
        violations: [
          { field: 'conditions', problem: expect.stringContaining('without the conditions that were sent') },
        ],
      });
    for (const sent of [conditions(), {}]) expect((await take(conditional, 'ada', '11', sent)).isNew).toBe(false);
    expect((await statesOf(scene)).events).toEqual(['approval_granted', 'approval_refused']);
  });

  it('it comes too late once the request is closed', async () => {
    const scene = await anApprovalCase();
    await take(scene, 'ada', '10');
    await take(scene, 'grace', '11');

    expect(await refusalOf(() => take(scene, 'ada', '12', DENIAL))).toMatchObject({
      code: 'DecisionAlreadyRecorded',
      violations: [{ problem: expect.stringContaining('only an approval may be followed by a denial') }],
    });
    expect((await statesOf(scene)).request).toBe('approved');
  });

  it('it names no approval that nobody signed: that one counts for nothing', async () => {
    const scene = await anApprovalCase();
    const { approval } = await take(scene, 'ada', '10');
    const { signed: _, ...unsigned } = approval;
    scene.store.seed({ ...unsigned, version: 1 });

    expect((await take(scene, 'ada', '11', DENIAL)).approval).not.toHaveProperty('follows');
  });
});
