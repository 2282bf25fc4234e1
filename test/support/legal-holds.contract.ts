/** What every release store does with legal holds. */
import { expect, it } from 'vitest';
import type { Write } from '../../lib/domain/change/change.ts';
import type { ListPlace } from '../../lib/domain/change/page.ts';
import type { LegalHoldFilter, ReleaseStore } from '../../lib/domain/change/release-store.ts';
import { ModelName } from '../../lib/domain/identifiers.ts';
import { plusMilliseconds } from '../../lib/domain/instant.ts';
import type { Release } from '../../lib/domain/release/release.ts';
import { at } from './approval-case.ts';
import { everyKind } from './every-kind.ts';

type InStore = () => {
  readonly store: ReleaseStore;
  readonly release: Release;
  readonly commit: (writes: readonly Write[]) => Promise<unknown>;
};

export const itListsLegalHolds = (inStore: InStore): void => {
  it('is listed by model and matter, of legal holds: those in force, of one model, and those that were lifted since', async () => {
    const { store, release, commit } = inStore();
    const { record } = everyKind(release).legal_hold;
    const holds = ['A-1', 'A-2', 'A-3', 'B/4'].map((matter) => ({ ...record, matter, status: 'set' }));
    const liftedAt = at('2026-11-22T00:00:00.000Z');
    const lifted = { ...record, matter: 'A-0', status: 'lifted', liftedAt };
    const ofAnother = { ...record, modelName: ModelName.parse(`${record.modelName}-2`), matter: 'A-1' };
    await commit([...holds, lifted, ofAnother].map((entity) => ({ kind: 'create', entity })));
    const mattersAfter = async (filter: LegalHoldFilter, after: ListPlace) =>
      (await store.legalHolds(filter, { limit: 100, after })).items.map(({ matter }) => matter);
    const pages = async (filter: LegalHoldFilter, limit: number) => {
      const read: string[][] = [];
      let after: ListPlace | undefined;
      do {
        const { items, next } = await store.legalHolds(filter, { limit, after });
        read.push(items.map(({ matter }) => matter));
        after = next;
      } while (after !== undefined);
      return read;
    };
    const model = record.modelName;

    expect((await pages({ model }, 3)).flat()).toEqual(['A-1', 'A-2', 'A-3', 'B/4']);
    expect((await pages({ model }, 3))[0]).toEqual(['A-1', 'A-2', 'A-3']);
    expect((await pages({ model, liftedSince: liftedAt }, 100)).flat()).toEqual(['A-0', 'A-1', 'A-2', 'A-3', 'B/4']);
    expect((await pages({ model, liftedSince: plusMilliseconds(liftedAt, 1) }, 1)).flat()).not.toContain('A-0');
    // Of another list: it begins where its model does, or there is nothing behind it.
    expect(await mattersAfter({ model }, { at: model, id: 'A-2' })).toEqual(['A-3', 'B/4']);
    expect(await mattersAfter({ model }, { at: '0', id: 'A-9' })).toEqual(['A-1', 'A-2', 'A-3', 'B/4']);
    expect(await mattersAfter({ model }, { at: `${model}-2`, id: 'A-1' })).toEqual([]);
    expect((await pages({}, 2)).flat().filter((matter) => matter === 'B/4')).not.toEqual([]);
  });
};
