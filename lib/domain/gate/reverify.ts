/** A check is made again on a release that it judged before, by the code of today (CK-12). */
import type { Change } from '../change/change.ts';
import { expecting } from '../change/expecting.ts';
import { noticeOf } from '../change/notice.ts';
import { published } from '../change/published.ts';
import { readChecks } from '../change/read-checks.ts';
import type { ReleaseStore } from '../change/release-store.ts';
import { untilCommitted } from '../change/until-committed.ts';
import type { CheckStatus } from '../checks/vocabulary.ts';
import { cut } from '../cut.ts';
import type { Instant, Sha256 } from '../identifiers.ts';
import type { CheckRecord } from '../records/check-record.ts';
import type { Reverification } from '../records/reverification.ts';
import { isSuspending, REVERIFICATION_FAILED, type Suspension } from '../records/suspension.ts';
import { Refusal } from '../refusal.ts';
import type { Release } from '../release/release.ts';
import { type Actor, releaseEvent } from '../release/release-event.ts';

export type ReverificationClaim = { readonly releaseId: string; readonly check: string; readonly actor: Actor };

/** What a check says of a release now, and the digest of the code that said it. */
export type VerdictNow = {
  readonly status: CheckStatus;
  readonly measured: string;
  readonly threshold: string;
  readonly explanation: string;
  readonly codeSha256: Sha256;
};

/** Has the stage of a check make it again. It writes nothing. */
export type JudgeAgain = (claim: Pick<ReverificationClaim, 'releaseId' | 'check'>) => Promise<VerdictNow>;

type World = {
  readonly store: Pick<ReleaseStore, 'get' | 'list' | 'commit'>;
  readonly judge: JudgeAgain;
  readonly now: () => Instant;
};

export type Reverified = {
  readonly statusBefore: string;
  readonly verdict: VerdictNow;
  /** What followed for the approval. */
  readonly outcome: 'holds' | 'suspended' | 'reinstated';
};

/**
 * Afterwards it is on record what a check says of a release today. If it does not pass any more, the approval of that release is
 * suspended until it does: nothing leads it to production, or back to it; what is in production goes on serving.
 */
export const reverify = async (claim: ReverificationClaim, { store, judge, now }: World): Promise<Reverified> => {
  const before = await checkBefore(claim, store);
  const verdict = await judge(claim);
  return untilCommitted(async () => {
    const [release, former, suspensions] = await Promise.all([
      releaseOf(claim, store),
      store.get('reverification', claim.releaseId, claim.check),
      store.list('suspension', claim.releaseId),
    ]);
    const at = now();
    const facts = { release, former, suspensions, before, verdict, actor: claim.actor, now: at };
    const { change, outcome } = recordReverification(facts);
    await store.commit(expecting(change, ...suspensions), at);
    return { statusBefore: before.status, verdict, outcome };
  });
};

const releaseOf = async ({ releaseId }: ReverificationClaim, store: Pick<ReleaseStore, 'get'>): Promise<Release> => {
  const release = await store.get('release', releaseId);
  if (release === undefined) throw new Refusal('NotFound', `there is no release ${releaseId}`);
  return release;
};

const checkBefore = async (claim: ReverificationClaim, store: World['store']): Promise<CheckRecord> => {
  await releaseOf(claim, store);
  const before = (await readChecks(store, claim.releaseId)).find(({ name }) => name === claim.check);
  if (before === undefined) {
    throw new Refusal(
      'NotFound',
      `${claim.check} has not judged ${claim.releaseId}, so there is nothing to judge again`,
    );
  }
  if (before.stage === 'custom_checks') {
    throw new Refusal(
      'ReverificationImpossible',
      `${claim.check} is a custom check: its Lambda is yours, and so is judging again`,
    );
  }
  return before;
};

/** Where an approval can be used, or will be. */
const NEEDS_APPROVAL: readonly string[] = ['validated', 'approved', 'production', 'superseded'];

