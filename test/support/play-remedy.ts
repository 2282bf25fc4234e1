import { expect } from 'vitest';
import { COMMANDS } from '../../lib/cli/commands.ts';
import { meetCondition } from '../../lib/domain/approval/meet-condition.ts';
import { expireRequest } from '../../lib/domain/approval/request.ts';
import { withdrawRequest } from '../../lib/domain/approval/withdraw.ts';
import type { Entity } from '../../lib/domain/change/kinds.ts';
import {
  confirmBreakGlass,
  documentBreakGlass,
  endBreakGlass,
  requestBreakGlass,
} from '../../lib/domain/gate/ask-break-glass.ts';
import { askPromotion } from '../../lib/domain/gate/ask-promotion.ts';
import { changeLine } from '../../lib/domain/gate/change-line.ts';
import { recordDenied } from '../../lib/domain/gate/promotion.ts';
import type { Instant, Sha256 } from '../../lib/domain/identifiers.ts';
import { HOUR_MS, plusMilliseconds } from '../../lib/domain/instant.ts';
import { requestRelease } from '../../lib/domain/intake/request-release.ts';
import { breakGlassRule } from '../../lib/domain/policy/break-glass.ts';
import { ALL_MODELS, LineScope } from '../../lib/domain/records/line.ts';
import type { Reason, Release } from '../../lib/domain/release/release.ts';
import type { Actor } from '../../lib/domain/release/release-event.ts';
import { askMove } from '../../lib/domain/serving/ask-move.ts';
import { askRollback } from '../../lib/domain/serving/ask-rollback.ts';
import { releaseHold } from '../../lib/domain/serving/release-hold.ts';
import { settlePackage } from '../../lib/domain/serving/settle-package.ts';
import { aManifest, digestOf, NOW } from './approval-case.ts';
import { aSuspension } from './conditions.ts';
import { aClaim, type Intake } from './intake.ts';
import type { MemoryReleaseStore } from './memory-release-store.ts';
import { aMove, approvedRequest, aRollback, checks, policy } from './release-life.ts';

export const LATER = plusMilliseconds(NOW, HOUR_MS);
export const because = (rule: string, explanation = 'why'): Reason => ({ rule, evidence: '', explanation });

export type World = {
  readonly now: () => Instant;
  readonly release: Release;
  readonly intake: Intake;
  readonly store: MemoryReleaseStore;
  /** In what the policy of the release differs. */
  policy: object | undefined;
  departures: Reason[];
  isFrozen: boolean;
  readonly bytes: Sha256 | undefined;
};

export const canaries = (state: object): Entity => ({
  ...{ entity: 'canaries', version: 1, ranAt: LATER, doubtful: [] },
  checks: { [String(checks[0]?.name)]: { onGood: 'passed', onBad: 'failed', ...state } },
});
const actor = (id: string): Actor => ({ id, role: 'operator', auth: 'jwt' });
const by = (id: string) => ({ actor: actor(id), names: [id], reason: 'it is time', linkedIncident: 'INC-9' });
const requested = (said: string) => ({
  release_id: 'mortgage-again',
  ...(said.includes('later version') ? { model_version: '9.0.0' } : {}),
  ...(said.includes('denial_answer') ? { denial_answer: 'it was trained again on other rows' } : {}),
  ...(said.includes('with them') || said.includes('other bytes') ? { artifact_sha256: digestOf('other') } : {}),
  ...(/names (the endpoint mortgage-eu|another endpoint)/.test(said)
    ? { deployment: { ...aManifest().deployment, endpoint_name: 'mortgage-eu' } }
    : {}),
});

