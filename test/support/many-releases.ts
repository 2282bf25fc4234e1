/** A table with so many models and releases, as commits would leave it, and the API over it. */
import { BatchWriteCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { serveApi } from '../../lambdas/serve-api/app.ts';
import { keepLook, lookReader } from '../../lib/adapters/dynamodb-fleet.ts';
import { entityKey, eventItemKey, headItem, indexAttributes, timelineKey } from '../../lib/adapters/dynamodb-keys.ts';
import { readLogState } from '../../lib/adapters/dynamodb-log-state.ts';
import { dynamodbOnces } from '../../lib/adapters/dynamodb-once.ts';
import { parkedAt, parkedIntents, parkedPage } from '../../lib/adapters/dynamodb-parked.ts';
import { readsTogether } from '../../lib/adapters/dynamodb-reads.ts';
import { dynamodbReleaseStore } from '../../lib/adapters/dynamodb-release-store.ts';
import type { Entity } from '../../lib/domain/change/kinds.ts';
import { DAY_MS, plusMilliseconds } from '../../lib/domain/instant.ts';
import { GENESIS, sealEvent } from '../../lib/domain/ledger/chain.ts';
import { ownerDigest } from '../../lib/domain/metrics/served-facts.ts';
import { breakGlassRule } from '../../lib/domain/policy/break-glass.ts';
import { rollbackId } from '../../lib/domain/records/rollback.ts';
import { sha256 } from '../../lib/domain/signing/canonical-json.ts';
import { documentText, openApiDocument } from '../../lib/openapi/document.ts';
import { withinRights } from '../../lib/rights/within-rights.ts';
import { aDraft } from '../domain/ledger/a-ledger.ts';
import { aLook, facts } from '../domain/metrics/a-look.ts';
import { refuseClaimOf } from './a-refusal.ts';
import { NOW } from './approval-case.ts';
import { asDocumented } from './as-documented.ts';
import { everyKind } from './every-kind.ts';
import { anIntake } from './intake.ts';
import { approvedRequest, draft, keptPolicy, SIGNING_KEYS } from './release-life.ts';

const STATES = ['superseded', 'rejected', 'expired', 'validated', 'approved'];
const BATCH = 25;

const requestIdOf = (releaseId: string) => `apr-${releaseId}`;

/** Of each model the last release serves, and its approval ends soon; people are asked about others; the model is held. */
const itemsOf = (model: string, releases: number): object[] => {
  const named = draft.modelName && (model as typeof draft.modelName);
  const idOf = (index: number) => `${model}-${index}` as typeof draft.releaseId;
  const kept = everyKind({ releaseId: idOf(0), modelName: named });
  const all = Array.from({ length: releases }, (_, index) => {
    const releaseId = idOf(index);
    const state = index === releases - 1 ? 'production' : (STATES[index % STATES.length] ?? 'draft');
    const updatedAt = plusMilliseconds(NOW, index * 1000);
    const isAsked = state === 'validated';
    return {
      ...{ ...draft, version: 1, releaseId, modelName: named, state, updatedAt },
      ...(isAsked ? { approvalRequestId: requestIdOf(releaseId) } : {}),
      ...(state === 'production' ? { approvedAt: NOW, approvedUntil: plusMilliseconds(NOW, 10 * DAY_MS) } : {}),
    };
  });
  const drafts = all.map(({ releaseId: release_id }) =>
    aDraft({ event_type: 'release_requested', model_name: model, release_id, approval_state: '' }),
  );
  let head = GENESIS;
  const events = drafts.flatMap((event) => {
    const sealed = sealEvent(event, model, head, NOW);
    head = sealed.head;
    const { seq, release_id: id } = sealed.event;
    return [{ ...eventItemKey(model, seq), bytes: sealed.bytes, hash: head.hash }, timelineKey(id, model, seq)];
  });
  const { hold, pointer, line, endpoint, watched_endpoint, served_period, legal_hold, key_rotation, rollback } = kept;
  const asked = all.filter(({ state }) => state === 'validated');
  const entities: Entity[] = [
    ...all,
    ...asked.map(({ releaseId }) => ({
      ...{ ...approvedRequest, version: 1, releaseId, modelName: named, status: 'pending' },
      requestId: requestIdOf(releaseId),
    })),
    keptPolicy,
    { ...hold.record, version: 1, status: 'held' },
    {
      ...pointer.record,
      version: 1,
      releaseId: `${model}-${releases - 1}` as typeof draft.releaseId,
      fallbackReleaseId: `${model}-0` as typeof draft.releaseId,
    },
    { ...line.record, version: 1, status: 'stopped' },
    { ...endpoint.record, version: 1 },
    { ...watched_endpoint.record, version: 1 },
    { ...served_period.record, version: 1 },
    { ...legal_hold.record, version: 1 },
    { ...key_rotation.record, version: 1 },
    // Glass is broken seldom, and not for all models at once.
    ...(model === 'model-0000' ? [{ ...kept.break_glass.record, version: 1 }] : []),
    {
      ...rollback.record,
      version: 1,
      rollbackId: rollbackId(model, 2),
      fromReleaseId: idOf(0),
      toReleaseId: idOf(1),
      status: 'completed',
    },
    { ...refuseClaimOf(`${model}-0`), version: 1 },
  ];
  return [
    ...entities.map((entity) => ({ ...entityKey(entity), ...indexAttributes(entity), ...entity })),
    ...events,
    headItem(model, head),
  ];
};

export const putMany = async (
  client: DynamoDBDocumentClient,
  TableName: string,
  { models, releases }: { readonly models: number; readonly releases: number },
): Promise<void> => {
  for (let index = 0; index < models; index += 1) {
    const items = new Map<string, object>();
    for (const item of itemsOf(`model-${String(index).padStart(4, '0')}`, releases)) {
      items.set(JSON.stringify([Reflect.get(item, 'pk'), Reflect.get(item, 'sk')]), item);
    }
    const puts = [...items.values()].map((Item) => ({ PutRequest: { Item } }));
    for (let from = 0; from < puts.length; from += BATCH) {
      const RequestItems = { [TableName]: puts.slice(from, from + BATCH) };
      await client.send(new BatchWriteCommand({ RequestItems }));
    }
  }
  const names = Array.from({ length: models }, (_, index) => `model-${String(index).padStart(4, '0')}`);
  await keepLook(TableName, aLook({ serving: names.map((name) => factsOf(name, releases)) }), client);
};

/** What a look at the fleet found of a model: each has another endpoint and artifact. */
const factsOf = (modelName: string, releases: number) => ({
  ...facts,
  modelName,
  endpointName: modelName,
  releaseId: `${modelName}-${releases - 1}`,
  governedSha256: sha256(modelName),
  hasOwner: true,
  ownerSha256: ownerDigest('Credit Risk'),
});

/** The API as its Lambda makes it, but for what is no row of the table. */
export const doorOver = (client: DynamoDBDocumentClient, table: string): ReturnType<typeof serveApi> => {
  const intake = anIntake();
  const reads = readsTogether(table, client);
  const store = withinRights('ServeApi', dynamodbReleaseStore(table, client, reads));
  const none = () => Promise.reject(new Error('nothing is asked of it here'));
  return serveApi({
    store,
    world: none,
    directory: async () => intake.directory,
    now: () => NOW,
    findFreezes: async () => [],
    breakGlassRule: async () => ({ rule: breakGlassRule({}), environment: 'test' }),
    readKept: none,
    keys: SIGNING_KEYS,
    noteRead: async () => undefined,
    findShape: async () => undefined,
    modelBuckets: async () => ['models'],
    parked: () => parkedIntents(table, client),
    parkedAt: (rowId) => parkedAt(table, rowId, client),
    parkedPage: (page) => parkedPage(table, page, client),
    lastLook: lookReader(table, client),
    readLog: () => readLogState(table, reads),
    orderReverification: none,
    renewal: none,
    onces: dynamodbOnces(table, client),
    document: async () => documentText(openApiDocument()),
  });
};

/** The same, whose answers are compared with the document. */
export const apiOver = (...over: Parameters<typeof doorOver>): ReturnType<typeof doorOver> =>
  asDocumented(doorOver(...over));

const first = everyKind({
  releaseId: 'model-0000-0' as typeof draft.releaseId,
  modelName: 'model-0000' as typeof draft.modelName,
});

/** What is asked of each route that reads, of the first model. */
export const READS = [
  '/releases',
  '/releases?order=oldest&limit=100',
  '/releases?model=model-0000&state=approved',
  '/releases?state=production&tier=high',
  '/releases/model-0000-3',
  '/releases/model-0000-3/events',
  '/releases/model-0000-3/diff/model-0000-4',
  '/releases/model-0000-0/break-glass',
  '/break-glass',
  '/releases/model-0000-3/conditions',
  '/releases/model-0000-3/reverifications',
  '/refusals',
  `/refusals/${refuseClaimOf('model-0000-0').refusalId}`,
  '/models',
  '/models?governance=governed&owner=Credit%20Risk',
  '/models/model-0000',
  '/approvals',
  '/holds',
  '/reviews',
  '/posture',
  '/models/model-0000/posture',
  '/line',
  '/endpoints',
  '/expiring',
  '/canaries',
  '/canaries/accuracy_above_minimum/releases?from=2026-01-01&until=2026-12-31',
  '/signatures?from=2026-01-01&until=2026-12-31',
  '/outbox/parked',
  '/legal-holds',
  `/key-rotations/${first.key_rotation.id[0]}`,
  `/endpoints/${first.watched_endpoint.id[0]}/served`,
  '/settings',
  '/metrics',
  '/openapi.json',
] as const;
