/** The release store in memory: the whole port with the semantics of its conditions, so that judgements run against it. */

import {
  type Change,
  type DueIntent,
  Entity,
  type EntityName,
  Intent,
  type Write,
} from '../../lib/domain/change/change.ts';
import type { ReleaseStore } from '../../lib/domain/change/release-store.ts';
import { GENESIS, type Head, type SealedEvent, sealEvent } from '../../lib/domain/ledger/chain.ts';
import { Conflict, unreachable } from '../../lib/domain/refusal.ts';

export interface MemoryReleaseStore extends ReleaseStore {
  /** Every intent that was noted, in order, the shipping of each event among them. */
  readonly outbox: readonly DueIntent[];
  /** How many changes were committed. */
  readonly commits: number;
  /** Runs once, just before the next commit looks at its conditions: somebody else is faster. */
  beforeNextCommit(interloper: () => Promise<void>): void;
  /** The next commit throws: before it wrote anything, or after it wrote everything (the answer was lost). */
  failNextCommit(when: 'unwritten' | 'written', error: Error): void;
  /** Puts entities there without an event, as the past left them. They keep the version that they have. */
  seed(...entities: Entity[]): void;
}

type Failure = { readonly when: 'unwritten' | 'written'; readonly error: Error };

export const memoryReleaseStore = (): MemoryReleaseStore => {
  const entities = new Map<string, Entity>();
  const chains = new Map<string, SealedEvent[]>();
  const outbox: DueIntent[] = [];
  let commits = 0;
  let interloper: (() => Promise<void>) | undefined;
  let failure: Failure | undefined;

  const chain = (model: string): SealedEvent[] => chains.get(model) ?? [];
  const all = <N extends EntityName>(name: N): Extract<Entity, { entity: N }>[] =>
    [...entities.values()].filter((entity) => isOf(entity, name)).map((entity) => structuredClone(entity));
  const one = <N extends EntityName>(name: N, ...ids: string[]): Extract<Entity, { entity: N }> | undefined => {
    const found = entities.get([name, ...ids].join('#'));
    return found !== undefined && isOf(found, name) ? structuredClone(found) : undefined;
  };

  return {
    outbox,
    get commits() {
      return commits;
    },
    beforeNextCommit: (run) => {
      interloper = run;
    },
    failNextCommit: (when, error) => {
      failure = { when, error };
    },
    seed: (...seeds) => {
      for (const entity of seeds) entities.set(keyOf(entity), Entity.parse(entity));
    },

    release: async (id) => one('release', id),
    releases: async () => all('release'),
    releaseOfPackage: async (arn) => all('release').find((release) => release.modelPackageArn === arn),
    content: async (id) => one('content', id),
    refusal: async (id) => one('refusal', id),
    refusals: async () => all('refusal'),
    policy: async (id) => one('policy', id),
    configuration: async () => one('configuration'),
    checks: async (id) => all('check').filter((check) => check.releaseId === id),
    attestations: async (id) => all('attestation').filter((attestation) => attestation.releaseId === id),
    outcomes: async (id) => one('outcomes', id),
    approvals: async (id) => all('approval').filter((approval) => approval.releaseId === id),
    request: async (id) => one('request', id),
    pointer: async (model) => one('pointer', model),
    servedVersions: async (model) => one('served_versions', model),
    rollback: async (id) => one('rollback', id),
    keyRotation: async (id) => one('key_rotation', id),
    event: async (model, seq) => chain(model)[seq - 1],
    events: async (model) => [...chain(model)],

    commit: async (change: Change, now) => {
      const running = interloper;
      interloper = undefined;
      await running?.();
      const fault = failure;
      failure = undefined;
      if (fault?.when === 'unwritten') throw fault.error;

      // Everything that can fail comes before the first write: a change happens whole or not at all.
      const keys = change.writes.map(({ entity }) => keyOf(entity));
      if (new Set(keys).size !== keys.length) throw new Error('could not commit: one entity is written twice');
      const writes = change.writes.map((write) => ({ ...write, entity: Entity.parse(write.entity) }));
      for (const write of writes) assertHolds(write, entities.get(keyOf(write.entity)));
      const intents = change.intents.map((due) => ({ ...due, intent: Intent.parse(due.intent) }));
      const sealed = sealEvent(change.event, change.model, headOf(chain(change.model)), now);

      for (const { kind, entity } of writes) {
        if (kind !== 'expect') entities.set(keyOf(entity), counted(kind, entity));
      }
      chains.set(change.model, [...chain(change.model), sealed]);
      outbox.push({ intent: { kind: 'ship_event', model: change.model, seq: sealed.event.seq } }, ...intents);
      commits += 1;
      if (fault?.when === 'written') throw fault.error;
      return sealed;
    },
  };
};

const isOf = <N extends EntityName>(entity: Entity, name: N): entity is Extract<Entity, { entity: N }> =>
  entity.entity === name;

const headOf = (events: readonly SealedEvent[]): Head => events.at(-1)?.head ?? GENESIS;

const assertHolds = ({ kind, entity }: Write, stored: Entity | undefined): void => {
  if (kind === 'create') {
    if (stored !== undefined) throw new Conflict(`could not create ${keyOf(entity)}: it is there already`);
    return;
  }
  if (stored?.version !== entity.version) {
    throw new Conflict(`could not ${kind} ${keyOf(entity)}: version ${stored?.version} is not ${entity.version}`);
  }
};

const counted = (kind: Write['kind'], entity: Entity): Entity =>
  structuredClone({ ...entity, version: kind === 'create' ? 1 : entity.version + 1 });

const keyOf = (entity: Entity): string => [entity.entity, ...idsOf(entity)].join('#');

const idsOf = (entity: Entity): string[] => {
  switch (entity.entity) {
    case 'release':
      return [entity.releaseId];
    case 'content':
      return [entity.contentSha256];
    case 'refusal':
      return [entity.refusalId];
    case 'check':
      return [entity.releaseId, entity.stage, entity.name];
    case 'attestation':
      return [entity.releaseId, entity.stage];
    case 'outcomes':
      return [entity.releaseId];
    case 'request':
      return [entity.requestId];
    case 'approval':
      return [entity.releaseId, entity.approverId];
    case 'pointer':
      return [entity.modelName];
    case 'served_versions':
      return [entity.modelName];
    case 'rollback':
      return [entity.rollbackId];
    case 'key_rotation':
      return [entity.rotationId];
    case 'policy':
      return [entity.policySha256];
    case 'configuration':
      return [];
    default:
      return unreachable(entity);
  }
};
