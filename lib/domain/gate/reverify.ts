/** A check is made again on a release that it judged before, by the code of today (CK-12). */
import type { Change } from '../change/change.ts';
import { expecting } from '../change/expecting.ts';
import { published } from '../change/published.ts';
import { readChecks } from '../change/read-checks.ts';
import { readStanding } from '../change/read-standing.ts';
import type { ReleaseStore } from '../change/release-store.ts';
import { lifting, suspending } from '../change/suspending.ts';
import { untilCommitted } from '../change/until-committed.ts';
import type { CheckStatus } from '../checks/vocabulary.ts';
import { cut } from '../cut.ts';
import type { Instant, Sha256 } from '../identifiers.ts';
import type { PolicyRecord } from '../policy/policy-record.ts';
import type { Approval } from '../records/approval.ts';
import type { Canaries, CanaryState } from '../records/canaries.ts';
import type { CheckRecord } from '../records/check-record.ts';
import type { Reverification } from '../records/reverification.ts';
import type { Standing } from '../records/standing-conditions.ts';
import { isSuspending, REVERIFICATION_FAILED, type Suspension } from '../records/suspension.ts';
import { Refusal } from '../refusal.ts';
import { BEFORE_PROMOTION, mayUseApproval } from '../release/lifecycle.ts';
import type { Release } from '../release/release.ts';
import { type Actor, releaseEvent } from '../release/release-event.ts';
import { isAhead, trustIn } from './canary-reasons.ts';
import { bindingAt } from './gate.ts';
import { whyRowsEnded } from './rows-ended.ts';

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

/**
 * Afterwards it is on record what a check says of a release today. If the check has to pass and does not any more, the approval
 * of that release is suspended until it does: nothing leads it to production, or back to it; what is in production goes on serving.
 */
export const reverify = async (claim: ReverificationClaim, { store, judge, now }: World): Promise<Reverification> => {
  // The code that was deployed then judges, whatever proves itself until it has ended.
  const judgedAt = now();
  await assertReverifiable(claim, store, judgedAt);
  const verdict = await judge(claim);
  return untilCommitted(async () => {
    const { release, before, canaries } = await assertReverifiable(claim, store, now());
    const [former, kept, approvals, standing] = await Promise.all([
      store.get('reverification', claim.releaseId, claim.check),
      store.get('policy', release.policySha256),
      store.list('approval', claim.releaseId),
      readStanding(store, release),
    ]);
    const at = now();
    if (former !== undefined && former.at > judgedAt && !isAhead(former.at, at)) {
      throw new Error(`${claim.check} was made again of ${claim.releaseId} at ${former.at}, and this one began before`);
    }
    const about = { release, former, policy: kept?.policy, approvals, ...standing };
    const made = { before, verdict, judgedAt, actor: claim.actor, now: at };
    const { change, reverification } = recordReverification({ ...about, ...made });
    await store.commit(expecting(change, canaries, ...approvals, ...standing.suspensions), at);
    return reverification;
  });
};

type Reverifiable = {
  readonly release: Release;
  /** What the check said when it judged the release. */
  readonly before: CheckRecord;
  readonly canaries: Canaries | undefined;
};

/** Establishes that a check can be made again on a release, and that what it says would be worth something. */
export const assertReverifiable = async (
  { releaseId, check }: Omit<ReverificationClaim, 'actor'>,
  store: Pick<ReleaseStore, 'get' | 'list'>,
  now: Instant,
): Promise<Reverifiable> => {
  const [release, canaries] = await Promise.all([store.get('release', releaseId), store.get('canaries')]);
  if (release === undefined) throw new Refusal('NotFound', `there is no release ${releaseId}`);
  const before = (await readChecks(store, release.releaseId)).find(({ name }) => name === check);
  if (before === undefined) {
    throw new Refusal('NotFound', `${check} has not judged ${releaseId}, so there is nothing to judge again`);
  }
  const why =
    whyNot(release, before, canaries?.checks[check], now) ?? (await whyRowsEnded(check, release, { store, now }));
  if (why !== undefined) throw new Refusal('ReverificationImpossible', why);
  return { release, before, canaries };
};

