/**
 * An approval that is not in force any more, tried at every door that leads to production or back to it: each is called as it is
 * deployed, over one store, at one instant. A new door joins the table with a line.
 */
import { describe, expect, it } from 'vitest';
import { inForce } from '../../../lib/domain/approval/in-force.ts';
import { readApproval } from '../../../lib/domain/approval/read-approval.ts';
import { readForce } from '../../../lib/domain/approval/read-force.ts';
import { readRevocation } from '../../../lib/domain/approval/read-revocation.ts';
import { readStanding } from '../../../lib/domain/change/read-standing.ts';
import { askGate } from '../../../lib/domain/gate/ask-gate.ts';
import { askPromotion } from '../../../lib/domain/gate/ask-promotion.ts';
import { askRenewal } from '../../../lib/domain/gate/ask-renewal.ts';
import { allOf, type GateDecision, judgeApproval, judgeDeployment, judgeFlip } from '../../../lib/domain/gate/gate.ts';
import { readObstacleRows } from '../../../lib/domain/gate/read-obstacles.ts';
import type { Instant } from '../../../lib/domain/identifiers.ts';
import { HOUR_MS, plusMilliseconds } from '../../../lib/domain/instant.ts';
import { isSuspending } from '../../../lib/domain/records/suspension.ts';
import { ASSAY } from '../../../lib/domain/release/release-event.ts';
import { expireApproval } from '../../../lib/domain/serving/expiry.ts';
import { registryStatus } from '../../../lib/domain/serving/registry-status.ts';
import { rollbackReasons } from '../../../lib/domain/serving/rollback-steps.ts';
import { anApi, callApi } from '../../support/api.ts';
import { aDirectory, contentOf, digestOf, NOW } from '../../support/approval-case.ts';
import { aSuspension } from '../../support/conditions.ts';
import { DECISION_KEY, OTHER_KEY } from '../../support/decision-key.ts';
import { ofContent } from '../../support/denials.ts';
import { anIntake } from '../../support/intake.ts';
import { memoryGateAnswers } from '../../support/memory-gate-answers.ts';
import type { MemoryReleaseStore } from '../../support/memory-release-store.ts';
import { refusalOf } from '../../support/refusals.ts';
import {
  APPROVED_UNTIL,
  anApprovalOf,
  anEndpoint,
  aPointer,
  approved,
  approvedRequest,
  aRollback,
  checks,
  inProduction,
  keptPolicy,
  policy,
  releaseId,
} from '../../support/release-life.ts';

type Case = { readonly store: MemoryReleaseStore; readonly now: () => Instant };
type Cause = { readonly rule: string; readonly at: Instant; readonly rows: (store: MemoryReleaseStore) => void };

const AN_HOUR_LATER = plusMilliseconds(NOW, HOUR_MS);
const denial = ofContent({
  artifactSha256: approved.pinned?.artifactSha256 ?? digestOf('artifact'),
  decidedBy: 'grace',
  role: 'risk_owner',
  decidedAt: plusMilliseconds(NOW, HOUR_MS / 2),
});
const CAUSES: Readonly<Record<'expired' | 'suspended' | 'revoked', Cause>> = {
  // No sweep has come to it: the row still says that it is approved.
  expired: { rule: 'approval_expiry', at: APPROVED_UNTIL, rows: () => undefined },
  suspended: { rule: 'approval_suspended', at: AN_HOUR_LATER, rows: (store) => store.seed(aSuspension()) },
  revoked: { rule: 'approval_revoked', at: AN_HOUR_LATER, rows: (store) => store.seed(denial) },
};

const caseOf = (cause: Cause | undefined): Case => {
  const { store } = anIntake();
  store.seed(approved, keptPolicy, approvedRequest, contentOf(approved), ...checks);
  store.seed(anApprovalOf('ada', 'ml_lead'), anApprovalOf('grace', 'risk_owner'));
  cause?.rows(store);
  return { store, now: () => cause?.at ?? AN_HOUR_LATER };
};

const rulesOf = (decision: GateDecision): string[] =>
  decision.outcome === 'deny' ? decision.reasons.map(({ rule }) => rule) : [];

/** What a step of the promotion reads after the gate. */
const readStep = async ({ store, now }: Case) => {
  const [approval, standing, rows] = await Promise.all([
    readApproval(store, approved),
    readStanding(store, approved),
    readObstacleRows(approved, store),
  ]);
  return { release: approved, ...approval, ...standing, ...rows, decisionKeyPem: DECISION_KEY.pem, now: now() };
};

