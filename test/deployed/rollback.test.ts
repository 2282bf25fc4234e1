/** A rollback: once, to what was approved, by an alarm, the command line or the API; or a refusal on record. */
import { CreateEndpointConfigCommand, UpdateEndpointCommand } from '@aws-sdk/client-sagemaker';
import { beforeAll, describe, expect, it } from 'vitest';
import { recordKey } from '../../lib/adapters/dynamodb-keys.ts';
import type { Pointer } from '../../lib/domain/records/pointer.ts';
import { rollbackId } from '../../lib/domain/records/rollback.ts';
import { awsEventDelivery } from '../../local/aws-events.ts';
import { assay, callApi, tokenOf } from './support/doors.ts';
import { eventually } from './support/eventually.ts';
import { inProduction, releaseIn } from './support/life.ts';
import { endOf, executionsOf, statesOf } from './support/machines.ts';
import { isThere, order, packageStatus, servedConfig } from './support/sagemaker.ts';
import { tamper } from './support/table.ts';
import { variant } from './support/variant.ts';
import { endpoints, sagemaker, store } from './support/world.ts';

const ORDER = { reason: 'too many complaints', incident: 'INC-7' };

/** The pointer of a model with a release in production, and with an earlier one as its fallback if `hasFallback`. */
const serving = async (modelName: string, hasFallback = true): Promise<Pointer> => {
  await inProduction(await variant(modelName, '1.1.0'));
  if (hasFallback) await inProduction(await variant(modelName, '1.2.0'));
  const pointer = await store.get('pointer', modelName);
  if (pointer === undefined) throw new Error(`nothing of ${modelName} is in production`);
  return pointer;
};

const eventTypesOf = async (modelName: string): Promise<string[]> =>
  (await store.events(modelName)).map(({ event }) => event.event_type);

/**
 * Establishes that a model was rolled back exactly once, from the release of its pointer to the fallback, everywhere.
 */
const expectOneRollback = async (before: Pointer): Promise<void> => {
  const { modelName, epoch, releaseId, fallbackReleaseId } = before;
  const failed = await releaseIn(releaseId, 'rolled_back');
  const restored = await releaseIn(fallbackReleaseId, 'production');
  expect(await endOf('rollback', rollbackId(modelName, epoch))).toEqual({ status: 'SUCCEEDED' });
  const pointer = await store.get('pointer', modelName);
  expect(pointer).toMatchObject({ epoch: epoch + 1, releaseId: fallbackReleaseId, fallbackReleaseId: '' });
  expect(await servedConfig(modelName)).toBe(pointer?.endpointConfigName);
  const types = await eventTypesOf(modelName);
  expect(types.filter((type) => type === 'rollback_requested')).toHaveLength(1);
  expect(types.filter((type) => type === 'rollback_executed')).toHaveLength(1);
  await eventually('the registry to show both', async () => {
    const packages = [
      await packageStatus(failed.modelPackageArn ?? ''),
      await packageStatus(restored.modelPackageArn ?? ''),
    ];
    const shown = packages.map(({ ModelApprovalStatus, ModelLifeCycle }) =>
      [ModelApprovalStatus, ModelLifeCycle?.Stage, ModelLifeCycle?.StageStatus].join(' '),
    );
    const areRight = shown[0] === 'Rejected Production RolledBack' && shown[1] === 'Approved Production Approved';
    return areRight ? true : undefined;
  });
};

/** Establishes that two operators end the hold after an alarm's rollback, and no other two calls (RB-7). */
const expectHeldUntilTwoAgree = async (modelName: string): Promise<void> => {
  const release = async (user: string) =>
    (await callApi(`/v1/models/${modelName}/hold/release`, await tokenOf(user), ORDER)).status;
  expect((await assay('holds', 'list')).out).toContain(modelName);

  expect(await release('dana.kim')).toBe(403);
  expect([await release('omar.haddad'), await release('omar.haddad')]).toEqual([202, 202]);
  expect((await assay('holds', 'list')).out).toContain('1 of 2 omar.haddad');
  expect(await release('olga.brandt')).toBe(200);

  expect((await assay('holds', 'list')).out).not.toContain(modelName);
};

