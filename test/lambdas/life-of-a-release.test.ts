import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { CreateEndpointConfigCommand, SageMakerClient, UpdateEndpointCommand } from '@aws-sdk/client-sagemaker';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { publicKeyPem } from '../../lib/adapters/kms-signer.ts';
import { placeOf, readObject } from '../../lib/adapters/s3-objects.ts';
import { findEndpoint } from '../../lib/adapters/sagemaker-endpoints.ts';
import { GovernanceRecord } from '../../lib/domain/attestation/record.ts';
import { verifyLedger } from '../../lib/domain/audit/verify.ts';
import { askPromotion } from '../../lib/domain/gate/ask-promotion.ts';
import { rollbackId } from '../../lib/domain/records/rollback.ts';
import { askRollback } from '../../lib/domain/serving/ask-rollback.ts';
import { releaseHold } from '../../lib/domain/serving/release-hold.ts';
import { Envelope, verifyEnvelope } from '../../lib/domain/signing/envelope.ts';
import { Statement } from '../../lib/domain/signing/statement.ts';
import { now } from '../../lib/runtime/clock.ts';
import { clientConfig } from '../../local/clients.ts';
import {
  byCanary,
  createAlarms,
  expectCanaryTakenBack,
  lookAtEndpoint,
  scaleToTwo,
} from '../support/canary-deployment.ts';
import { deployedBytes, OBSERVING_POLICY } from '../support/deployed-files.ts';
import { AUDIT_BUCKET, exampleManifest, type Product, startProduct } from '../support/product.ts';
import { walk } from '../support/walk.ts';

const MODEL = 'hmda-mortgage';
const APPROVERS = ['ana.silva', 'ruth.meyer'];

let product: Product;
beforeAll(async () => {
  product = await startProduct('life', deployedBytes(OBSERVING_POLICY));
});
afterAll(() => product.stop());

const request = async (version: string, changes: object = {}) =>
  product.invoke('receive-release', {
    'detail-type': 'Release Requested',
    source: 'example.pipeline',
    detail: { ...(await exampleManifest(version)), change_id: `CHG-${version}`, ...changes },
  });
const approveAll = (releaseId: string) => async () => {
  for (const person of APPROVERS) await product.decide(releaseId, person);
  return (await product.store.get('request', `apr-${releaseId}`))?.status ?? '';
};
const events = () => product.store.events(MODEL);
const walkRelease = (releaseId: string, invoke: Product['invoke'] = product.invoke) =>
  walk('release', { input: { releaseId }, invoke, events, people: approveAll(releaseId) });
/** Takes the last promotion of it that was started, which must be the only one of its attempt. */
const walkPromotion = async (releaseId: string, invoke: Product['invoke'] = product.invoke) => {
  await product.drain();
  const attempts = await product.attempts(releaseId);
  expect(attempts).toEqual(attempts.map((_, index) => index + 1));
  const input = { releaseId, attempt: attempts.length };
  return walk('promotion', { input, invoke, events, meanwhile: product.drain });
};
const release = async (releaseId: string) => {
  const found = await product.store.get('release', releaseId);
  if (found === undefined) throw new Error(`there is no ${releaseId}`);
  return found;
};
const eventsOf = async (releaseId: string) =>
  (await product.store.events(MODEL))
    .map(({ event }) => event)
    .filter((event) => event.release_id === releaseId)
    .map(({ event_type }) => event_type);

/** Requests a release, and takes it to the gate after the deployment, where its approval has expired. */
const walkToLateDenial = async (version: string, release_id: string): Promise<string> => {
  expect(await request(version, { release_id, config_version: release_id })).toMatchObject({ outcome: 'accepted' });
  expect(await walkRelease(release_id)).toBe('ReleaseApproved');
  return walkPromotion(release_id, async (lambda, event) => {
    const approvedUntil = '2020-01-01T00:00:00.000Z';
    if (lambda === 'promote-release')
      await product.doctor({ pk: `RELEASE#${release_id}`, sk: 'META' }, { approvedUntil });
    return product.invoke(lambda, event);
  });
};

const operator = (id: string) => ({ id, role: 'operator', auth: 'jwt' });
const ORDER = { reason: 'found', linkedIncident: 'INC-1' };
const consent = (id: string) => releaseHold({ ...ORDER, modelName: MODEL, actor: operator(id) }, product.store, now);

const orderOfSageMaker = (settings: object) =>
  fetch(`${product.aws.sagemakerEndpoint}/_standin/settings`, { method: 'PUT', body: JSON.stringify(settings) });