type Act = (world: World, args: readonly string[], said: string) => Promise<unknown>;
const looks: Act = async () => undefined;
/** What each order does that a remedy may name; none of them is refused. */
const ORDERS: Readonly<Record<string, Act>> = {
  'approvals list': looks,
  'conditions list': looks,
  canaries: looks,
  reverify: looks,
  status: looks,
  submit: async ({ intake }, _, said) => {
    const outcome = await requestRelease(aClaim(requested(said)), intake);
    expect(outcome.outcome, `${said} ${JSON.stringify(outcome)}`).toBe('accepted');
  },
  'approvals withdraw': ({ store, now }, [id = '']) =>
    withdrawRequest({ id, actorId: 'oscar', actorAuth: 'jwt', isOperator: true, reason: 'again' }, store, now),
  promote: ({ store, now }, [id = '']) => askPromotion({ ...by('oscar'), releaseId: id }, store, now),
  'holds release': ({ store, now }, [model = '']) => releaseHold({ ...by('oscar'), modelName: model }, store, now),
  'line start': ({ store, now }, [, model = ALL_MODELS]) =>
    changeLine({ ...by('oscar'), scope: LineScope.parse(model), to: 'running' }, store, now),
  'endpoints move': ({ store, now }, [model = '', endpoint = '']) =>
    askMove({ ...by('oscar'), modelName: model, endpointName: endpoint }, store, now),
  rollback: ({ store, now }, [model = '', how]) =>
    askRollback(
      { ...by('olga'), modelName: model, ...(how === '--to-nothing' ? { toNothing: true } : {}) },
      store,
      now,
    ),
  'packages settle': ({ store, now }, [id = '']) => settlePackage({ ...by('oscar'), releaseId: id }, store, now),
  'conditions meet': ({ store, now }, [id = '']) =>
    meetCondition({ releaseId: id, conditionId: 'ada-1', actor: actor('grace'), reason: 'done' }, store, now),
  'break-glass request': ({ store, now }, [id = '']) =>
    requestBreakGlass(
      { ...by('olga'), releaseId: id, hours: undefined, rule: breakGlassRule(policy), environment: 'test' },
      store,
      now,
    ),
  'break-glass confirm': ({ store, now }, [id = '']) => confirmBreakGlass({ ...by('omar'), releaseId: id }, store, now),
  'break-glass end': ({ store, now }, [id = '']) => endBreakGlass({ ...by('olga'), releaseId: id }, store, now),
  'break-glass document': ({ store, now }, [id = '']) =>
    documentBreakGlass({ ...by('olga'), releaseId: id, account: 'what was done' }, store, now),
};

const endAttempt: Act = async ({ store, release, now }) => {
  const reasons = [because('hold')] as const;
  await store.commit(recordDenied(await own(store, release), { outcome: 'deny', reasons }, now()), now());
};
export const own = async (store: MemoryReleaseStore, { releaseId: id }: Release): Promise<Release> => {
  const found = await store.get('release', id);
  if (found === undefined) throw new Error(`there is no ${id}`);
  return found;
};
const put =
  (...rows: Entity[]): Act =>
  async ({ store }) =>
    store.seed(...rows);

/** What is not ordered, but waited for, or done outside. */
const WAITS: readonly (readonly [said: RegExp, happens: Act])[] = [
  [
    /Wait for the people who are asked|Wait until Assay has looked|^Whoever runs Assay looks at it|^Bring|^Assay broke/,
    looks,
  ],
  [/^Another release names|^Change the model|^Then/, looks],
  [/when the attempt at its promotion has ended|^When its attempt has ended/, endAttempt],
  [
    /^It ends by itself/,
    async ({ store, release, now }) => {
      const request = await store.get('request', approvedRequest.requestId);
      if (request?.status === 'pending')
        await store.commit(expireRequest(await own(store, release), request, now()), now());
      else store.seed({ ...(await own(store, release)), state: 'expired' });
    },
  ],
  [/^Wait until the rollback has ended/, put(aRollback({ status: 'refused' }))],
  [/^Wait until the move has ended/, put(aMove({ status: 'refused', settledAt: NOW }))],
  [/makes it again once its canary holds/, put(canaries({ heldAt: LATER }))],
  [
    /^Mend the check that fails now/,
    put(aSuspension({ kind: 'reverification_failed', causeId: 'a_check', status: 'lifted' })),
  ],
  [
    /^Deploy the version of Assay again/,
    async (world) => {
      world.policy = undefined;
    },
  ],
  [
    /^Wait until the window ends/,
    async (world) => {
      world.isFrozen = false;
    },
  ],
  [
    /^Delete the newer versions|^See that|^Undo what was changed/,
    async (world) => {
      world.departures = [];
      world.store.seed({ ...(await own(world.store, world.release)), packageDiffers: [] });
    },
  ],
];

const NAMES = COMMANDS.map(({ name }) => name).sort((one, another) => another.length - one.length);

/** Does what a remedy says, in its order. Whatever is refused, or is not known here, fails. */
export const play = async (said: string, world: World): Promise<string[]> => {
  const waits = WAITS.filter(([pattern]) => pattern.test(said));
  for (const [, happens] of waits) await happens(world, [], said);
  const orders = [...said.matchAll(/assay ([a-z-]+[^.,;)]*)/g)].map(([, order = '']) => order.trim());
  expect([...waits, ...orders], said).not.toEqual([]);
  for (const order of orders) {
    const name = NAMES.find((known) => order === known || order.startsWith(`${known} `));
    const act = ORDERS[name ?? ''];
    if (act === undefined) throw new Error(`no test does what is said: ${order}`);
    await act(world, order.slice(name?.length).trim().split(' ').filter(Boolean), said);
  }
  return orders;
};
