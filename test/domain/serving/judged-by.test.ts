import { describe, expect, it } from 'vitest';
import { expecting } from '../../../lib/domain/change/expecting.ts';
import type { ReleaseId } from '../../../lib/domain/identifiers.ts';
import { Conflict } from '../../../lib/domain/refusal.ts';
import { deviationsOf } from '../../../lib/domain/serving/deviations.ts';
import { judgedBy } from '../../../lib/domain/serving/judged-by.ts';
import { type EndpointLook, recordLook } from '../../../lib/domain/serving/record-look.ts';
import { NOW } from '../../support/approval-case.ts';
import { aLook, asApproved, behindOf, released } from '../../support/looks.ts';
import { memoryReleaseStore } from '../../support/memory-release-store.ts';
import { anEndpoint, superseded } from '../../support/release-life.ts';

const lookOf = (changes: Parameters<typeof asApproved>[0], former?: EndpointLook['former']): EndpointLook => {
  const facts = asApproved({ found: aLook({ serves: 'other' }), ...changes });
  return { facts, judged: deviationsOf(facts), row: undefined, period: undefined, former };
};
const idsExpected = (look: EndpointLook): unknown[] => {
  const change = recordLook(look);
  if (change === undefined) throw new Error('there is nothing to record');
  return expecting(change, ...judgedBy(look)).writes.flatMap(({ kind, entity }) =>
    kind === 'expect' && entity.entity === 'release' ? [entity.releaseId] : [],
  );
};

describe('what a look was judged by', () => {
  it('has the release that the event is about, though nothing is in production there', () => {
    const look = lookOf({ pointer: undefined, approved: undefined, behind: [behindOf({ release: superseded })] });

    expect(recordLook(look)?.event.release_id).toBe(superseded.releaseId);
    expect(idsExpected(look)).toEqual([superseded.releaseId]);
  });

  it('has each release once that is behind what serves, with the one in production', () => {
    const packaged = { ...superseded, releaseId: 'packaged' as ReleaseId };
    const behind = [
      behindOf({ release: superseded, ofPackage: [superseded, packaged] }),
      behindOf({ ofPackage: [packaged, released] }),
    ];

    expect(idsExpected(lookOf({ behind }))).toEqual([released.releaseId, superseded.releaseId, packaged.releaseId]);
  });

  it('has the release of the last finding where there is none now', () => {
    const facts = asApproved({ pointer: undefined, approved: undefined, owner: undefined, found: undefined });
    const look = { ...lookOf({}), facts, former: superseded };

    expect(judgedBy(look)).toContain(superseded);
  });

  it('has that nobody owned the endpoint, so that a first promotion is not told of as a stranger', async () => {
    const store = memoryReleaseStore();
    const owner = anEndpoint();
    const none = { owner: undefined, pointer: undefined, approved: undefined };
    const look = lookOf({ ...none, found: aLook({ serves: 'new' }), isWatched: true });
    const change = recordLook(look);
    if (change === undefined) throw new Error('there is nothing to record');

    store.seed(owner);

    await expect(store.commit(expecting(change, ...judgedBy(look)), NOW)).rejects.toThrow(Conflict);
    await memoryReleaseStore().commit(expecting(change, ...judgedBy(look)), NOW);
  });

  it('fits into a transaction, however many packages somebody names', () => {
    const ofPackage = Array.from({ length: 200 }, (_, index) => ({
      ...superseded,
      releaseId: `r-${index}` as ReleaseId,
    }));
    const look = lookOf({ behind: [behindOf({ release: superseded, ofPackage })] });

    expect(idsExpected(look)).toHaveLength(51);
    expect(idsExpected(look)).toContain(superseded.releaseId);
  });
});
