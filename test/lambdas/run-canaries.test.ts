/** CK-12: the canaries run in the stages, and what they prove is one row and one event. */
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CONFIGURATION_CHAIN } from '../../lib/domain/ledger/event.ts';
import { at } from '../support/approval-case.ts';
import { mockClient } from '../support/mock-client.ts';
import { type Product, startProduct } from '../support/product.ts';
import { approved, keptPolicy } from '../support/release-life.ts';
import { aChange } from '../support/release-store.contract.ts';

const CHECKS = keptPolicy.policy.stages.flatMap(({ checks }) => checks.map(({ name }) => name));
const [FAILING = ''] = CHECKS;
let product: Product;
beforeAll(async () => {
  process.env['CANARIES'] = JSON.stringify([{ functionArn: 'stage', checks: CHECKS }]);
  product = await startProduct('canaries');
  const seeded = [
    { ...keptPolicy, version: 0 },
    { ...approved, version: 0 },
    // Its policy is not kept, so nobody knows what it rests on.
    { ...approved, version: 0, releaseId: 'orphan' as never, policySha256: 'f'.repeat(64) as never },
  ].map((entity) => ({ kind: 'create' as const, entity }));
  await product.store.commit(aChange('seeded', seeded), at('2026-11-01T00:00:00.000Z'));
}, 180_000);
afterAll(() => product.stop());

let failing: readonly string[] = [];
const lambda = mockClient(LambdaClient);
lambda.on(InvokeCommand).callsFake(({ Payload }) => {
  const { canary: check } = JSON.parse(Buffer.from(Payload).toString());
  const held = !failing.includes(check);
  const answer = { check, held, onGood: 'passed', onBad: held ? 'failed' : 'passed', codeSha256: 'e'.repeat(64) };
  return { Payload: Buffer.from(JSON.stringify(answer)) };
});
const run = () => product.invoke('run-canaries', { source: 'aws.events' });
const lastEvent = async () => (await product.store.events(CONFIGURATION_CHAIN)).at(-1)?.event;

describe('a run of the canaries', () => {
  it('proves every check, and names what rests on one that begins to fail', async () => {
    expect(await run()).toEqual({ ran: CHECKS.length, failing: [] });
    expect(await product.store.get('canaries')).toMatchObject({ checks: { [FAILING]: { onBad: 'failed' } } });

    failing = [FAILING];
    // As if it had never held.
    const row = await product.store.get('canaries');
    if (row === undefined) throw new Error('there is no row');
    await product.store.commit(
      aChange('forgotten', [{ kind: 'replace', entity: { ...row, checks: {} } }]),
      at('2026-11-02T00:00:00.000Z'),
    );

    expect(await run()).toEqual({ ran: CHECKS.length, failing: [FAILING] });
    expect(await lastEvent()).toMatchObject({
      event_type: 'canaries_evaluated',
      details: { begun_to_fail: [FAILING], resting: [approved.releaseId], resting_total: 1 },
    });
  });
});
