import { describe, expect, it } from 'vitest';
import { expireRequest } from '../../../lib/domain/approval/request.ts';
import { takeDecision } from '../../../lib/domain/approval/take-decision.ts';
import { withdrawRequest } from '../../../lib/domain/approval/withdraw.ts';
import { requireFound } from '../../../lib/domain/change/require-found.ts';
import { untilCommitted } from '../../../lib/domain/change/until-committed.ts';
import { type ApprovalCase, anApprovalCase, answerOf, at } from '../../support/approval-case.ts';
import { DECISION_KEY } from '../../support/decision-key.ts';
import { refusalOf } from '../../support/refusals.ts';

const TEN = at('2026-11-21T10:00:00.000Z');
const decide = (who: string, answered: object) => (scene: ApprovalCase) =>
  takeDecision(answerOf(scene, who, answered), {
    store: scene.store,
    directory: async () => scene.directory,
    signer: DECISION_KEY.signer,
    now: () => TEN,
  });
const expire = ({ store, request }: ApprovalCase) =>
  untilCommitted(async () => {
    const asked = await requireFound(store.get('request', request.requestId), request.requestId);
    const release = await requireFound(store.get('release', request.releaseId), request.releaseId);
    await store.commit(expireRequest(release, asked, request.expiresAt), request.expiresAt);
  });
const withdraw = ({ store, request }: ApprovalCase) => {
  const claim = { id: request.requestId, actorId: 'rita', actorAuth: 'jwt', isOperator: false, reason: 'wrong data' };
  return withdrawRequest(claim, store, () => TEN);
};

/** Each of these ends the request: all approvals but one are there. */
const ACTS = {
  approve: { run: decide('ada', {}), request: 'approved', event: 'approval_granted' },
  deny: { run: decide('ada', { decision: 'deny', comment: 'no' }), request: 'rejected', event: 'approval_denied' },
  'ask for changes': {
    run: decide('katherine', { decision: 'request_changes', comment: 'say who' }),
    request: 'rejected',
    event: 'changes_requested',
  },
  withdraw: { run: withdraw, request: 'rejected', event: 'approval_withdrawn' },
  expire: { run: expire, request: 'expired', event: 'approval_expired' },
} as const;
type Act = keyof typeof ACTS;
const names = Object.keys(ACTS) as Act[];
const pairs = names.flatMap((late) => names.filter((first) => first !== late).map((first) => [first, late] as const));

describe('two acts that would both end a request', () => {
  it.each(pairs)(
    '%s is committed while another is about to %s: one end, one event, and the loser is refused',
    async (first, late) => {
      const scene = await anApprovalCase();
      await decide('grace', {})(scene);
      scene.store.beforeNextCommit(async () => {
        await ACTS[first].run(scene);
      });

      const refusal = await refusalOf(() => ACTS[late].run(scene));

      expect(['RequestNotPending', 'DecisionAlreadyRecorded']).toContain(refusal.code);
      const { store, release, request } = scene;
      expect(await store.get('request', request.requestId)).toMatchObject({ status: ACTS[first].request });
      const events = (await store.events(release.modelName)).map(({ event }) => event.event_type);
      expect(events).toEqual(['approval_requested', 'approval_granted', ACTS[first].event]);
      if (late !== 'expire') {
        const said = [refusal.message, ...refusal.violations.map(({ problem }) => problem)].join(' ');
        expect(said).toMatch(/2026-11-2\dT|^Request is approved, not pending$/);
      }
    },
  );
});