describe('five alarms at once (RB-3)', () => {
  it('are one rollback', async () => {
    const pointer = await serving('alarming');
    const deliver = awsEventDelivery(endpoints.awsEndpoint);
    const alarm = (symptom: string) => ({
      source: 'aws.cloudwatch',
      detailType: 'CloudWatch Alarm State Change',
      resources: [`arn:aws:cloudwatch:us-east-1:000000000000:alarm:assay/local/alarming/${symptom}`],
      detail: {
        alarmName: `assay/local/alarming/${symptom}`,
        state: { value: 'ALARM', reason: 'above the threshold', timestamp: new Date().toISOString() },
      },
    });

    await Promise.all(['error-rate', 'latency', 'drift', 'complaints', 'cost'].map((one) => deliver(alarm(one))));

    await expectOneRollback(pointer);
    expect(await executionsOf('rollback', rollbackId('alarming', pointer.epoch))).toHaveLength(1);
    await expectHeldUntilTwoAgree('alarming');
  });
});

describe('a rollback by the API', () => {
  it('is one for two operators at once, and refused to anybody else', async () => {
    const pointer = await serving('rolled-back-by-api');
    const path = '/v1/models/rolled-back-by-api/rollback';
    const operator = await tokenOf('omar.haddad');

    const refused = await callApi(path, await tokenOf('dana.kim'), ORDER);
    // The first one is not over before the second one is heard.
    await order(pointer.modelName, { hold: true });
    const answers = await Promise.all([callApi(path, operator, ORDER), callApi(path, operator, ORDER)]);
    await order(pointer.modelName, {});

    expect(refused.status).toBe(403);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 202]);
    expect(new Set(answers.map(({ body }) => body['rollback_id'])).size).toBe(1);
    await expectOneRollback(pointer);
    const own = await callApi('/v1/models/rolled-back-by-api/hold/release', operator, ORDER);
    expect(own).toMatchObject({ status: 403, body: { title: 'SeparationOfDuties' } });
    const executed = (await store.events(pointer.modelName)).find(
      ({ event }) => event.event_type === 'rollback_executed',
    );
    expect(executed?.event).toMatchObject({
      actor_id: 'omar.haddad',
      actor_role: 'operator',
      reason: ORDER.reason,
      linked_incident: ORDER.incident,
    });
  });
});

describe('a rollback by the command line', () => {
  let pointer: Pointer;
  let id: string;
  beforeAll(async () => {
    pointer = await serving('rolled-back-by-cli');
    id = rollbackId(pointer.modelName, pointer.epoch);
  });
  const rollBack = () => assay('rollback', pointer.modelName, '--reason', ORDER.reason, '--incident', ORDER.incident);
  const refusalReasons = async (): Promise<string[]> =>
    (await store.events(pointer.modelName))
      .filter(({ event }) => event.event_type === 'rollback_refused')
      .map(({ event }) => event.reason);

  it('is refused to a fallback that is not what was approved', async () => {
    const fallback = recordKey('release', pointer.fallbackReleaseId);
    const approved = await store.get('release', pointer.fallbackReleaseId);

    await tamper(fallback, 'pinned.artifactSha256', 'f'.repeat(64));
    const printed = await rollBack();
    await eventually('the refusal', async () => (await store.get('rollback', id))?.status === 'refused' || undefined);
    await tamper(fallback, 'pinned.artifactSha256', approved?.pinned?.artifactSha256);

    expect(printed).toMatchObject({ code: 0, out: expect.stringContaining(id) });
    expect(await endOf('rollback', id)).toEqual({ status: 'FAILED', error: 'RollbackRefused' });
    expect(await refusalReasons()).toEqual([expect.stringContaining('another was approved')]);
    expect(await store.get('pointer', pointer.modelName)).toEqual({ ...pointer, version: expect.any(Number) });
    expect(await servedConfig(pointer.modelName)).toBe(pointer.endpointConfigName);
  });

  it('leaves the pointer where it was when the endpoint does not come to serve the fallback', async () => {
    await order(pointer.modelName, { failNextUpdate: 'There is no capacity.' });

    expect((await rollBack()).code).toBe(0);
    await eventually('the second refusal', async () => ((await refusalReasons()).length === 2 ? true : undefined));
    expect((await refusalReasons())[1]).toContain(`endpoint serves ${pointer.endpointConfigName}, not `);

    expect((await store.get('rollback', id))?.status).toBe('refused');
    expect(await store.get('pointer', pointer.modelName)).toEqual({ ...pointer, version: expect.any(Number) });
    expect(await servedConfig(pointer.modelName)).toBe(pointer.endpointConfigName);
  });

  it('is done when it is requested again and nothing forbids it', async () => {
    expect((await rollBack()).code).toBe(0);

    await releaseIn(pointer.releaseId, 'rolled_back');
    const { epoch, modelName, fallbackReleaseId } = pointer;
    const after = await store.get('pointer', modelName);
    expect(after).toMatchObject({ epoch: epoch + 1, releaseId: fallbackReleaseId });
    expect(await servedConfig(modelName)).toBe(after?.endpointConfigName);
  });
});