const whyNot = (
  { releaseId, state }: Release,
  { name, stage }: CheckRecord,
  canary: CanaryState | undefined,
  now: Instant,
): string | undefined => {
  if (stage === 'custom_checks') return `${name} is a custom check: its Lambda is yours, and so is judging again`;
  if (state === 'draft') return `${releaseId} is being judged now`;
  if (canary !== undefined && trustIn(canary, now) !== 'holds') {
    const { failingSince, heldAt = 'no time' } = canary;
    const why = failingSince === undefined ? `last held at ${heldAt}` : `has failed since ${failingSince}`;
    return `the canary of ${name} ${why}: what it says now proves nothing`;
  }
  return !BEFORE_PROMOTION.includes(state) && ABOUT_PROMOTION.includes(name)
    ? `${name} is about the moment before a promotion, which is over`
    : undefined;
};

/** Those that look at the way back from a release, which is the release itself once it is in production. */
export const ABOUT_PROMOTION: readonly string[] = ['rollback_target_present'];

type Facts = Standing & {
  readonly release: Release;
  readonly former: Reverification | undefined;
  /** The policy of the release; while it is not known, every check has to pass. */
  readonly policy: PolicyRecord | undefined;
  readonly approvals: readonly Approval[];
  readonly before: Pick<CheckRecord, 'name' | 'status' | 'codeSha256'>;
  readonly verdict: VerdictNow;
  /** When the check began to judge. */
  readonly judgedAt: Instant;
  readonly actor: Actor;
  readonly now: Instant;
};

export const recordReverification = (
  facts: Facts,
): { readonly change: Change; readonly reverification: Reverification } => {
  const { release, former, before, verdict, judgedAt, actor } = facts;
  const { outcome, after, writes, intents } = consequenceOf(facts);
  const reverification: Reverification = {
    entity: 'reverification',
    version: former?.version ?? 0,
    releaseId: release.releaseId,
    check: before.name,
    status: verdict.status,
    statusBefore: before.status,
    codeSha256: verdict.codeSha256,
    measured: cut(verdict.measured, 200),
    explanation: cut(verdict.explanation, 400),
    outcome,
    at: judgedAt,
    by: actor.id,
  };
  const change: Change = {
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
    writes: [{ kind: former === undefined ? 'create' : 'replace', entity: reverification }, ...writes],
    intents: [published('Check Reverified', after), ...intents],
  };
  return { change, reverification };
};

type Consequence = Pick<Change, 'writes' | 'intents'> & {
  readonly outcome: 'holds' | 'suspended' | 'reinstated';
  readonly after: Release;
};

const consequenceOf = (facts: Facts): Consequence => {
  const { release, suspensions, before, verdict, actor, now } = facts;
  const isOwn = ({ kind, causeId }: Suspension) => kind === REVERIFICATION_FAILED && causeId === before.name;
  const earlier = suspensions.find(isOwn);
  const isSuspended = earlier !== undefined && isSuspending(earlier);
  if (isWorse(facts) && !isSuspended && mayUseApproval(release)) {
    const reason = cut(`${before.name} passed and was judged again: ${verdict.status}: ${verdict.explanation}`, 1000);
    const cause = { kind: REVERIFICATION_FAILED, causeId: before.name, reason };
    return { outcome: 'suspended', ...suspending(release, { ...cause, earlier, now }) };
  }
  if (verdict.status !== 'passed' || !isSuspended) {
    return { outcome: 'holds', after: release, writes: [{ kind: 'replace', entity: release }], intents: [] };
  }
  const { approvals, met } = facts;
  const { isReinstated, ...lifted } = lifting(release, {
    approvals,
    met,
    suspensions,
    isLifted: isOwn,
    by: actor.id,
    now,
  });
  return { outcome: isReinstated ? 'reinstated' : 'holds', ...lifted };
};

/** What never passed, and what need not pass, was let through by a policy that has not changed. */
const isWorse = ({ policy, release, before, verdict }: Facts): boolean =>
  verdict.status !== 'passed' &&
  before.status === 'passed' &&
  (policy === undefined || bindingAt(policy, release.riskTier).some(({ name }) => name === before.name));
