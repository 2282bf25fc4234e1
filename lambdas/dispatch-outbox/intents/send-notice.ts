import { sendMail } from '../../../lib/adapters/ses-mailer.ts';
import { readChecks } from '../../../lib/domain/change/read-checks.ts';
import { requireFound } from '../../../lib/domain/change/require-found.ts';
import { findPerson } from '../../../lib/domain/policy/directory-record.ts';
import { type Outcome, outcomesOf } from '../../../lib/domain/release/outcome.ts';
import type { Release } from '../../../lib/domain/release/release.ts';
import { outcomeMail } from '../../../lib/web/mail/outcome-mail.ts';
import type { Performer, Tools } from '../tools.ts';

type SendNotice = Performer<'send_notice', 'store' | 'directory' | 'settings'>;

/** Tells one person what became of a release that concerns them. */
export const sendNotice: SendNotice = async ({ releaseId, outcome, personId }, { store, directory, settings }) => {
  const release = await requireFound(store.get('release', releaseId), releaseId);
  const people = await directory();
  const person = findPerson(people, personId);
  // The person has left the directory, or more has happened meanwhile, which has a message of its own.
  if (person === undefined || !outcomesOf(release).includes(outcome)) return;
  const names = new Map(people.people.map(({ id, name }) => [id, name]));
  const facts = await factsOf(store, release, outcome);
  await sendMail(settings.mailFrom, {
    to: person.email,
    ...outcomeMail({ person, release, outcome, names, ...facts }),
  });
};

const factsOf = async (store: Tools['store'], release: Release, outcome: Outcome) => {
  const { releaseId, modelName, approvalRequestId } = release;
  const [request, approvals, checks, pointer, rollback] = await Promise.all([
    approvalRequestId === undefined ? undefined : store.get('request', approvalRequestId),
    store.list('approval', releaseId),
    outcome === 'rejected' ? readChecks(store, releaseId) : [],
    store.get('pointer', modelName),
    outcome === 'rolled_back' ? readRollback(store, release) : undefined,
  ]);
  return { request, approvals, checks, pointer, rollback };
};

/** The hold names the rollback that it came from; that of an earlier release has been replaced. */
const readRollback = async (store: Tools['store'], { releaseId, modelName }: Release) => {
  const hold = await store.get('hold', modelName);
  return hold?.fromReleaseId === releaseId ? store.get('rollback', hold.rollbackId) : undefined;
};
