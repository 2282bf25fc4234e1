import { expecting } from '../change/expecting.ts';
import { recordRefusal } from '../change/refusal-bounds.ts';
import type { ReleaseStore } from '../change/release-store.ts';
import { untilCommitted } from '../change/until-committed.ts';
import type { Instant } from '../identifiers.ts';
import type { Head } from '../ledger/chain.ts';
import type { DirectoryRecord } from '../policy/directory-record.ts';
import type { Approval } from '../records/approval.ts';
import { Refusal } from '../refusal.ts';
import { waitsInVain } from '../release/former-version.ts';
import type { Signer } from '../signing/signer.ts';
import { type DecisionInput, decideApproval } from './decide.ts';
import { type ApprovalCase, readCase } from './read-case.ts';
import { refuseDecision } from './refuse-decision.ts';
import { rejectFormer } from './request.ts';

/** One person's answer, and how the door that took it authenticated them. */
export type PersonalAnswer = Pick<DecisionInput, 'payload' | 'answer' | 'openings' | 'authMethod' | 'bySlack'>;

export type DecisionPorts = {
  readonly store: Pick<ReleaseStore, 'get' | 'list' | 'head' | 'commit'>;
  readonly directory: () => Promise<DirectoryRecord>;
  /** Signs decisions, and nothing else; only the Lambda that takes them may use its key. */
  readonly signer: Signer;
  readonly now: () => Instant;
  /** Reads the case, for a door that reads other rows at the same moment. */
  readonly readCase?: (requestId: string) => Promise<ApprovalCase>;
  /** The end of the chain, if it came with the case; undefined if it did not. */
  readonly foreseen?: () => Promise<Head> | undefined;
};

/** The decision on record, and the case that it belongs to. */
export type TakenDecision = {
  readonly facts: ApprovalCase;
  readonly approval: Approval;
  /** Whether it was recorded just now; false if the same answer was already on record. */
  readonly isNew: boolean;
};

/**
 * Afterwards the decision is on record, signed, or a refusal is thrown, which is on record within its bound. Every door
 * calls this one function. If another decision is committed first, everything is read and judged again.
 */
export const takeDecision = (given: PersonalAnswer, ports: DecisionPorts): Promise<TakenDecision> =>
  untilCommitted(() => takeOnce(given, ports));

const takeOnce = async (given: PersonalAnswer, ports: DecisionPorts): Promise<TakenDecision> => {
  const { store, directory, signer, now } = ports;
  const { r: requestId } = given.payload;
  const facts = (await ports.readCase?.(requestId)) ?? (await readCase(store, await directory(), requestId));
  const decisionKeyPem = await signer.publicKeyPem();
  try {
    let foreseen = ports.foreseen?.();
    const sign: Signer['sign'] = (message) => {
      // What is signed is about to be committed: where the chain ends is read meanwhile.
      foreseen ??= store.head(facts.release.modelName);
      // If it cannot be read, the commit says so.
      foreseen.catch(() => undefined);
      return signer.sign(message);
    };
    const outcome = await decideApproval({ ...facts, ...given, decisionKeyPem, now: now() }, { ...signer, sign });
    if (outcome.kind === 'already_recorded') return { facts, approval: outcome.approval, isNew: false };
    await store.commit(expecting(outcome.change, facts.content), now(), foreseen);
    const { request } = outcome;
    const others = facts.approvals.filter(({ approverId }) => approverId !== outcome.approval.approverId);
    const approvals = [...others, outcome.approval];
    return { facts: { ...facts, request, approvals }, approval: outcome.approval, isNew: true };
  } catch (refusal) {
    if (refusal instanceof Refusal) await recordRefused(refusal, { facts, given, store, now: now() });
    throw refusal;
  }
};

type Refused = {
  readonly facts: ApprovalCase;
  readonly given: PersonalAnswer;
  readonly store: DecisionPorts['store'];
  readonly now: Instant;
};

/**
 * Puts on record what says something about the evidence or the person, once for each person and reason. A form that is
 * not complete says nothing, and when the request is closed nobody learns anything from further attempts.
 */
const recordRefused = async (refusal: Refusal, { facts, given, store, now }: Refused): Promise<void> => {
  const { release, request } = facts;
  // A release that waits in vain is rejected by the first who would decide about it: nobody need wait for its deadline.
  if (refusal.code === 'JudgedByFormerVersion' && waitsInVain(release)) {
    await store.commit(expecting(rejectFormer(release, request, now), facts.content), now);
    return;
  }
  const isOpen = request.status === 'pending' && now < request.expiresAt && release.state === 'validated';
  if (!isOpen || refusal.code === 'DecisionIncomplete') return;
  const change = expecting(refuseDecision({ ...facts, ...given, refusal }), request, facts.content);
  const claim = { by: [request.requestId, given.payload.p], about: [refusal.code] };
  await recordRefusal(change, { bound: 'decision', ...claim }, store, now);
};
