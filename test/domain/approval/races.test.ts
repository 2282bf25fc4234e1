/**
 * Every two acts that a pending request can meet, with their reads and writes in every order, and three of them in orders that a
 * scheduler finds: it ends once, with one event, and whoever comes too late hears who was faster, and when.
 */
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { expireRequestIfPending } from '../../../lambdas/dispatch-outbox/intents/expire-request.ts';
import { answerTimeOf } from '../../../lib/domain/approval/candidates.ts';
import { bringInStandIns } from '../../../lib/domain/approval/escalate.ts';
import { takeDecision } from '../../../lib/domain/approval/take-decision.ts';
import { withdrawRequest } from '../../../lib/domain/approval/withdraw.ts';
import type { ReleaseStore } from '../../../lib/domain/change/release-store.ts';
import { untilCommitted } from '../../../lib/domain/change/until-committed.ts';
import { noteConfiguration } from '../../../lib/domain/intake/record-configuration-change.ts';
import { CONFIGURATION_CHAIN } from '../../../lib/domain/ledger/event.ts';
import { takingPackage } from '../../../lib/domain/records/package-holder.ts';
import { Refusal } from '../../../lib/domain/refusal.ts';
import { reviewPackage } from '../../../lib/domain/serving/package-changes.ts';
import { withinRights } from '../../../lib/rights/within-rights.ts';
import { type ApprovalCase, anApprovalCase, answerOf, at } from '../../support/approval-case.ts';
import { DECISION_KEY } from '../../support/decision-key.ts';
import { everyInterleaving } from '../../support/every-interleaving.ts';

const TEN = at('2026-11-21T10:00:00.000Z');
const HOME = 'arn:aws:sagemaker:us-east-1:000000000000:model-package';
const ARN = `${HOME}/mortgage/1`;

type Act = {
  readonly run: (scene: ApprovalCase, store: ReleaseStore) => Promise<unknown>;
  /** The event that it is on record by, if it is. */
  readonly event: string;
  /** What the request is afterwards; undefined if the act leaves it as it is. */
  readonly ends?: string;
  /** The states of a request in which there is something to do; absent if there always is. */
  readonly lasts?: readonly string[];
  /** A machine does it: nobody waits for an answer. */
  readonly isSilent?: true;
};

const decide = (who: string, answered: object) => (scene: ApprovalCase, store: ReleaseStore) =>
  takeDecision(answerOf(scene, who, answered), {
    store,
    directory: async () => scene.directory,
    signer: DECISION_KEY.signer,
    now: () => TEN,
  });

/** Grace has approved: one more approval, and the request is approved. */
const ACTS = {
  approve: { run: decide('ada', {}), event: 'approval_granted', ends: 'approved' },
  'approve as another': { run: decide('katherine', {}), event: 'approval_granted', ends: 'approved' },
  deny: { run: decide('ada', { decision: 'deny', comment: 'no' }), event: 'approval_denied', ends: 'rejected' },
  'ask for changes': {
    run: decide('katherine', { decision: 'request_changes', comment: 'say who' }),
    event: 'changes_requested',
    ends: 'rejected',
  },
  withdraw: {
    run: ({ request }, store) => {
      const claim = {
        id: request.requestId,
        actorId: 'rita',
        actorAuth: 'jwt',
        isOperator: false,
        reason: 'wrong data',
      };
      return withdrawRequest(claim, store, () => TEN);
    },
    event: 'approval_withdrawn',
    ends: 'rejected',
  },
  expire: {
    run: ({ request }, store) =>
      // The outbox tries again what met another writer.
      untilCommitted(() =>
        expireRequestIfPending(
          { kind: 'expire_request', requestId: request.requestId },
          { store: withinRights('DispatchOutbox', store), now: () => request.expiresAt },
        ),
      ),
    event: 'approval_expired',
    ends: 'expired',
    isSilent: true,
  },
  escalate: {
    run: ({ request, policy, directory }, store) => {
      const now = () => answerTimeOf(request, policy).escalates;
      const nextNonce = () => 'nonce-of-an-escalation';
      return bringInStandIns(
        { requestId: request.requestId },
        { store, directory: async () => directory, nextNonce, now },
      );
    },
    event: 'approval_escalated',
    lasts: ['pending'],
    isSilent: true,
  },
  'artifact change': {
    run: (_, store) => reviewPackage(ARN, { store, find: async () => undefined, home: HOME, now: () => TEN }),
    event: 'model_package_changed',
    lasts: ['pending', 'approved'],
    isSilent: true,
  },
  'policy change': {
    run: ({ policy, directory }, store) =>
      untilCommitted(() =>
        noteConfiguration({ policy: { ...policy, approval_expiry_days: 1 }, directory, store, now: () => TEN }),
      ),
    event: 'configuration_changed',
    isSilent: true,
  },
} as const satisfies Readonly<Record<string, Act>>;
type Name = keyof typeof ACTS;
const actOf = (name: Name): Act => ACTS[name];

const names = Object.keys(ACTS) as Name[]; // the keys of that very table
/** These are one act with another word. Whatever it meets, it meets once: the other word, where somebody else decides. */
const ALIKE: readonly string[] = ['approve, ask for changes', 'approve as another, deny', 'deny, ask for changes'];
const pairs = names
  .flatMap((one, index) => names.slice(index).map((other) => [one, other] as const))
  .filter((both) => !ALIKE.includes(both.join(', ')));

