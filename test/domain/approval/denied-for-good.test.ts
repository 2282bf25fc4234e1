/** A denial ends a release for good: no change of its row, or of the row of its request, takes that back. */
import { describe, expect, it } from 'vitest';
import { decisionReasons } from '../../../lib/domain/approval/judge-decisions.ts';
import { readApproval } from '../../../lib/domain/approval/read-approval.ts';
import { resumptionProblem } from '../../../lib/domain/approval/resumption.ts';
import { takeDecision } from '../../../lib/domain/approval/take-decision.ts';
import { requireFound } from '../../../lib/domain/change/require-found.ts';
import { type ApprovalCase, anApprovalCase, answerOf, at } from '../../support/approval-case.ts';
import { DECISION_KEY } from '../../support/decision-key.ts';
import type { MemoryReleaseStore } from '../../support/memory-release-store.ts';
import { refusalCodeOf, refusalOf } from '../../support/refusals.ts';

const decide = (scene: ApprovalCase, who: string, answer: Parameters<typeof answerOf>[2] = {}) =>
  takeDecision(answerOf(scene, who, answer), {
    store: scene.store,
    directory: async () => scene.directory,
    signer: DECISION_KEY.signer,
    now: () => at('2026-11-21T10:00:00.000Z'),
  });

/** Ada approves, Katherine denies; then one Lambda that may write both rows opens the request again. */
const reopened = async (): Promise<ApprovalCase> => {
  const scene = await anApprovalCase();
  await decide(scene, 'ada');
  await decide(scene, 'katherine', { decision: 'deny', comment: 'the groups differ' });
  const { release, request } = await rowsOf(scene);
  scene.store.seed({ ...release, state: 'validated', reasons: [] }, { ...request, status: 'pending' });
  return scene;
};

const rowsOf = async ({ store, release, request }: ApprovalCase) => ({
  release: await requireFound(store.get('release', release.releaseId), 'the release'),
  request: await requireFound(store.get('request', request.requestId), 'the request'),
});

/** What the dispatcher, the signing of the record and the gate find if the row says that the request is approved. */
const judged = async (scene: ApprovalCase) => {
  const { store } = scene;
  const { release, request } = await rowsOf(scene);
  const approval = await readApproval(store, release);
  const facts = { release, ...approval, request: { ...request, status: 'approved' } };
  const reasons = decisionReasons({ ...facts, decisionKeyPem: DECISION_KEY.pem });
  return { resumption: resumptionProblem(facts), rules: reasons.map(({ rule }) => rule), ended: approval.ended };
};

/** As if the row of the denial were gone as well: what the same release says about itself is read elsewhere. */
const withoutDenial = (store: MemoryReleaseStore): MemoryReleaseStore => ({
  ...store,
  list: async (name, ...owner) =>
    (await store.list(name, ...owner)).filter((one) => !('decision' in one) || one.decision !== 'deny'),
});

describe('a release that a person denied', () => {
  it('takes no further decision, though its rows say that it is open', async () => {
    const scene = await reopened();

    expect(await refusalOf(() => decide(scene, 'grace'))).toMatchObject({
      message: 'Request is rejected, not pending',
      violations: [{ problem: 'katherine ended it' }],
    });
  });

  it('is neither resumed, nor recorded, nor promoted, though its request says that it is approved', async () => {
    const { resumption, rules } = await judged(await reopened());

    expect(resumption).toBe('apr-mortgage-1-2-0 is approved, but katherine denied it');
    expect(rules).toEqual(expect.arrayContaining(['denied', 'ended']));
  });

  it('stays so where the decision is missing: the rows that the next release finds it by say so, too', async () => {
    const scene = await reopened();
    const doctored = { ...scene, store: withoutDenial(scene.store) };

    expect(await refusalCodeOf(() => decide(doctored, 'grace'))).toBe('RequestNotPending');
    expect(await judged(doctored)).toMatchObject({
      rules: expect.arrayContaining(['ended']),
      ended: { outcome: 'denied', decidedBy: 'katherine' },
    });
  });

  it('is told from one that nobody denied', async () => {
    const scene = await anApprovalCase();
    for (const person of ['ada', 'grace']) await decide(scene, person);

    expect(await judged(scene)).toEqual({ resumption: undefined, rules: [], ended: undefined });
  });
});
