import { ListObjectVersionsCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { OUTBOX_SHARDS } from '../../lib/adapters/dynamodb-keys.ts';
import { dynamodbOutbox } from '../../lib/adapters/dynamodb-outbox.ts';
import { s3Sources } from '../../lib/adapters/s3-evidence-store.ts';
import type { Entity } from '../../lib/domain/change/kinds.ts';
import type { SealedEvent } from '../../lib/domain/ledger/chain.ts';
import { eventKey } from '../../lib/domain/ledger/event.ts';
import { NO_ROLLBACK_TARGET } from '../../lib/domain/records/evidence-digest.ts';
import { rollbackId } from '../../lib/domain/records/rollback.ts';
import type { Release } from '../../lib/domain/release/release.ts';
import { clientConfig } from '../../local/clients.ts';
import { at, digestOf } from '../support/approval-case.ts';
import { ACCOUNT_ID } from '../support/aws.ts';
import { AUDIT_BUCKET, type Product, startProduct } from '../support/product.ts';
import {
  anApprovalOf,
  aPointer,
  approved,
  approvedRequest,
  aRollback,
  checks,
  draft,
  inProduction,
  policy,
  releaseId,
  superseded,
  validated,
} from '../support/release-life.ts';
import { aChange } from '../support/release-store.contract.ts';
import { registerPackage } from '../support/sagemaker.ts';
import { standApproved } from '../support/stand-approved.ts';

/** The handlers read the real clock: these instants are before and after any time that it shows. */
const PAST = at('2020-01-01T00:00:00.000Z');
const FUTURE = at('2099-01-01T00:00:00.000Z');
let product: Product;
beforeAll(async () => {
  product = await startProduct('steps');
  await product.aws.makeBucket('models', 'versioned');
  const { policySha256, createdAt: firstSeenAt } = approved;
  await seed({ entity: 'policy', version: 0, policySha256, policy, firstSeenAt });
});
afterAll(() => product.stop());

const seed = async (...entities: Entity[]): Promise<void> => {
  const writes = entities.map((entity) => ({ kind: 'create' as const, entity }));
  await product.store.commit(aChange('seeded', writes), approved.createdAt);
};
const invoke = (lambda: string, event: object) => product.invoke(lambda, event);
const eventTypes = async (model: string) => (await product.store.events(model)).map(({ event }) => event.event_type);

let runs = 0;
let model: Release['modelName'];
let artifact: Release['sources']['artifact'];
/** A release of a model of its own, whose artifact lies in the bucket. */
const mine = (release: Release, changes: Partial<Release> = {}): Release => ({
  ...release,
  version: 0,
  releaseId: releaseId(`${release.releaseId}-${runs}`),
  modelName: model,
  manifest: { ...release.manifest, deployment: { ...release.manifest.deployment, endpoint_name: model } },
  sources: { ...release.sources, artifact },
  ...changes,
});
beforeEach(async () => {
  runs += 1;
  model = `model-${runs}` as Release['modelName'];
  await product.aws.put('models', `artifact-${runs}`, 'artifact');
  const found = await s3Sources({ buckets: ['models'], accountId: ACCOUNT_ID }).pin(`s3://models/artifact-${runs}`);
  if ('problem' in found) throw new Error(found.problem);
  artifact = found;
});

describe('PinEvidence', () => {
  it('rejects a release whose artifact is not the one of its manifest, and says so again', async () => {
    const release = mine(draft, {
      manifest: { ...draft.manifest, artifact_sha256: digestOf('another') },
      sources: {
        artifact,
        evidence: {
          evaluation_report: artifact,
          model_card: artifact,
          data_provenance: artifact,
          predictions: artifact,
        },
      },
    });
    await seed(release);

    for (let time = 0; time < 2; time += 1) {
      expect(await invoke('pin-evidence', release)).toEqual({ outcome: 'rejected' });
    }

    expect(await product.store.get('release', release.releaseId)).toMatchObject({ state: 'rejected' });
    expect(await eventTypes(model)).toEqual(['evaluation_completed']);
  });
});

describe('AwaitApproval', () => {
  it('takes the token of a machine that waits again, once', async () => {
    const release = mine(validated, { approvalRequestId: 'apr' });
    const request = {
      ...approvedRequest,
      version: 0,
      status: 'pending' as const,
      requestId: `apr-${release.releaseId}`,
      releaseId: release.releaseId,
    };
    await seed(release, request);

    await invoke('store-approval-token', { releaseId: release.releaseId, taskToken: 'anew' });
    await invoke('store-approval-token', { releaseId: release.releaseId, taskToken: 'anew' });

    expect(await product.store.get('request', request.requestId)).toMatchObject({
      taskToken: 'anew',
      status: 'pending',
    });
    expect(await eventTypes(model)).toEqual(['approval_requested']);
  });

  it('needs a token', async () => {
    await expect(invoke('store-approval-token', { releaseId: 'r' })).rejects.toThrow('could not read the event');
  });
});

describe('VerifyPromotion', () => {
  const promotable = async (changes: Partial<Release> = {}) => {
    const release = mine(approved, { approvedUntil: FUTURE, ...changes });
    const about = { version: 0, releaseId: release.releaseId };
    await seed(
      release,
      ...checks.map((check) => ({ ...check, ...about })),
      ...[anApprovalOf('ada', 'ml_lead'), anApprovalOf('grace', 'risk_owner')].map((one) => ({ ...one, ...about })),
      { ...approvedRequest, ...about, requestId: `apr-${release.releaseId}` },
    );
    return release;
  };

  it('denies what people did not approve, every reason on record, and the release stays approved', async () => {
    const release = await promotable();
    await product.aws.put('models', `artifact-${runs}`, 'put over it');

    // Its id, model and artifact version differ from those that people were asked about.
    expect(await invoke('verify-promotion', release)).toEqual({ outcome: 'deny' });

    const after = await product.store.get('release', release.releaseId);
    expect(after).toMatchObject({ state: 'approved' });
    expect(after?.reasons.map(({ rule }) => rule)).toEqual(
      expect.arrayContaining(['artifact_version', 'evidence_digest']),
    );
    expect(await eventTypes(model)).toEqual(['model_package_changed', 'promotion_refused']);
  });

  it('stops where it is asked about a release that is not there', async () => {
    await expect(invoke('verify-promotion', { releaseId: 'nowhere' })).rejects.toThrow('could not find nowhere');
  });
});

describe('PromoteRelease', () => {
  const deployed = async (changes: Partial<Release> = {}): Promise<Release> => {
    const row = mine(approved, { endpointConfigName: 'c', approvedUntil: FUTURE, ...changes });
    const { release, rows } = await standApproved(product, row);
    await seed(...rows);
    return release;
  };

  it.each([
    { why: 'its approval ran out during the deployment', changes: { approvedUntil: PAST }, rule: 'approval_expiry' },
    { why: 'it is not approved any more', changes: { state: 'expired' as const }, rule: 'state' },
  ])('denies a release when $why', async ({ changes, rule }) => {
    const release = await deployed(changes);
    await seed(release);

    expect(await invoke('promote-release', release)).toEqual({ outcome: 'deny' });

    expect(await product.store.get('release', release.releaseId)).toMatchObject({
      state: release.state,
      reasons: [{ rule }],
    });
    expect(await product.store.get('pointer', model)).toBeUndefined();
  });

  it('denies a release that another one overtook', async () => {
    const first = mine(inProduction, { releaseId: releaseId(`overtaking-${runs}`) });
    const release = await deployed();
    await seed(
      first,
      release,
      aPointer({ version: 0, modelName: model, endpointName: model, releaseId: first.releaseId }),
    );

    expect(await invoke('promote-release', release)).toEqual({ outcome: 'deny' });

    expect(await product.store.get('pointer', model)).toMatchObject({ releaseId: first.releaseId });
  });

  it('denies a release while what is in production is rolled back', async () => {
    const first = mine(inProduction, { releaseId: releaseId(`rolled-back-${runs}`) });
    const release = await deployed({ rollbackTarget: first.releaseId });
    const pointer = aPointer({ version: 0, modelName: model, endpointName: model, releaseId: first.releaseId });
    const rollback = aRollback({ version: 0, modelName: model, rollbackId: rollbackId(model, pointer.epoch) });
    await seed(first, release, pointer, rollback);

    expect(await invoke('promote-release', release)).toEqual({ outcome: 'deny' });

    expect(await product.store.get('release', release.releaseId)).toMatchObject({ reasons: [{ rule: 'rollback' }] });
    expect(await product.store.get('pointer', model)).toMatchObject({ releaseId: first.releaseId });
  });

  it('flips once, however often it is asked', async () => {
    const release = await deployed();
    await seed(release);

    for (let time = 0; time < 2; time += 1) {
      expect(await invoke('promote-release', release)).toEqual({ outcome: 'promoted' });
    }

    expect(await product.store.get('pointer', model)).toMatchObject({ epoch: 1, releaseId: release.releaseId });
    expect(await eventTypes(model)).toEqual(['deployment_promoted']);
  });
});

describe('SignRecord', () => {
  it('refuses a release that was rejected meanwhile, on record (ST-1)', async () => {
    const release = mine(validated, { state: 'rejected' });
    const about = { version: 0, releaseId: release.releaseId };
    const approvalRequestId = `apr-${release.releaseId}`;
    await seed(
      { ...release, approvalRequestId },
      ...checks.map((check) => ({ ...check, ...about })),
      { ...anApprovalOf('ada', 'ml_lead'), ...about },
      { ...approvedRequest, ...about, requestId: approvalRequestId },
    );

    await expect(invoke('sign-record', release)).rejects.toMatchObject({ name: 'IllegalTransition' });

    expect(await eventTypes(model)).toEqual(['transition_refused']);
    expect(await product.store.get('release', release.releaseId)).toMatchObject({ state: 'rejected', version: 1 });
  });
});

describe('VerifyEndpoint', () => {
  it('records once why the endpoint of a release did not come into service', async () => {
    const { release } = await standApproved(product, mine(approved, { endpointConfigName: 'c' }));
    await seed(release);

    for (let time = 0; time < 2; time += 1)
      expect(await invoke('verify-endpoint', release)).toEqual({ outcome: 'failed' });

    expect(await product.store.get('release', release.releaseId)).toMatchObject({
      state: 'approved',
      reasons: [{ rule: 'deployment', explanation: `endpoint ${model} is not there` }],
    });
    expect(await eventTypes(model)).toEqual(['deployment_failed']);
  });

  it('refuses a rollback whose fallback does not come into service', async () => {
    const current = mine(inProduction);
    const ids = { rollbackId: `rb-${runs}`, fromReleaseId: current.releaseId };
    const pointer = aPointer({ version: 0, modelName: model, endpointName: model });
    await seed(current, pointer, aRollback({ version: 0, modelName: model, ...ids }));

    for (let time = 0; time < 2; time += 1)
      expect(await invoke('verify-endpoint', ids)).toEqual({ outcome: 'refused' });
    expect(await eventTypes(model)).toEqual(['rollback_refused']);
  });
});

describe('a rollback', () => {
  const rollingBack = async (changes: { pointer?: object; fallback?: Partial<Release>; rollback?: object } = {}) => {
    const current = mine(inProduction, { approvedUntil: FUTURE });
    const modelPackageArn = await registerPackage(product.aws.sagemakerEndpoint, model);
    const fallback = mine(superseded, { approvedUntil: FUTURE, modelPackageArn, ...changes.fallback });
    const rollback = aRollback({
      version: 0,
      rollbackId: `rollback-${runs}`,
      modelName: model,
      fromReleaseId: current.releaseId,
      toReleaseId: fallback.releaseId,
      ...changes.rollback,
    });
    const ids = { releaseId: current.releaseId, fallbackReleaseId: fallback.releaseId };
    const pointer = aPointer({ version: 0, modelName: model, endpointName: model, ...ids, ...changes.pointer });
    await seed(current, fallback, rollback, pointer);
    return { event: { rollbackId: rollback.rollbackId }, rollback, fallback };
  };

  it('goes on with a fallback that is what was approved', async () => {
    const { event } = await rollingBack();

    expect(await invoke('verify-fallback', event)).toEqual({ outcome: 'verified' });
    expect(await eventTypes(model)).toEqual([]);
  });

  it('stops where the fallback is not, and says so again', async () => {
    const { event, rollback } = await rollingBack({ fallback: { state: 'retired' } });

    for (let time = 0; time < 2; time += 1) {
      expect(await invoke('verify-fallback', event)).toEqual({ outcome: 'refused' });
    }

    expect(await product.store.get('rollback', rollback.rollbackId)).toMatchObject({ status: 'refused' });
    expect(await eventTypes(model)).toEqual(['rollback_refused']);
  });

  it('has lost when the pointer went on meanwhile', async () => {
    const { event, fallback } = await rollingBack({ pointer: { epoch: 3 } });

    expect(await invoke('roll-back-release', event)).toEqual({ outcome: 'refused' });

    expect(await product.store.get('pointer', model)).toMatchObject({ epoch: 3 });
    expect(await product.store.get('release', fallback.releaseId)).toMatchObject({ state: 'superseded' });
  });

  it('that was executed is executed once', async () => {
    const { event } = await rollingBack({ rollback: { status: 'executed' } });

    expect(await invoke('roll-back-release', event)).toEqual({ outcome: 'rolled_back' });
    expect(await eventTypes(model)).toEqual([]);
  });

  it.each([
    { status: 'requested' as const, becomes: 'refused', recorded: ['rollback_refused'] },
    { status: 'executed' as const, becomes: 'executed', recorded: [] },
  ])('that was $status and breaks is $becomes', async ({ status, becomes, recorded }) => {
    const { event, rollback } = await rollingBack({ rollback: { status } });

    expect(await invoke('record-fault', { ...event, error: 'States.Timeout' })).toEqual({ outcome: 'recorded' });

    expect(await product.store.get('rollback', rollback.rollbackId)).toMatchObject({ status: becomes });
    expect(await eventTypes(model)).toEqual(recorded);
  });
});

describe('RecordFault', () => {
  it('writes down what broke before the machine stops', async () => {
    const release = mine(draft, { rollbackTarget: NO_ROLLBACK_TARGET });
    await seed(release);

    const event = { releaseId: release.releaseId, error: 'Lambda.Unknown' };
    expect(await invoke('record-fault', event)).toEqual({ outcome: 'recorded' });

    expect(await product.store.get('release', release.releaseId)).toMatchObject({
      state: 'rejected',
      reasons: [{ rule: 'fault', explanation: 'the machine stopped on Lambda.Unknown' }],
    });
    expect(await eventTypes(model)).toEqual(['release_faulted']);
  });
});

describe('the dispatcher', () => {
  const keysOf = ({ event }: SealedEvent) => ({
    pk: { S: `OUTBOX#ship_event#${event.seq % OUTBOX_SHARDS}` },
    sk: { S: `${event.model}#${String(event.seq).padStart(12, '0')}#0` },
  });
  const wake = (...woken: object[]) =>
    invoke('dispatch-outbox', { Records: woken.map((Keys) => ({ eventName: 'INSERT', dynamodb: { Keys } })) });

  it('woken by the stream carries out what the records name', async () => {
    const sealed = await product.store.commit(aChange(model, []), PAST);

    expect(await wake(keysOf(sealed))).toEqual({ batchItemFailures: [] });

    expect(await versionsOf(eventKey(sealed.event))).toBe(1);
    expect(await wake(keysOf(sealed))).toEqual({ batchItemFailures: [] });
    expect(await versionsOf(eventKey(sealed.event))).toBe(1);
  });

  it('notes what fails, and answers that nothing is to be tried again at once', async () => {
    const sealed = await product.store.commit(aChange(model, []), PAST);
    // An attacker has put other bytes under the event's key.
    await product.aws.put(AUDIT_BUCKET, eventKey(sealed.event), 'forged');

    expect(await wake(keysOf(sealed))).toEqual({ batchItemFailures: [] });

    expect(await versionsOf(eventKey(sealed.event))).toBe(1);
  });

  it('puts off what may go well later', async () => {
    const intent = { kind: 'sync_registry' as const, releaseId: 'not-there-yet' };
    const { event } = await product.store.commit(aChange(model, [], [{ intent }]), PAST);
    const sk = `${model}#${String(event.seq).padStart(12, '0')}#1`;

    await wake({ pk: { S: `OUTBOX#sync_registry#${(event.seq + 1) % OUTBOX_SHARDS}` }, sk: { S: sk } });

    expect(await dynamodbOutbox('releases').due(FUTURE)).toContainEqual(expect.objectContaining({ sk }));
  });

  it('is woken by nothing else', async () => {
    await expect(wake({ pk: { S: 'RELEASE#r' }, sk: { S: 'META' } })).rejects.toThrow();
    await expect(invoke('dispatch-outbox', {})).rejects.toThrow('could not read the event');
  });
});

const versionsOf = async (key: string): Promise<number> => {
  const s3 = new S3Client({ ...clientConfig(product.aws.awsEndpoint), forcePathStyle: true });
  const { Versions = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket: AUDIT_BUCKET, Prefix: key }));
  return Versions.length;
};