describe('a rollback that is asked for while the endpoint is being updated', () => {
  it('waits until the endpoint takes orders again, and is done', async () => {
    const pointer = await serving('busy-endpoint');
    const { modelName, fallbackReleaseId } = pointer;
    const formerConfig = (await store.get('release', fallbackReleaseId))?.endpointConfigName;
    const id = rollbackId(modelName, pointer.epoch);
    const variant = { VariantName: 'AllTraffic', ModelName: formerConfig, InitialInstanceCount: 1 };
    const ProductionVariants = [{ ...variant, InstanceType: 'ml.m5.large' as const }];
    await sagemaker.send(new CreateEndpointConfigCommand({ EndpointConfigName: 'by-hand', ProductionVariants }));
    await order(modelName, { hold: true });

    await sagemaker.send(new UpdateEndpointCommand({ EndpointName: modelName, EndpointConfigName: 'by-hand' }));
    expect((await assay('rollback', modelName, '--reason', ORDER.reason, '--incident', ORDER.incident)).code).toBe(0);
    await eventually(
      'the machine to wait',
      async () => (await statesOf('rollback', id)).includes('AwaitEndpoint') || undefined,
    );
    await order(modelName, {});

    await expectOneRollback(pointer);
    const rollback = await store.get('rollback', id);
    expect(await servedConfig(modelName)).toBe(rollback?.endpointConfigName);
    // What served before serves again: nothing was made for the rollback.
    expect(rollback?.endpointConfigName).toBe(formerConfig);
    expect(await eventTypesOf(modelName)).not.toContain('rollback_refused');
  });
});

describe('a model that has nothing to go back to', () => {
  it('is not rolled back, and that is on record', async () => {
    const pointer = await serving('without-a-way-back', false);

    const answer = await callApi(`/v1/models/${pointer.modelName}/rollback`, await tokenOf('omar.haddad'), ORDER);
    const printed = await assay('rollback', pointer.modelName, '--reason', ORDER.reason, '--incident', ORDER.incident);

    expect(answer).toMatchObject({ status: 409, body: { title: 'RollbackImpossible' } });
    expect(printed).toMatchObject({ code: 1, err: expect.stringContaining('RollbackImpossible') });
    expect(await store.get('pointer', pointer.modelName)).toEqual(pointer);
    const refused = (await eventTypesOf(pointer.modelName)).filter((type) => type === 'rollback_refused');
    // The same person was refused the same twice: that is one event.
    expect(refused).toHaveLength(1);
    expect(await executionsOf('rollback', rollbackId(pointer.modelName, pointer.epoch))).toEqual([]);
  });

  it('is moved to another endpoint by an operator, and stays where it is if that does not come up (RB-1)', async () => {
    const before = await store.get('pointer', 'without-a-way-back');
    const move = (name: string) => assay('endpoints', 'move', 'without-a-way-back', name, '--reason', ORDER.reason);
    const settled = (status: string) =>
      eventually(`the move to be ${status}`, async () => {
        const found = await store.get('endpoint_move', 'without-a-way-back');
        return found?.status === status && found.settledAt !== undefined ? found : undefined;
      });

    await order('without-capacity', { failNextCreate: 'There is no capacity.' });
    expect(await move('without-capacity')).toMatchObject({ code: 0, out: expect.stringContaining('requested') });
    await settled('refused');
    expect((await store.get('pointer', 'without-a-way-back'))?.endpointName).toBe(before?.endpointName);
    expect(await isThere('without-capacity')).toBe(false);

    expect((await move('moved')).code).toBe(0);
    await settled('moved');
    const after = await store.get('pointer', 'without-a-way-back');
    expect(after).toMatchObject({ releaseId: before?.releaseId, endpointName: 'moved' });
    expect(await servedConfig('moved')).toBe(after?.endpointConfigName);
    expect(await isThere(before?.endpointName ?? '')).toBe(false);
    expect((await move('moved')).out).toMatch(/^status +moved$/m);
  });
});
