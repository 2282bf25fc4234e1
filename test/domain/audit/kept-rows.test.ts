/** Golden items whose fields came after the story of `make.ts`: each is held to what the acts of the product leave in its row. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { entityKey, indexAttributes } from '../../../lib/adapters/dynamodb-keys.ts';
import { rebuild } from '../../../lib/domain/audit/rebuild.ts';
import { wroteIn } from '../../../lib/domain/audit/wrote.ts';
import { executionName } from '../../../lib/domain/change/execution-name.ts';
import { expecting } from '../../../lib/domain/change/expecting.ts';
import type { Entity } from '../../../lib/domain/change/kinds.ts';
import { recordChange } from '../../../lib/domain/change/recorded.ts';
import { recordDenied } from '../../../lib/domain/gate/promotion.ts';
import { recordDeployment } from '../../../lib/domain/gate/record-deployment.ts';
import { ModelName } from '../../../lib/domain/identifiers.ts';
import { GENESIS, sealEvent } from '../../../lib/domain/ledger/chain.ts';
import { Release } from '../../../lib/domain/release/release.ts';
import { servingSha256 } from '../../../lib/domain/release/serving-specification.ts';
import { askRollback } from '../../../lib/domain/serving/ask-rollback.ts';
import { recordLook } from '../../../lib/domain/serving/record-look.ts';
import { recordNotRestoredAfter } from '../../../lib/domain/serving/record-restoration.ts';
import { recordSwitch, refuseRollback } from '../../../lib/domain/serving/rollback-steps.ts';
import { at } from '../../support/approval-case.ts';
import { aLook, asApproved, behindOf } from '../../support/looks.ts';
import { MemoryLog } from '../../support/memory-log.ts';
import { memoryReleaseStore } from '../../support/memory-release-store.ts';
import {
  anEndpoint,
  aPointer,
  approved,
  DEPLOYED,
  inProduction,
  releaseId,
  superseded,
} from '../../support/release-life.ts';
import { aDraft } from '../ledger/a-ledger.ts';

const fileOf = (name: string): URL => new URL(`../../vectors/stored/${name}.json`, import.meta.url);
const kept = (name: string): Record<string, unknown> => JSON.parse(readFileSync(fileOf(name), 'utf8'));
/** The row as the table has it: with its keys, and without what JSON does not know. */
const asStored = (entity: Entity | undefined): unknown => {
  const row = entity ?? expect.unreachable('no row was written');
  return JSON.parse(JSON.stringify({ ...row, ...entityKey(row), ...indexAttributes(row) }));
};

const MODEL = ModelName.parse('hmda-mortgage');
const clock = (time: string) => at(`2026-11-30T${time}.000Z`);
const ofModel = (release: Release, version: string): Release => ({
  ...release,
  ...{ modelName: MODEL, modelVersion: version, releaseId: releaseId(`${MODEL}-${version}`) },
  manifest: { ...release.manifest, deployment: { ...release.manifest.deployment, endpoint_name: MODEL } },
});
const serves = ofModel(inProduction, '1.2.0');
const next = ofModel(approved, '1.3.0');
const endpoint = anEndpoint({ modelName: MODEL, endpointName: MODEL, endpointId: MODEL });
const CONFIG = `${MODEL}-1-2-0-e2-9e7015de`;
const pointer = aPointer({
  ...{ modelName: MODEL, endpointName: MODEL, endpointConfigName: CONFIG },
  ...{ releaseId: serves.releaseId, fallbackReleaseId: releaseId(`${MODEL}-1.1.0`) },
});

it('a release is as the order of a new endpoint and the denial of its attempt leave it', async () => {
  const { approvalRenewedAt: _, expiryWarning: __, renewalRefused: ___, ...story } = Release.parse(kept('release.14'));
  const { endpointConfigName = expect.unreachable(), packageDiffers: ____, ...approved } = story;
  const store = memoryReleaseStore();
  store.seed({ ...approved, state: 'approved', version: 9 });
  const row = async () => (await store.get('release', story.releaseId)) ?? expect.unreachable();
  const ordered = { endpointConfigName, endpoint: undefined, isNew: true, ...DEPLOYED };
  const reasons = [{ rule: 'line', evidence: '', explanation: 'the line of all models is stopped' }];

  const started = recordDeployment(await row(), { ...ordered, now: clock('09:00:00') });
  await store.commit(started, clock('09:00:00'));
  await store.commit(recordDenied(await row(), { outcome: 'deny', reasons }, clock('09:10:00')), clock('09:10:00'));

  expect(asStored(await row())).toEqual(kept('release.15'));
});