/** Each door, and the rules by which it says no. */
const DOORS: Readonly<Record<string, (one: Case) => Promise<readonly string[]>>> = {
  'the gate, asked from outside': async ({ store, now }) => {
    const world = {
      ...{ environment: 'test', store, now, answers: memoryGateAnswers(), signer: OTHER_KEY.signer },
      ...{ findDepartures: async () => [], findFreezes: async () => [], pause: async () => undefined },
      decisionKeyPem: async () => DECISION_KEY.pem,
      readRenewal: async () => undefined,
    };
    const claim = { about: { releaseId: approved.releaseId }, artifactSha256: undefined };
    return (await askGate(claim, world)).reasons.map(({ rule }) => rule);
  },
  'the promotion, before the order': async (one) => {
    const facts = await readStep(one);
    return rulesOf(allOf(judgeApproval(facts), judgeDeployment({ ...facts, found: undefined, inProduction: [] })));
  },
  'the promotion, at the flip': async (one) => {
    const facts = await readStep(one);
    return rulesOf(allOf(judgeApproval(facts), judgeFlip(facts)));
  },
  'an operator who asks for the promotion': async ({ store, now }) => {
    const actor = { id: 'oscar', role: 'operator', auth: 'jwt' };
    const ask = () => askPromotion({ releaseId: approved.releaseId, actor, reason: 'again' }, store, now);
    const message = await refusalOf(ask).then(
      (refusal) => refusal.message,
      () => '',
    );
    return inWords(message);
  },
  'a rollback, of its fallback': async ({ store, now }) => {
    // As VerifyFallback does: the release stands behind the one in production.
    const fallback = { ...approved, state: 'superseded' as const };
    const force = await readForce(store, fallback);
    const lapses = inForce({ ...force, release: fallback, now: now() }).reasons;
    const current = releaseId('mortgage-1-3-0');
    const pointer = aPointer({ releaseId: current, fallbackReleaseId: fallback.releaseId });
    const rollback = aRollback({ fromReleaseId: current, toReleaseId: fallback.releaseId });
    const found = { artifactSha256: digestOf('artifact'), departures: [], lapses };
    return rollbackReasons({ rollback, pointer, endpoint: anEndpoint(), fallback, ...found }).map(({ rule }) => rule);
  },
  'the command line, and the API that it asks': async ({ store, now }) => {
    const intake = { ...anIntake(), store };
    const api = anApi(intake, { now });
    const { body } = await callApi(api, `/releases/${approved.releaseId}`, { username: 'rita', groups: ['auditor'] });
    const { promotion } = body as { promotion?: { reasons: { rule: string }[] } };
    return promotion?.reasons.map(({ rule }) => rule) ?? [];
  },
  'a renewal': async ({ store, now }) => {
    const serving = { ...approved, state: 'production' as const };
    store.seed(serving, aPointer({ releaseId: serving.releaseId, fallbackReleaseId: '' }), anEndpoint());
    const world = {
      ...{ store, now, findDepartures: async () => [], readRenewal: async () => undefined },
      policies: async () => ({ base: policy }),
      directory: async () => aDirectory(),
      clauses: async () => [],
      newestOf: async (object: object) => object as never,
      decisionKeyPem: async () => DECISION_KEY.pem,
      sign: () => Promise.reject(new Error('it is only looked at')),
    };
    const claim = { releaseId: serving.releaseId, act: 'look' as const, actor: ASSAY };
    const { reasons } = await askRenewal(claim, world);
    return reasons.map(({ rule }) => rule).filter((rule) => OF_FORCE.includes(rule));
  },
  'the registry': async ({ store, now }) => {
    // The sweep comes at the instant of an expiry; a suspension is in the row itself.
    const row = (await store.get('release', approved.releaseId)) ?? approved;
    const isSuspended = (await readStanding(store, row)).suspensions.some(isSuspending);
    const kept = isSuspended ? { ...row, suspendedSince: NOW } : row;
    const release = (expireApproval(kept, now())?.writes[0]?.entity ?? kept) as typeof approved;
    const revoked = await readRevocation(store, release);
    const { approvalStatus, description } = registryStatus(release, [], revoked?.reasons);
    if (approvalStatus === 'Approved') return [];
    return release.state === 'expired' ? ['approval_expiry'] : inWords(description);
  },
};

/** A renewal has rules of its own besides. */
const OF_FORCE: readonly string[] = Object.values(CAUSES).map(({ rule }) => rule);

/** An operator is told in words. */
const inWords = (message: string): string[] =>
  Object.entries({
    approval_expiry: 'the approval expired at',
    approval_suspended: 'suspended since',
    approval_revoked: 'denied the same bytes',
  }).flatMap(([rule, words]) => (message.includes(words) ? [rule] : []));

describe.each(Object.entries(DOORS))('%s (AP-8, EX-1)', (_, door) => {
  it('lets pass an approval that is in force', async () => {
    expect(await door(caseOf(undefined))).toEqual([]);
  });

  it.each(Object.entries(CAUSES))('does not let pass one that is %s', async (_name, cause) => {
    expect(await door(caseOf(cause))).toContain(cause.rule);
  });
});

describe('the registry, which shows the rows', () => {
  it('shows as approved what is', () => {
    expect(registryStatus(approved).approvalStatus).toBe('Approved');
  });

  it('shows no expired approval as approved, once its row is due, which is at that instant', () => {
    const expired = expireApproval(approved, APPROVED_UNTIL)?.writes[0]?.entity as typeof approved;

    expect(registryStatus(expired).approvalStatus).toBe('PendingManualApproval');
  });

  it.each([approved, inProduction])('shows no suspended approval as approved: $state', (release) => {
    expect(registryStatus({ ...release, suspendedSince: NOW }).approvalStatus).toBe('PendingManualApproval');
  });
});
