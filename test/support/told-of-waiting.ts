/** What becomes of a request that waits, as the acts of the product do it, recorded. */
import { escalateIfUnanswered } from '../../lambdas/dispatch-outbox/intents/escalate-request.ts';
import { HOUR_MS, plusMilliseconds } from '../../lib/domain/instant.ts';
import { withinRights } from '../../lib/rights/within-rights.ts';
import { aDirectory, anApprovalCase, person } from './approval-case.ts';
import { inAct, recording } from './recorded-acts.ts';

const TOMORROW = { first_day: '2026-11-22', last_day: '2026-11-22' };

/** Nobody answers within the SLA, so the backup of who is asked is brought in; a delegate follows the next day. */
export const tellOfEscalation = async (): Promise<void> => {
  const directory = aDirectory([
    { id: 'ana', roles: ['ml_lead'], backups: ['ben'], delegations: [{ delegate: person('dan'), ...TOMORROW }] },
    { id: 'dan', roles: [] },
    { id: 'ben', roles: [] },
    { id: 'grace', roles: ['risk_owner'] },
  ]);
  const scene = await anApprovalCase({ directory });
  const late = () => plusMilliseconds(scene.request.createdAt, 4 * HOUR_MS);
  const store = withinRights('DispatchOutbox', recording(scene.store));
  const tools = { store, directory: async () => directory, nextNonce: () => 'nonce-of-the-escalation', now: late };
  const { requestId } = scene.request;
  await inAct('escalate_request', () => escalateIfUnanswered({ kind: 'escalate_request', requestId }, tools));
};
