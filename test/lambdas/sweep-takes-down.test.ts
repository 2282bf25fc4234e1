import { afterAll, beforeAll, expect, it } from 'vitest';
import { findEndpoint } from '../../lib/adapters/sagemaker-endpoints.ts';
import { rollbackId } from '../../lib/domain/records/rollback.ts';
import { checkLedger } from '../support/check-ledger.ts';
import { MODEL, RELEASE, startSwept } from '../support/swept.ts';
import { walk } from '../support/walk.ts';

let swept: Awaited<ReturnType<typeof startSwept>>;
beforeAll(async () => {
  swept = await startSwept('sweep-takes-down', 'take_down');
});
afterAll(() => swept.product.stop());

it('an endpoint that serves what nobody approved is taken down, and only the gate brings its model back (BG-2)', async () => {
  const { store, invoke, drain } = swept.product;
  await swept.sweep();
  const before = (await swept.events()).length;
  await swept.changeByHand('by-hand', { PrimaryContainer: { Image: 'of-others/model:1' } });
  await swept.hear(MODEL);
  await swept.hear(MODEL);

  const id = rollbackId(MODEL, 1);
  expect(await store.get('rollback', id)).toMatchObject({
    quarantined: 'by-hand',
    toReleaseId: '',
    initiatedBy: 'assay',
  });
  // Its execution was refused the deletion: the next look asks for it again, and not while another one works on it.
  await swept.product.doctor({ pk: `ROLLBACK#${id}`, sk: 'META' }, { status: 'refused' });
  await swept.hear(MODEL);
  await swept.hear(MODEL);
  expect(await store.get('rollback', id)).toMatchObject({ quarantined: 'by-hand', status: 'requested' });
  const input = { rollbackId: id };
  expect(await walk('rollback', { input, invoke, meanwhile: drain })).toBe('RollbackExecuted');
  await swept.sweep();

  expect(await findEndpoint(MODEL)).toBeUndefined();
  expect(await store.get('pointer', MODEL)).toMatchObject({ epoch: 2, releaseId: '' });
  expect(await store.get('release', RELEASE)).toMatchObject({ state: 'rolled_back' });
  expect(await store.get('hold', MODEL)).toMatchObject({ status: 'held', initiatedBy: 'assay' });
  expect((await swept.events()).slice(before).map(({ event_type }) => event_type)).toEqual([
    'serving_deviation_found',
    'endpoint_quarantined',
    'rollback_requested',
    'rollback_requested',
    'rollback_executed',
    'serving_deviation_ended',
  ]);
  await checkLedger(store, MODEL);
});
