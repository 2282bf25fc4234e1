import { describe, expect, it } from 'vitest';
import { ownerReader } from '../../lib/runtime/model-owner.ts';
import { digestOf } from '../support/approval-case.ts';
import { keptEvidence } from '../support/kept-evidence.ts';
import { inProduction } from '../support/release-life.ts';

const card = inProduction.pinned?.evidence.model_card?.sha256 ?? digestOf('none');
const releaseWith = (sha256: string) =>
  ({
    pinned: { ...inProduction.pinned, evidence: { model_card: { sha256, sizeBytes: 10 } } },
  }) as unknown as typeof inProduction;
const cardOf = (owner: unknown) => ({ schema_version: 1, model_name: 'm', model_version: '1.0.0', owner });

describe('who answers for a model (RR-13, ModelWithoutOwner)', () => {
  it.each([
    ['who its card names', new Map([[card, cardOf('Retention team')]]), 'Retention team'],
    ['nobody, if the card names nobody', new Map([[card, cardOf(undefined)]]), ''],
    ['nobody, if the name is of nothing but blanks', new Map([[card, cardOf('  ')]]), ''],
    ['nobody, if the card cannot be read', new Map(), ''],
  ])('is %s', async (_, kept, owner) => {
    expect(await ownerReader(keptEvidence(kept as never))(inProduction)).toBe(owner);
  });

  it('is nobody where no card was brought', async () => {
    expect(await ownerReader(keptEvidence())({})).toBe('');
  });

  it('is read once of each card, and again when very many were', async () => {
    let reads = 0;
    const ownerOf = ownerReader(async () => {
      reads += 1;
      return new TextEncoder().encode(JSON.stringify(cardOf('Retention team')));
    });
    await ownerOf(inProduction);
    await ownerOf(inProduction);
    const once = reads;
    for (let index = 0; index < 5000; index += 1) await ownerOf(releaseWith(digestOf(`card ${index}`)));
    await ownerOf(inProduction);

    expect([once, reads]).toEqual([1, 5002]);
  });

  it('is a fault, and not nobody, if storage does not answer', async () => {
    const ownerOf = ownerReader(() => Promise.reject(new Error('S3 is away')));

    await expect(ownerOf(inProduction)).rejects.toThrow('S3 is away');
  });
});