type Facts = {
  readonly release: Release;
  readonly former: Reverification | undefined;
  readonly suspensions: readonly Suspension[];
  readonly before: Pick<CheckRecord, 'name' | 'status' | 'codeSha256'>;
  readonly verdict: VerdictNow;
  readonly actor: Actor;
  readonly now: Instant;
};

export const recordReverification = (
  facts: Facts,
): { readonly change: Change; readonly outcome: Reverified['outcome'] } => {
  const { release, former, before, verdict, actor, now } = facts;
  const { outcome, suspension, after } = consequenceOf(facts);
  const reverification: Reverification = {
    entity: 'reverification',
    version: former?.version ?? 0,
    releaseId: release.releaseId,
    check: before.name,
    status: verdict.status,
    statusBefore: before.status,
    codeSha256: verdict.codeSha256,
    at: now,
    by: actor.id,
  };
  const isNew = suspension?.version === 0;
  return {
    outcome,
    change: {
      model: release.modelName,
      event: releaseEvent(after, actor, {
        event_type: 'check_reverified',
        idempotency_key: `${release.releaseId}:reverified:${before.name}:${reverification.version + 1}`,
        reason: cut(verdict.explanation, 400),
        details: {
          check: before.name,
          status: verdict.status,
          measured: cut(verdict.measured, 200),
          threshold: cut(verdict.threshold, 200),
          code_sha256: verdict.codeSha256,
          status_before: before.status,
          code_sha256_before: before.codeSha256,
          outcome,
        },
      }),
      writes: [
        { kind: former === undefined ? 'create' : 'replace', entity: reverification },
        ...(suspension === undefined
          ? []
          : [{ kind: isNew ? ('create' as const) : ('replace' as const), entity: suspension }]),
        { kind: 'replace', entity: after },
      ],
      intents: [
        published('Check Reverified', after),
        ...(outcome === 'holds' ? [] : [{ intent: { kind: 'sync_registry' as const, releaseId: release.releaseId } }]),
        ...(outcome === 'suspended' ? [published('Approval Suspended', after), noticeOf('suspended', after, now)] : []),
        ...(outcome === 'reinstated' ? [published('Approval Reinstated', after)] : []),
      ],
    },
  };
};

type Consequence = {
  readonly outcome: Reverified['outcome'];
  readonly suspension?: Suspension;
  readonly after: Release;
};

const consequenceOf = ({ release, suspensions, before, verdict, actor, now }: Facts): Consequence => {
  const own = suspensions.find(({ kind, causeId }) => kind === REVERIFICATION_FAILED && causeId === before.name);
  const isSuspended = own !== undefined && isSuspending(own);
  // What never passed was let pass by a policy that does not ask for it, and that has not changed.
  const isWorse = verdict.status !== 'passed' && before.status === 'passed';
  if (isWorse && !isSuspended && NEEDS_APPROVAL.includes(release.state)) {
    const suspension: Suspension = {
      entity: 'suspension',
      version: own?.version ?? 0,
      releaseId: release.releaseId,
      causeId: before.name,
      kind: REVERIFICATION_FAILED,
      modelName: release.modelName,
      status: 'in_force',
      reason: cut(`${before.name} passed and was judged again: ${verdict.status}: ${verdict.explanation}`, 1000),
      since: now,
    };
    // `updatedAt` stays: the patience of a promotion that is under way is counted from it.
    return { outcome: 'suspended', suspension, after: { ...release, suspendedSince: release.suspendedSince ?? now } };
  }
  if (verdict.status !== 'passed' || own === undefined || !isSuspended) return { outcome: 'holds', after: release };
  const suspension: Suspension = { ...own, status: 'lifted', liftedAt: now, liftedBy: actor.id };
  const others = suspensions.some((one) => one !== own && isSuspending(one));
  const { suspendedSince: _, ...free } = release;
  return { outcome: 'reinstated', suspension, after: others ? release : free };
};