/** The endpoint is updated by hand, which takes a while. */
const keepBusy = async (): Promise<void> => {
  const { sagemakerEndpoint } = product.aws;
  const { endpointConfigName: ModelName } = await release(`${MODEL}-1.1.0`);
  await orderOfSageMaker({ delayMs: 5_000 });
  const sagemaker = new SageMakerClient(clientConfig(sagemakerEndpoint));
  const EndpointConfigName = 'by-hand';
  const variant = {
    VariantName: 'AllTraffic',
    ModelName,
    InitialInstanceCount: 1,
    InstanceType: 'ml.m5.large',
  } as const;
  await sagemaker.send(new CreateEndpointConfigCommand({ EndpointConfigName, ProductionVariants: [variant] }));
  await sagemaker.send(new UpdateEndpointCommand({ EndpointName: MODEL, EndpointConfigName }));
  await orderOfSageMaker({ delayMs: 0 });
};

/** What an envelope that is kept says, once its signature was verified. */
const openKept = async (uri: string, keyId: string) => {
  const envelope = Envelope.parse(JSON.parse(Buffer.from(await readObject(placeOf(uri), 1e6)).toString()));
  const verified = verifyEnvelope(envelope, await publicKeyPem(keyId));
  if ('problem' in verified) throw new Error(verified.problem);
  return Statement.parse(JSON.parse(Buffer.from(verified.payload).toString()));
};

