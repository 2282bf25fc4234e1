/** What becomes of a request that waits, as the acts of the product do it, recorded. */
import { escalateIfUnanswered } from '../../lambdas/dispatch-outbox/intents/escalate-request.ts';
import { expireRequestIfPending } from '../../lambdas/dispatch-outbox/intents/expire-request.ts';
import { remindIfSilent } from '../../lambdas/dispatch-outbox/intents/remind-people.ts';
import { remindPeople, resendMails } from '../../lib/domain/approval/resend.ts';
import { HOUR_MS, plusMilliseconds } from '../../lib/domain/instant.ts';
import { withinRights } from '../../lib/rights/within-rights.ts';
import { aDirectory, anApprovalCase, person } from './approval-case.ts';
import { inAct, recording } from './recorded-acts.ts';

export const tellOfWaiting = async (): Promise<void> => {
  await tellOfMessages();
  await tellOfEscalation();
};

/** Who is silent is reminded by the product, and by an operator, who then sends lost messages again, before and after the end. */
const tellOfMessages = async (): Promise<void> => {
  const scene = await anApprovalCase();
  const { requestId } = scene.request;
  const ports = { store: recording(scene.store), directory: async () => scene.directory };
  const store = withinRights('DispatchOutbox', ports.store);
  const now = () => scene.request.createdAt;
  await inAct('remind_people', () => remindIfSilent({ kind: 'remind_people', requestId }, { store, now }));
  const claim = { id: requestId, actor: { id: 'olga', role: 'operator', auth: 'jwt' }, reason: 'they were lost' };
  await inAct('remindPeople', () => remindPeople(claim, { ...ports, now }));
  await inAct('resendMails', () => resendMails(claim, { ...ports, now }));
  const end = () => scene.request.expiresAt;
  await inAct('expire_request', () =>
    expireRequestIfPending({ kind: 'expire_request', requestId }, { store, now: end }),
  );
  await inAct('resendMails', () => resendMails(claim, { ...ports, now: end }));
};

const TOMORROW = { first_day: '2026-11-22', last_day: '2026-11-22' };

/** Nobody answers within the SLA, so the backup of who is asked is brought in; a delegate follows the next day. */
const tellOfEscalation = async (): Promise<void> => {
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
