/**
 * Executions keep the definition that they were started with. Until promotion became a machine of its own, the release
 * machine went on to production by itself: here that former definition runs with the present Lambdas.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recordApproved } from '../../lib/domain/gate/promotion.ts';
import type { Release } from '../../lib/domain/release/release.ts';
import { now } from '../../lib/runtime/clock.ts';
import { renamedExample } from '../../local/renamed-example.ts';
import { LOCAL_CONTEXT } from '../../local/synth.ts';
import { root } from '../local/support/emulator.ts';
import { digestOf } from '../support/approval-case.ts';
import { type Product, startProduct } from '../support/product.ts';
import { walk, walkFile } from '../support/walk.ts';

const FORMER = 'test/vectors/machines/release-that-promotes.asl.json';

let product: Product;
beforeAll(async () => {
  product = await startProduct('former');
});
afterAll(() => product.stop());

/** A release of a model of its own. */
const requested = async (model: string): Promise<string> => {
  const { manifest, files } = await renamedExample(root, '1.1.0', model);
  for (const { key, body } of files) await product.aws.put(LOCAL_CONTEXT.modelBuckets, key, body);
  const event = { 'detail-type': 'Release Requested', source: 'example.pipeline', detail: manifest };
  expect(await product.invoke('receive-release', event)).toMatchObject({ outcome: 'accepted' });
  return `${model}-1.1.0`;
};
const approve = (releaseId: string) => async () => {
  for (const person of ['ana.silva', 'ruth.meyer']) await product.decide(releaseId, person);
  return (await product.store.get('request', `apr-${releaseId}`))?.status ?? '';
};
type Invoke = Product['invoke'];
const walkFormer = (releaseId: string, invoke: Invoke) =>
  walkFile(FORMER, { input: { releaseId }, invoke, people: approve(releaseId), meanwhile: product.drain });
const walkPromotion = (releaseId: string, invoke: Invoke = product.invoke) =>
  walk('promotion', { input: { releaseId, attempt: 1 }, invoke, meanwhile: product.drain });
const found = async (releaseId: string): Promise<Release> => {
  const release = await product.store.get('release', releaseId);
  if (release === undefined) throw new Error(`there is no ${releaseId}`);
  return release;
};
const eventsOf = async (releaseId: string) =>
  (await product.store.events((await found(releaseId)).modelName)).map(({ event }) => event.event_type);
const expectPromotedOnce = async (releaseId: string): Promise<void> => {
  const { state, reasons, modelName } = await found(releaseId);
  expect([state, reasons]).toEqual(['production', []]);
  expect(await product.store.get('pointer', modelName)).toMatchObject({ epoch: 1, releaseId });
  const types = (await eventsOf(releaseId)).filter((type) => /^(deploy|endpoint|promotion|release_fault)/.test(type));
  expect(types).toEqual(['deployment_started', 'deployment_promoted']);
};

/** An event that a test waits for, and that happens once. */
const milestone = () => {
  let reach = (): void => undefined;
  const reached = new Promise<void>((resolve) => {
    reach = resolve;
  });
  return { reach: () => reach(), reached };
};

/** What the former SignRecord committed: an approval that starts nothing. */
const approveAsFormerly = async (releaseId: string): Promise<unknown> => {
  const release = await found(releaseId);
  if (release.recordSha256 !== undefined) return { outcome: 'approved' };
  const policy = await product.store.get('policy', release.policySha256);
  if (policy === undefined) throw new Error('there is no policy');
  const record = { sha256: digestOf('record'), uri: 's3://evidence/records/r.dsse.json', keyId: product.recordKeyId };
  const change = recordApproved(release, { record, policy: policy.policy, approvals: [], now: now() });
  const writes = change.writes.map(({ kind, entity }) => {
    const { promotionAttempt: _, ...former } = entity as Release; // the one entity that it writes
    return { kind, entity: former };
  });
  await product.store.commit({ ...change, writes, intents: change.intents.slice(1) }, now());
  return { outcome: 'approved' };
};

describe('an execution of the former release machine that waits for people', () => {
  it('ends while the promotion is in the middle of its deployment', async () => {
    const releaseId = await requested('former-between');
    const [approved, deployed, ended] = [milestone(), milestone(), milestone()];

    const former = walkFormer(releaseId, async (lambda, event) => {
      if (lambda === 'verify-promotion') {
        approved.reach();
        await deployed.reached;
      }
      return product.invoke(lambda, event);
    }).finally(ended.reach);
    await approved.reached;
    const promotion = walkPromotion(releaseId, async (lambda, event) => {
      if (lambda === 'verify-endpoint') {
        deployed.reach();
        await ended.reached;
      }
      return product.invoke(lambda, event);
    });

    expect(await Promise.all([former, promotion])).toEqual(['PromotionDenied', 'ReleasePromoted']);
    await product.drain();
    expect(await product.attempts(releaseId)).toEqual([1]);
    await expectPromotedOnce(releaseId);
  });
});

describe('an execution of the former release machine that had the approval recorded', () => {
  it('goes on to production by itself, and nothing else does', async () => {
    const releaseId = await requested('former-approved');

    const ended = await walkFormer(releaseId, (lambda, event) =>
      lambda === 'sign-record' ? approveAsFormerly(releaseId) : product.invoke(lambda, event),
    );

    expect(ended).toBe('ReleasePromoted');
    await product.drain();
    expect(await product.attempts(releaseId)).toEqual([]);
    await expectPromotedOnce(releaseId);
  });

  it('was started for it again, and hands over to an attempt when it comes to its record', async () => {
    const releaseId = await requested('former-again');
    await walkFormer(releaseId, async (lambda, event) => {
      if (lambda === 'sign-record') return approveAsFormerly(releaseId);
      return lambda === 'verify-promotion' ? { outcome: 'broken' } : product.invoke(lambda, event);
    });
    // An earlier version's `assay promote`: the reasons are gone, and the release machine starts from its beginning.
    await product.doctor({ pk: `RELEASE#${releaseId}`, sk: 'META' }, { reasons: [] });
    const decided = async () => (await product.store.get('request', `apr-${releaseId}`))?.status ?? '';

    const again = { input: { releaseId }, invoke: product.invoke, people: decided };
    expect(await walk('release', again)).toBe('ReleaseApproved');
    await product.drain();

    expect(await product.attempts(releaseId)).toEqual([1]);
    expect(await walkPromotion(releaseId)).toBe('ReleasePromoted');
    expect(await product.store.get('pointer', 'former-again')).toMatchObject({ epoch: 1, releaseId });
  });
});
