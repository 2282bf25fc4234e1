import { publishEvent } from '../../lib/adapters/eventbridge-publisher.ts';
import { shipEvent } from '../../lib/adapters/s3-ledger-store.ts';
import { syncRegistry } from '../../lib/adapters/sagemaker-registry.ts';
import { sendMail } from '../../lib/adapters/ses-mailer.ts';
import { resumeExecution, startExecution } from '../../lib/adapters/sfn-executions.ts';
import { buildLink, payloadFor } from '../../lib/domain/approval/link.ts';
import type { LinkMac } from '../../lib/domain/approval/link-mac.ts';
import { expireRequest } from '../../lib/domain/approval/request.ts';
import type { Intent } from '../../lib/domain/change/change.ts';
import type { ReleaseStore } from '../../lib/domain/change/release-store.ts';
import type { Instant } from '../../lib/domain/identifiers.ts';
import type { SealedEvent } from '../../lib/domain/ledger/chain.ts';
import { type DirectoryRecord, findPerson } from '../../lib/domain/policy/directory-record.ts';
import { unreachable } from '../../lib/domain/refusal.ts';
import { requireEstablished } from '../../lib/domain/release/release.ts';
import { expireApproval } from '../../lib/domain/serving/expiry.ts';
import { approvalMail } from '../../lib/web/mail/approval-mail.ts';
import type { Settings } from './settings.ts';

export type Tools = {
  readonly store: ReleaseStore;
  readonly directory: () => Promise<DirectoryRecord>;
  readonly mac: LinkMac;
  readonly isShipped: (model: string, seq: number) => Promise<boolean>;
  /** An event that lies in the bucket waits for its place in the log. */
  readonly awaitLogging: (sealed: SealedEvent) => Promise<void>;
  readonly settings: Settings;
  readonly now: () => Instant;
};

/** Carries out one intent. Doing it twice is harmless: each target tells a repeat from a first time. */
export const perform = async (intent: Intent, tools: Tools): Promise<void> => {
  const { store, settings } = tools;
  switch (intent.kind) {
    case 'ship_event':
      return shipUpTo(intent.model, intent.seq, tools);
    case 'start_execution':
      return startExecution(settings.machines[intent.machine], intent.name, intent.input);
    case 'resume_execution':
      return resume(intent.requestId, tools);
    case 'send_approval_mail':
      return sendApprovalMail(intent.requestId, intent.personId, tools);
    case 'sync_registry': {
      const release = found(await store.get('release', intent.releaseId), intent.releaseId);
      // Before it is registered there is nothing to keep in step; registering notes a sync of its own.
      if (release.modelPackageArn !== undefined) await syncRegistry(release);
      return;
    }
    case 'publish_event':
      return publishEvent(settings.bus, intent.detailType, intent.detail);
    case 'expire_request':
      return expireRequestIfPending(intent.requestId, tools);
    case 'expire_approval': {
      const release = found(await store.get('release', intent.releaseId), intent.releaseId);
      const change = expireApproval(release, tools.now());
      if (change !== undefined) await store.commit(change, tools.now());
      return;
    }
    default:
      return unreachable(intent);
  }
};

/**
 * Ships an event after those before it, so that whoever copies the bucket meanwhile sees no gap in a chain. Usually the
 * one before is there already; one that is being shipped by another dispatcher is shipped twice, which changes nothing.
 */
const shipUpTo = async (model: string, seq: number, tools: Tools): Promise<void> => {
  if (seq > 1 && !(await tools.isShipped(model, seq - 1))) await shipUpTo(model, seq - 1, tools);
  const sealed = found(await tools.store.event(model, seq), `event ${seq} of ${model}`);
  await shipEvent(sealed, tools.settings.auditBucket, tools.settings.retention);
  await tools.awaitLogging(sealed);
};

const resume = async (requestId: string, { store }: Tools): Promise<void> => {
  const request = found(await store.get('request', requestId), requestId);
  await resumeExecution(request.taskToken, JSON.stringify({ outcome: request.status }));
};

const sendApprovalMail = async (requestId: string, personId: string, tools: Tools): Promise<void> => {
  const request = found(await tools.store.get('request', requestId), requestId);
  const release = found(await tools.store.get('release', request.releaseId), request.releaseId);
  const invitation = request.invitations.find((candidate) => candidate.personId === personId);
  const person = findPerson(await tools.directory(), personId);
  // Decided meanwhile, or no longer in the directory: nobody is left to ask.
  if (request.status !== 'pending' || invitation === undefined || person === undefined) return;
  const link = await buildLink(payloadFor(request, personId), tools.mac);
  const requester = findPerson(await tools.directory(), request.requestedBy);
  const mail = approvalMail({
    person,
    invitation,
    request,
    release,
    requester,
    link: `${tools.settings.publicBaseUrl}/a/${link}`,
  });
  await sendMail(tools.settings.mailFrom, { to: person.email, ...mail });
};

const expireRequestIfPending = async (requestId: string, { store, now }: Tools): Promise<void> => {
  const request = found(await store.get('request', requestId), requestId);
  const release = found(await store.get('release', request.releaseId), request.releaseId);
  // A fault may have rejected the release meanwhile: then nobody waits for an answer any more.
  const isOpen = request.status === 'pending' && release.state === 'validated';
  if (!isOpen || now() < request.expiresAt) return;
  requireEstablished(release, 'approvalRequestId');
  await store.commit(expireRequest(release, request, now()), now());
};

const found = <T>(value: T | undefined, name: string): T => {
  if (value === undefined) throw new Error(`could not find ${name}`);
  return value;
};
