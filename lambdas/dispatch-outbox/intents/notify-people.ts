import { concernedByOutcome, leftOfOutcome } from '../../../lib/domain/approval/concerned.ts';
import { requireFound } from '../../../lib/domain/change/require-found.ts';
import { outcomesOf } from '../../../lib/domain/release/outcome.ts';
import type { Performer } from '../tools.ts';

/** Notes a message to each person whom the outcome of a release concerns. */
export const notifyPeople: Performer<'notify_people', 'store' | 'directory' | 'notify'> = async (
  intent,
  { store, directory, notify },
) => {
  const { releaseId, outcome } = intent;
  const release = await requireFound(store.get('release', releaseId), releaseId);
  // Many roles may note this, and nobody is to hear what is not so.
  if (!outcomesOf(release).includes(outcome)) return;
  const { approvalRequestId } = release;
  const [request, approvals, people] = await Promise.all([
    approvalRequestId === undefined ? undefined : store.get('request', approvalRequestId),
    store.list('approval', releaseId),
    directory(),
  ]);
  const facts = { release, request, approvals };
  const concerned = concernedByOutcome(outcome, facts, people).map(({ id }) => id);
  // That those who have left are not told is recorded where their message is dropped.
  const ids = [...concerned, ...leftOfOutcome(outcome, facts, people)];
  // If we crash after this, those who are noted already are not noted again.
  await notify(
    release.modelName,
    ids.map((personId) => ({ ...intent, kind: 'send_notice', personId })),
  );
};