/** One story in chapters, each from where the one before it ended. */
describe('the life of releases, each step of it taken twice', () => {
  it('ends for an unfair release at the gate, before anybody is asked', async () => {
    expect(await request('1.0.0')).toEqual({ outcome: 'accepted', releaseId: `${MODEL}-1.0.0` });

    expect(await walkRelease(`${MODEL}-1.0.0`)).toBe('ReleaseRejected');

    const { state, reasons } = await release(`${MODEL}-1.0.0`);
    expect(state).toBe('rejected');
    expect(reasons.map(({ rule }) => rule)).toContain('disparate_impact_ratio_above_minimum');
    expect((await eventsOf(`${MODEL}-1.0.0`)).filter((type) => type === 'evaluation_completed')).toHaveLength(1);
    expect(await product.store.get('request', `apr-${MODEL}-1.0.0`)).toBeUndefined();
  });

  it('ends at the gate when somebody turns a failed check into a passed one in the table', async () => {
    const release_id = `${MODEL}-doctored`;
    expect(await request('1.0.0', { release_id, config_version: 'doctored' })).toMatchObject({ outcome: 'accepted' });
    const doctor = async () => {
      for (const { stage, checks } of await product.store.list('stage_checks', release_id)) {
        const key = { pk: `CHECKS#${release_id}`, sk: `CHECKS#${stage}` };
        await product.doctor(key, { checks: checks.map((check) => ({ ...check, status: 'passed', passed: true })) });
      }
    };

    const ended = await walkRelease(release_id, async (lambda, event) => {
      if (lambda === 'evaluate-gate') await doctor();
      return product.invoke(lambda, event);
    });

    expect(ended).toBe('ReleaseRejected');
    expect((await release(release_id)).reasons).toMatchObject([
      { rule: 'stage_attestation', explanation: expect.stringContaining('not what the stage signed') },
    ]);
  });

  it('deletes the endpoint again that was made for a first release whose approval ran out meanwhile', async () => {
    expect(await walkToLateDenial('1.1.0', `${MODEL}-first-denied`)).toBe('PromotionDenied');

    expect(await findEndpoint(MODEL)).toBeUndefined();
    expect(await product.store.get('pointer', MODEL)).toBeUndefined();
    const types = await eventsOf(`${MODEL}-first-denied`);
    expect(types.at(-1)).toBe('endpoint_restored');
    expect(types.filter((type) => type === 'endpoint_restored')).toHaveLength(1);
  });

  it('leads a release that people approve to production, with a record that verifies', async () => {
    expect(await request('1.1.0')).toMatchObject({ outcome: 'accepted' });

    expect(await walkRelease(`${MODEL}-1.1.0`)).toBe('ReleaseApproved');
    expect(await walkPromotion(`${MODEL}-1.1.0`)).toBe('ReleasePromoted');

    const { state, recordUri = '', recordSha256 } = await release(`${MODEL}-1.1.0`);
    expect(state).toBe('production');
    expect(await product.store.get('pointer', MODEL)).toMatchObject({ epoch: 1, releaseId: `${MODEL}-1.1.0` });
    const { predicate } = await openKept(recordUri, product.recordKeyId);
    const told = (await product.store.events(MODEL)).flatMap(({ event }) =>
      event.release_id === `${MODEL}-1.1.0` && event.details['trained_from'] !== undefined ? [event.details] : [],
    );
    expect(told).toMatchObject([
      {
        stage: 'data_provenance',
        trained_from: { data: expect.arrayContaining([expect.objectContaining({ sha256: expect.any(String) })]) },
      },
    ]);
    expect(GovernanceRecord.parse(predicate)).toMatchObject({
      release_id: `${MODEL}-1.1.0`,
      human_approvals: [{ decision: 'approve' }, { decision: 'approve' }],
    });
    expect(recordUri).toContain(recordSha256);
    const types = await eventsOf(`${MODEL}-1.1.0`);
    const ofTheRelease = ['release_requested', 'evidence_pinned', 'model_registered', 'evaluation_completed'] as const;
    for (const once of [...ofTheRelease, 'release_approved', 'deployment_promoted']) {
      expect(types.filter((type) => type === once)).toEqual([once]);
    }
    expect(types.filter((type) => type === 'approval_granted')).toHaveLength(2); // One for each person (AU-1).
  });

  it('has an attestation of every stage of the policy, about the artifact, named in the record (CK-7)', async () => {
    const { manifest, policySha256, recordUri = '' } = await release(`${MODEL}-1.1.0`);
    const attestations = await product.store.list('attestation', `${MODEL}-1.1.0`);
    const stages = (await product.store.get('policy', policySha256))?.policy.stages.map(({ name }) => name) ?? [];

    expect(attestations.map(({ stage }) => stage).toSorted()).toEqual(
      stages.filter((name) => name !== 'human_approval').toSorted(),
    );
    for (const { uri } of attestations) {
      expect(await openKept(uri, product.attestationKeyId)).toMatchObject({
        subject: [{ digest: { sha256: manifest.artifact_sha256 } }],
        predicateType: 'https://in-toto.io/attestation/test-result/v0.1',
        predicate: { result: 'PASSED', failedTests: [] },
      });
    }
    const { predicate } = await openKept(recordUri, product.recordKeyId);
    expect(predicate['attestations']).toEqual(
      attestations
        .map(({ stage, sha256, uri }) => ({ stage, sha256, uri }))
        .toSorted((a, b) => (a.stage < b.stage ? -1 : 1)),
    );
  });

  it('gives the endpoint back to what is in production when the next one is denied after its deployment', async () => {
    const before = await product.store.get('pointer', MODEL);

    expect(await walkToLateDenial('1.2.0', `${MODEL}-next-denied`)).toBe('PromotionDenied');

    expect(await product.store.get('pointer', MODEL)).toEqual(before);
    expect(await findEndpoint(MODEL)).toMatchObject({ serves: before?.endpointConfigName, condition: 'in_service' });
    expect((await eventsOf(`${MODEL}-next-denied`)).filter((type) => type === 'endpoint_restored')).toHaveLength(1);
  });

  it('tries a promotion again whose canary was taken back, by the same way, on the same decision of people (GT-5, TR-2)', async () => {
    const releaseId = `${MODEL}-1.2.0`;
    const claim = { releaseId, actor: { id: 'omar', role: 'operator', auth: 'jwt' }, reason: 'a false alarm' };
    expect(await request('1.2.0', await byCanary('1.2.0'))).toMatchObject({ outcome: 'accepted' });
    const asks = () => askPromotion(claim, product.store, now);
    expect(await walkRelease(releaseId)).toBe('ReleaseApproved');

    // Nothing is ordered of a fleet of one, or while an alarm that people approved is not there.
    expect(await walkPromotion(releaseId)).toBe('PromotionDenied');
    expect((await release(releaseId)).reasons.map(({ rule }) => rule)).toEqual([
      'deployment_strategy',
      'deployment_strategy',
      'deployment_strategy',
    ]);
    expect(await eventsOf(releaseId)).not.toContain('deployment_started');
    await createAlarms();
    await scaleToTwo(product, MODEL);
    await expect.poll(async () => (await findEndpoint(MODEL))?.condition).toBe('in_service');
    expect(await asks()).toMatchObject({ outcome: 'requested' });
    // The update stays in progress until both calls of the deployment have seen it.
    await orderOfSageMaker({ endpoints: { [MODEL]: { hold: true, failNextUpdate: 'an alarm went off' } } });
    let looks = 0;
    const letGo = async (lambda: string, event: unknown) => {
      if (lambda === 'verify-endpoint' && looks++ === 0) await lookAtEndpoint(product);
      if (lambda === 'verify-endpoint') await orderOfSageMaker({ endpoints: { [MODEL]: {} } });
      return product.invoke(lambda, event);
    };
    const pointer = await product.store.get('pointer', MODEL);
    const { endpointConfigName: former = '' } = pointer ?? {};
    expect(await walkPromotion(releaseId, letGo)).toBe('PromotionDenied');
    const before = await eventsOf(releaseId);
    expect(before.slice(-2)).toEqual(['deployment_failed', 'endpoint_restored']);
    await expectCanaryTakenBack(product, releaseId, former);
    expect(await product.store.get('pointer', MODEL)).toEqual(pointer);

    expect(await asks()).toMatchObject({ outcome: 'requested' });
    expect(await asks()).toMatchObject({ outcome: 'known' });

    expect(await walkPromotion(releaseId)).toBe('ReleasePromoted');
    expect((await eventsOf(releaseId)).slice(before.length)).toEqual([
      'promotion_requested',
      'deployment_started',
      'deployment_promoted',
    ]);
  });

  it('keeps which decisions changed since the release that served before (CK-15)', async () => {
    expect(await product.store.get('behaviour', `${MODEL}-1.1.0`)).toBeUndefined();
    expect(await product.store.get('behaviour', `${MODEL}-1.2.0`)).toMatchObject({
      liveReleaseId: `${MODEL}-1.1.0`,
      all: { stayedYes: 1010, stayedNo: 89, yesToNo: 32, noToYes: 59 },
    });
  });

  it('leads an alarm back from it, once (RB-8)', async () => {
    expect(await product.store.get('pointer', MODEL)).toMatchObject({ epoch: 2, fallbackReleaseId: `${MODEL}-1.1.0` });

    const went = now().replace('Z', '+0000');
    const alarm = (value: string, timestamp = went) => ({
      resources: [`arn:aws:cloudwatch:us-east-1:000000000000:alarm:assay/local/${MODEL}/errors`],
      detail: { alarmName: `assay/local/${MODEL}/errors`, state: { value, reason: 'Threshold crossed', timestamp } },
    });
    const id = rollbackId(MODEL, 2);
    const renamed = (alarmName: string) => ({ ...alarm('ALARM'), detail: { ...alarm('ALARM').detail, alarmName } });
    const { logger } = await import('../../lib/runtime/logger.ts');
    const logged = vi.spyOn(logger, 'warn');
    onTestFinished(() => logged.mockRestore());
    for (const name of [`assay/${MODEL}/errors`, `assay/prod/${MODEL}/errors`, `assay/${MODEL}/errors/p99`]) {
      expect(await product.invoke('request-rollback', renamed(name))).toEqual({ outcome: 'refused' });
      const expected = { alarm: name, expected: 'assay/local/<model>/<symptom>' };
      expect(logged).toHaveBeenLastCalledWith('alarm refused: rename it', expected);
    }
    expect(await product.invoke('request-rollback', alarm('OK'))).toEqual({ outcome: 'ignored' });
    expect(await product.invoke('request-rollback', alarm('ALARM'))).toEqual({ outcome: 'requested', rollbackId: id });
    expect(await product.invoke('request-rollback', alarm('ALARM'))).toEqual({ outcome: 'known', rollbackId: id });
    const waits: string[] = [];
    const ended = await walk('rollback', {
      ...{ input: { rollbackId: id }, events },
      invoke: async (lambda, event) => {
        if (lambda === 'switch-endpoint' && waits.length === 0) await keepBusy();
        const answer = await product.invoke(lambda, event);
        if (lambda === 'switch-endpoint') waits.push(JSON.stringify(answer));
        return answer;
      },
      meanwhile: product.drain,
    });

    expect(ended).toBe('RollbackExecuted');
    expect([waits[0], waits.at(-1)]).toEqual(['{"outcome":"busy"}', '{"outcome":"switched"}']);

    // What served before is what serves again: nothing was made for the rollback.
    const { endpointConfigName } = await release(`${MODEL}-1.1.0`);
    const flipped = { epoch: 3, releaseId: `${MODEL}-1.1.0`, endpointName: MODEL, endpointConfigName };
    expect(await product.store.get('pointer', MODEL)).toMatchObject(flipped);
    expect((await release(`${MODEL}-1.1.0`)).state).toBe('production');
    expect((await release(`${MODEL}-1.2.0`)).state).toBe('rolled_back');
    expect((await eventsOf(`${MODEL}-1.2.0`)).filter((type) => type === 'rollback_executed')).toHaveLength(1);
    // Its message comes again, and the release that serves now has nothing to do with it.
    expect(await product.invoke('request-rollback', alarm('ALARM'))).toEqual({ outcome: 'out_of_date' });
    // A failed release is no fallback, so an alarm about the present one finds none.
    const latency = alarm('ALARM', now().replace('Z', '+00:00'));
    expect(await product.invoke('request-rollback', { ...latency, resources: ['latency'] })).toEqual({
      outcome: 'refused',
    });
  });

  it('holds the model until two operators have said that its incident is dealt with (RB-7)', async () => {
    expect(await product.store.get('hold', MODEL)).toMatchObject({ status: 'held', rollbackId: rollbackId(MODEL, 2) });

    expect(await consent('omar')).toMatchObject({ status: 'held', operatorsNeeded: 2 });
    expect(await consent('olga')).toMatchObject({ status: 'released' });
  });

  it('is taken back to nothing: the endpoint is deleted, and the model held (RB-9)', async () => {
    const claim = { ...ORDER, modelName: MODEL, actor: operator('omar'), toNothing: true };
    const { rollback } = await askRollback(claim, product.store, now);

    const how = { events, invoke: product.invoke, meanwhile: product.drain };
    expect(await walk('rollback', { input: { rollbackId: rollback.rollbackId }, ...how })).toBe('RollbackExecuted');

    expect(await findEndpoint(MODEL)).toBeUndefined();
    expect(await product.store.get('pointer', MODEL)).toMatchObject({ epoch: 4, releaseId: '', endpointName: '' });
    expect((await release(`${MODEL}-1.1.0`)).state).toBe('rolled_back');
    const executed = (await product.store.events(MODEL)).filter(
      ({ event: { event_type: type } }) => type === 'rollback_executed',
    );
    expect(executed.map(({ event }) => event.details['to'])).toEqual([`${MODEL}-1.1.0`, '']);
    expect(await product.store.get('hold', MODEL)).toMatchObject({ status: 'held', rollbackId: rollbackId(MODEL, 3) });
  });

  it('begins again after it: a later release is promoted as a first one, once the hold is released (RB-9)', async () => {
    const releaseId = `${MODEL}-again`;
    // The examples have no later version, so the one that was rolled back comes once more, as if it had never served.
    await product.doctor({ pk: `VERSIONS#${MODEL}`, sk: 'VERSIONS' }, { releases: {} });
    expect(await request('1.2.0', { release_id: releaseId, config_version: 'again' })).toMatchObject({
      outcome: 'accepted',
    });
    expect(await walkRelease(releaseId)).toBe('ReleaseApproved');
    expect(await release(releaseId)).toMatchObject({ rollbackTarget: 'none' });
    expect(await walkPromotion(releaseId)).toBe('PromotionDenied');

    for (const id of ['olga', 'ines']) await consent(id);
    await askPromotion({ releaseId, actor: operator('omar'), reason: 'found' }, product.store, now);

    expect(await walkPromotion(releaseId)).toBe('ReleasePromoted');
    expect(await product.store.get('pointer', MODEL)).toMatchObject({ epoch: 5, releaseId, fallbackReleaseId: '' });
    expect(await findEndpoint(MODEL)).toMatchObject({ condition: 'in_service' });
  });

  it('has its change request in each event of it (AU-7)', async () => {
    const events = (await product.store.events(MODEL)).filter(({ event }) => event.release_id === `${MODEL}-1.1.0`);

    expect(events.length).toBeGreaterThan(10);
    expect(events.filter(({ event }) => event.details['change_id'] !== 'CHG-1.1.0')).toEqual([]);
  });

  it('is in the ledger whole, verified with the public key of the log alone', async () => {
    await product.drain();
    const grown = await product.invoke('extend-log', {});
    expect(await product.invoke('extend-log', {})).toEqual(grown);

    const s3 = new S3Client({ ...clientConfig(product.aws.awsEndpoint), forcePathStyle: true });
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: AUDIT_BUCKET }));
    const files = await Promise.all(
      Contents.map(async ({ Key = '' }) => {
        const { Body } = await s3.send(new GetObjectCommand({ Bucket: AUDIT_BUCKET, Key }));
        return { key: Key, bytes: (await Body?.transformToByteArray()) ?? new Uint8Array() };
      }),
    );
    const report = await verifyLedger(files, { logPublicKeyPem: await publicKeyPem(product.logKeyId) });

    expect(report.problems).toEqual([]);
    expect(report.notYetCovered).toEqual([]);
    const chain = report.chains.find(({ model }) => model === MODEL);
    expect(chain?.length).toBe((await product.store.events(MODEL)).length);
  });
});
