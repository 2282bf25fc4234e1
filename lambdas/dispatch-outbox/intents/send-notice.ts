import { sendMail } from '../../../lib/adapters/ses-mailer.ts';
import { ownersOf } from '../../../lib/domain/approval/concerned.ts';
import { recordDroppedMail } from '../../../lib/domain/approval/drop-mail.ts';
import { readChecks } from '../../../lib/domain/change/read-checks.ts';
import { readStanding } from '../../../lib/domain/change/read-standing.ts';
import { requireFound } from '../../../lib/domain/change/require-found.ts';
import { findReachable } from '../../../lib/domain/policy/directory-record.ts';
import { standingConditions } from '../../../lib/domain/records/standing-conditions.ts';
import { isSuspending } from '../../../lib/domain/records/suspension.ts';
import { type Outcome, outcomesOf } from '../../../lib/domain/release/outcome.ts';
import type { Release } from '../../../lib/domain/release/release.ts';
import { outcomeMail } from '../../../lib/web/mail/outcome-mail.ts';
import type { Performer, Tools } from '../tools.ts';

type SendNotice = Performer<'send_notice', 'store' | 'directory' | 'settings' | 'now'>;

/** Tells one person what became of a release that concerns them. */
export const sendNotice: SendNotice = async ({ releaseId, outcome, personId }, tools) => {
  const { store, directory, settings } = tools;
  const release = await requireFound(store.get('release', releaseId), releaseId);
  const people = await directory();
  const person = findReachable(people, personId);
  // More has happened meanwhile, which has a message of its own.
  if (!outcomesOf(release).includes(outcome)) return;
  if (person === undefined)
    return recordDroppedMail({ releaseId, personId, about: outcome }, { ...tools, directory: people });
  const names = new Map(people.people.map(({ id, name }) => [id, name]));
  const facts = await factsOf(tools, release, outcome);
  if (outcome === 'approved_with_conditions' && !ownersOf(facts.approvals).includes(personId)) return;
  await sendMail(settings.mailFrom, {
    to: person.email,
    ...outcomeMail({ person, release, outcome, names, ...facts }),
  });
};

const factsOf = async ({ store, now }: Pick<Tools, 'store' | 'now'>, release: Release, outcome: Outcome) => {
  const { releaseId, modelName, approvalRequestId } = release;
  const [request, approvals, { met, suspensions }, checks, pointer, rollback] = await Promise.all([
    approvalRequestId === undefined ? undefined : store.get('request', approvalRequestId),
    store.list('approval', releaseId),
    readStanding(store, release),
    outcome === 'rejected' ? readChecks(store, releaseId) : [],
    store.get('pointer', modelName),
    outcome === 'rolled_back' ? readRollback(store, release) : undefined,
  ]);
  const conditions = standingConditions(approvals, met, now());
  return {
    ...{ request, approvals, conditions, checks, pointer, rollback },
    suspensions: suspensions.filter(isSuspending),
  };
};

/** The hold names the rollback that it came from; that of an earlier release has been replaced. */
const readRollback = async (store: Tools['store'], { releaseId, modelName }: Release) => {
  const hold = await store.get('hold', modelName);
  return hold?.fromReleaseId === releaseId ? store.get('rollback', hold.rollbackId) : undefined;
};
