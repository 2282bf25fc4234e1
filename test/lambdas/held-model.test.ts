/** A model that was rolled back: what people approved waits until its hold is released, however its promotion is tried. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askPromotion } from '../../lib/domain/gate/ask-promotion.ts';
import type { Release } from '../../lib/domain/release/release.ts';
import { releaseHold } from '../../lib/domain/serving/release-hold.ts';
import { now } from '../../lib/runtime/clock.ts';
import { NOW } from '../support/approval-case.ts';
import { type Product, startProduct } from '../support/product.ts';
import { refusalOf } from '../support/refusals.ts';
import { aHold, aPointer, deployed, inProduction, MODEL, releaseId, superseded } from '../support/release-life.ts';
import { aChange } from '../support/release-store.contract.ts';
import { standApproved } from '../support/stand-approved.ts';

let product: Product;
let waiting: Release = undefined as never; // before each test reads it
beforeAll(async () => {
  product = await startProduct('held');
});
afterAll(() => product.stop());

/** Approved when 1.1.0 was in production, as it is again after the rollback of 1.2.0. */
const unseen: Release = {
  ...deployed,
  version: 0,
  releaseId: releaseId('mortgage-1-3-0'),
  modelVersion: '1.3.0',
  rollbackTarget: superseded.releaseId,
  approvedUntil: now().replace(/^\d+/, '2099') as Release['approvedUntil'],
};
const operator = (id: string) => ({ id, role: 'operator', auth: 'jwt' });
const reasonsNow = async () => (await product.store.get('release', waiting.releaseId))?.reasons;

describe('a release that was approved for a model that is held (RB-7)', () => {
  it('is not promoted, and stays approved', async () => {
    const { release, rows } = await standApproved(product, unseen);
    waiting = release;
    const entities = [
      waiting,
      ...rows,
      { ...inProduction, version: 0, state: 'rolled_back' },
      { ...superseded, version: 0, state: 'production' },
      aPointer({ version: 0, epoch: 3, releaseId: superseded.releaseId, fallbackReleaseId: '' }),
      aHold({ version: 0 }),
    ];
    const writes = entities.map((entity) => ({ kind: 'create' as const, entity }));
    await product.store.commit(aChange(MODEL, writes), NOW);

    expect(await product.invoke('promote-release', { releaseId: waiting.releaseId })).toEqual({ outcome: 'deny' });

    expect(await product.store.get('release', waiting.releaseId)).toMatchObject({ state: 'approved' });
    expect(await reasonsNow()).toEqual([
      { rule: 'hold', evidence: '', explanation: expect.stringContaining(`held since ${NOW} by rollback rollback-`) },
    ]);
  });

  it('is not promoted by an operator who asks for it', async () => {
    const claim = { releaseId: waiting.releaseId, actor: operator('omar'), reason: 'again' };

    const refusal = await refusalOf(() => askPromotion(claim, product.store, now));

    expect(refusal).toMatchObject({ code: 'PromotionImpossible', message: expect.stringContaining('is held since') });
  });

  it('is promoted when it is asked for after the hold was released', async () => {
    const claim = { modelName: MODEL, reason: 'the cause was found', linkedIncident: 'INC-7' };
    await releaseHold({ ...claim, actor: operator('olga') }, product.store, now);
    const asked = { releaseId: waiting.releaseId, actor: operator('omar'), reason: 'again' };
    const { release } = await askPromotion(asked, product.store, now);
    const attempt = (release.promotionAttempt ?? 0) + 1;

    expect(await product.invoke('promote-release', { releaseId: waiting.releaseId, attempt })).toEqual({
      outcome: 'promoted',
    });

    expect(await product.store.get('pointer', MODEL)).toMatchObject({ epoch: 4, releaseId: waiting.releaseId });
  });
});