const openScene = async (): Promise<ApprovalCase> => {
  const scene = await anApprovalCase();
  const release = { ...scene.release, modelPackageArn: ARN };
  const { entity } = takingPackage(undefined, { modelPackageArn: ARN, releaseId: release.releaseId }, TEN);
  scene.store.seed(release, { ...entity, version: 1 });
  await decide('grace', {})(scene, scene.store);
  return scene;
};

/** The store, of which each read and each write waits for its turn. */
const inTurn = (store: ReleaseStore, scheduler: fc.Scheduler): ReleaseStore => {
  const turn = (label: string) => scheduler.schedule(Promise.resolve(label), label);
  return {
    ...store,
    get: async (name, ...id) => {
      await turn(`get ${name}`);
      return store.get(name, ...id);
    },
    list: async (name, ...owner) => {
      await turn(`list ${name}`);
      return store.list(name, ...owner);
    },
    commit: async (change, now) => {
      await turn(`commit ${change.event.event_type}`);
      return store.commit(change, now);
    },
  };
};

const eventsOf = async ({ store, release }: ApprovalCase): Promise<string[]> => {
  const [, , ...ofRelease] = await store.events(release.modelName);
  const events = [...ofRelease, ...(await store.events(CONFIGURATION_CHAIN))];
  return events.map(({ event }) => event.event_type);
};

const WHEN = /2026-11-2\dT/;
const WHO = /\b(ada|katherine|rita)\b|approvals were not complete/;

let prepared: ApprovalCase;
beforeAll(async () => {
  prepared = await openScene();
});

type Settled = readonly PromiseSettledResult<unknown>[];

/** What holds whoever was faster. */
const checkEnd = async (scene: ApprovalCase, names: readonly Name[], settled: Settled): Promise<void> => {
  const acts = names.map(actOf);
  const { status } = (await scene.store.get('request', scene.request.requestId)) ?? {};
  const events = await eventsOf(scene);
  const ending = acts.filter(({ ends }) => ends !== undefined);
  const ended = events.filter((event) => ending.some((act) => act.event === event));
  expect(ended).toHaveLength(Math.min(ending.length, 1));
  expect(status).toBe(ending.find(({ event }) => event === ended[0])?.ends ?? 'pending');
  const others = new Map(acts.filter(({ ends }) => ends === undefined).map((act) => [act.event, act]));
  const found = events.filter((event) => !ended.includes(event));
  const mayBeMissing = [...others.values()].filter(
    ({ lasts = [] }) => lasts.length > 0 && !lasts.includes(`${status}`),
  );
  expect(found.toSorted()).toEqual(
    [...others.keys()]
      .filter((event) => found.includes(event) || mayBeMissing.every((act) => act.event !== event))
      .toSorted(),
  );
  for (const [index, result] of settled.entries()) {
    if (result.status === 'fulfilled') continue;
    const refusal = result.reason;
    if (!(refusal instanceof Refusal)) throw refusal;
    expect(acts[index]?.isSilent).toBeUndefined();
    const said = [refusal.message, ...refusal.violations.map(({ problem }) => problem)].join(' ');
    expect(said).toMatch(WHEN);
    expect(said).toMatch(WHO);
  }
};

const aScene = (): ApprovalCase => ({ ...prepared, store: prepared.store.copy() });

it('every order is tried: who reads two rows at once sees both, either or none of what another writes', async () => {
  const seen = new Set<string>();
  await everyInterleaving(() => {
    const { store, request, release } = aScene();
    const read = async (through: ReleaseStore): Promise<void> => {
      const rows = await Promise.all([
        through.get('request', request.requestId),
        through.get('release', release.releaseId),
      ]);
      seen.add(rows.map((row) => row?.version).join());
    };
    return { store, acts: [read, (through) => actOf('deny').run({ ...prepared }, through)], check: async () => {} };
  });

  const { request, release } = prepared;
  const [asked, was] = [request.version + 1, release.version];
  expect([...seen].toSorted()).toEqual([
    `${asked},${was}`,
    `${asked},${was + 1}`,
    `${asked + 1},${was}`,
    `${asked + 1},${was + 1}`,
  ]);
});

describe('two acts that a pending request meets, in every order of their reads and writes', () => {
  it.each(pairs)('%s, and %s', async (...both) => {
    const orders = await everyInterleaving(() => {
      const scene = aScene();
      return {
        store: scene.store,
        acts: both.map((name) => (store) => actOf(name).run(scene, store)),
        check: (settled) => checkEnd(scene, both, settled),
      };
    });

    // Acts that write nothing that the other one reads still come one after the other.
    expect(orders).toBeGreaterThanOrEqual(2);
  });
});

describe('three acts that a pending request meets', () => {
  it('end it once, in whatever order', async () => {
    const one = fc.constantFrom(...names);
    await fc.assert(
      fc.asyncProperty(fc.tuple(one, one, one), fc.scheduler(), async (three, scheduler) => {
        const scene = aScene();
        const store = inTurn(scene.store, scheduler);

        const settled = await scheduler.waitFor(Promise.allSettled(three.map((name) => actOf(name).run(scene, store))));

        await checkEnd(scene, three, settled);
      }),
      { numRuns: 80 },
    );
  });
});
