/** CK-12: the canaries run in the stages, and what they prove is one row and one event. */
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CONFIGURATION_CHAIN } from '../../lib/domain/ledger/event.ts';
import { at } from '../support/approval-case.ts';
import { mockClient } from '../support/mock-client.ts';
import { type Product, startProduct } from '../support/product.ts';
import { approved, checks, keptPolicy } from '../support/release-life.ts';
import { aChange } from '../support/release-store.contract.ts';

const CHECKS = keptPolicy.policy.stages.flatMap(({ checks }) => checks.map(({ name }) => name));
const [FAILING = ''] = CHECKS;
const [judged] = checks;
if (judged === undefined) throw new Error('there is no check');
let product: Product;
beforeAll(async () => {
  process.env['CANARIES'] = JSON.stringify([
    { functionArn: 'stage', checks: CHECKS },
    { functionArn: 'other', checks: ['its_check'] },
  ]);
  product = await startProduct('canaries');
  const seeded = [
    { ...keptPolicy, version: 0 },
    { ...approved, version: 0 },
    { ...judged, version: 0, releaseId: approved.releaseId },
    // Its policy is not kept, so nobody knows what it rests on.
    { ...approved, version: 0, releaseId: 'orphan' as never, policySha256: 'f'.repeat(64) as never },
  ].map((entity) => ({ kind: 'create' as const, entity }));
  await product.store.commit(aChange('seeded', seeded), at('2026-11-01T00:00:00.000Z'));
});
afterAll(() => product.stop());

let failing: readonly string[] = [];
let silent = '';
const lambda = mockClient(LambdaClient);
const bytes = (answer: object) => ({ Payload: Buffer.from(JSON.stringify(answer)) });
lambda.on(InvokeCommand).callsFake(({ FunctionName, Payload }) => {
  if (FunctionName === silent) return { FunctionError: 'Unhandled', ...bytes({ errorMessage: 'out of memory' }) };
  const { canary: check, reverify } = JSON.parse(Buffer.from(Payload).toString());
  if (reverify !== undefined) {
    const said = { measured: '0.5', threshold: '0.8', explanation: 'counted again' };
    return bytes({ check: reverify, status: 'failed', ...said, codeSha256: 'e'.repeat(64) });
  }
  const held = !failing.includes(check);
  const answer = { check, held, onGood: 'passed', onBad: held ? 'failed' : 'passed', codeSha256: 'e'.repeat(64) };
  return bytes(answer);
});
const run = () => product.invoke('run-canaries', { source: 'aws.events' });
const lastEvent = async () => (await product.store.events(CONFIGURATION_CHAIN)).at(-1)?.event;

describe('a run of the canaries', () => {
  it('proves every check, and names what rests on one that begins to fail', async () => {
    expect(await run()).toEqual({ ran: CHECKS.length + 1, failing: [] });
    expect(await product.store.get('canaries')).toMatchObject({ checks: { [FAILING]: { onBad: 'failed' } } });

    failing = [FAILING];
    // As if it had never held.
    const row = await product.store.get('canaries');
    if (row === undefined) throw new Error('there is no row');
    await product.store.commit(
      aChange('forgotten', [{ kind: 'replace', entity: { ...row, checks: {} } }]),
      at('2026-11-02T00:00:00.000Z'),
    );

    expect(await run()).toEqual({ ran: CHECKS.length + 1, failing: [FAILING] });
    expect(await lastEvent()).toMatchObject({
      event_type: 'canaries_evaluated',
      details: { begun_to_fail: [FAILING], resting: [approved.releaseId], resting_total: 1 },
    });
  });

  it('is recorded for what answered, and fails for what did not, so that it is tried again', async () => {
    const before = await product.store.get('canaries');
    silent = 'other';

    await expect(run()).rejects.toThrow('out of memory');

    silent = '';
    const after = await product.store.get('canaries');
    expect(after?.version).toBe((before?.version ?? 0) + 1);
    expect(after?.checks['its_check']).toEqual(before?.checks['its_check']);
    expect(await run()).toMatchObject({ ran: CHECKS.length + 1 });
  });
});

describe('a check that is made again', () => {
  const actor = { id: 'olga', role: 'operator', auth: 'jwt' };
  const again = (check: string) =>
    product.invoke('run-canaries', { reverify: check, releaseId: approved.releaseId, actor });

  it('is made by its stage, and on record for whoever ordered it', async () => {
    failing = [];
    await run();

    expect(await again(judged.name)).toEqual({ outcome: 'suspended' });
    expect((await product.store.events(approved.modelName)).at(-1)?.event).toMatchObject({
      event_type: 'check_reverified',
      actor_id: 'olga',
      details: { check: judged.name, status: 'failed', outcome: 'suspended' },
    });
    await expect(again('gone')).rejects.toThrow('has not judged');
  });
});