it('a release is as a table that is rebuilt begins it again', async () => {
  const entity = Release.parse(kept('release.2'));
  const { serving = expect.unreachable(), releaseId: release_id, modelName: model } = entity;
  const details = { requested_by: 'rita', trained_by: 'tom', serving_sha256: servingSha256(serving) };
  const requested = { event_type: 'release_requested', release_id, approval_state: 'draft', details } as const;
  const draft = aDraft({ ...requested, model_name: model });
  const { event, line } = recordChange({ model, event: draft, writes: [{ kind: 'create', entity }], intents: [] });
  const log = new MemoryLog();
  log.ship([{ ...sealEvent(event, model, GENESIS, clock('09:00:00')), line }]);
  await log.run();

  const world = { secret: () => '', variables: async () => serving.environment };
  const [row = expect.unreachable()] = (await rebuild(wroteIn(log.files()), world)).records;

  // Its name follows from the ledger.
  const execution = expect.stringMatching(/^rebuilt-[0-9a-f]{40}$/);
  expect(asStored(row)).toEqual({ ...kept('release.16'), execution });
});

it('a rollback is as its order, its refusal and a restoration that failed leave it', async () => {
  const store = memoryReleaseStore();
  store.seed(serves, ofModel(superseded, '1.1.0'), pointer, endpoint);
  const actor = {
    id: 'arn:aws:cloudwatch:us-east-1:000000000000:alarm:assay/hmda-mortgage/errors',
    role: 'alarm',
    auth: 'eventbridge',
  };
  const claim = { modelName: MODEL, actor, reason: 'alarm errors: Threshold crossed', linkedIncident: '' };
  const row = async () => (await store.get('rollback', `rollback-${MODEL}-2`)) ?? expect.unreachable();

  await askRollback(claim, store, () => clock('09:00:00'));
  const switched = recordSwitch(await row(), serves, [`${MODEL}-1-1-0-e3-934c61b2`, clock('11:30:00')]);
  await store.commit(switched, clock('11:30:00'));
  const late = [{ rule: 'endpoint', evidence: '', explanation: 'it was not updated' }];
  await store.commit(refuseRollback(await row(), serves, late), clock('13:30:00'));
  const notRestored = { current: serves, pointer, why: 'it is gone', endpoint: undefined, now: clock('13:40:00') };
  await store.commit(recordNotRestoredAfter(await row(), notRestored), clock('13:40:00'));

  // That name is of a former version, which did not say when.
  const execution = executionName(`rollback-${MODEL}-2`, 0, clock('09:00:00'));
  expect(asStored(await row())).toEqual({ ...kept('rollback.5'), execution });
});

it('a period is as a look leaves it while a strategy brings traffic from one fleet to another', async () => {
  const store = memoryReleaseStore();
  store.seed(serves);
  const variant = { variantName: 'AllTraffic', weight: 1, images: [] };
  const says =
    'Baking for 3600 seconds (WaitIntervalInSeconds) with traffic enabled on canary capacity of 1 instance(s).';
  const found = aLook({
    ...{ serves: CONFIG, headsFor: `${MODEL}-1-3-0-e3-9e7015de`, condition: 'under_way' },
    variants: [{ ...variant, instances: 2 }],
    coming: [{ ...variant, instances: 1, stage: 'Baking', stageMessage: says, stageSince: clock('15:21:08') }],
  });
  const facts = asApproved({
    ...{ endpointName: MODEL, found, owner: endpoint, pointer, now: clock('15:22:00') },
    approved: { release: serves, different: [], departures: [], recordProblems: [] },
    behind: [behindOf({ release: next })],
  });

  const change = recordLook({ facts, judged: undefined, row: undefined, period: undefined, former: undefined });
  await store.commit(expecting(change ?? expect.unreachable('nothing changed'), serves), clock('15:22:00'));

  expect(asStored((await store.list('served_period', MODEL))[0])).toEqual(kept('served_period.2'));
});
