/** What lists every release store has: run against the fake in memory and against DynamoDB. */
import { describe, expect, it } from 'vitest';
import type { Write } from '../../lib/domain/change/change.ts';
import type { Entity } from '../../lib/domain/change/kinds.ts';
import type { ListPlace, PageOf, ReleaseFilter, ReleasePage, ReleasePlace } from '../../lib/domain/change/page.ts';
import type { PagedName } from '../../lib/domain/change/release-store.ts';
import type { Release } from '../../lib/domain/release/release.ts';
import { ReleaseSummary } from '../../lib/domain/release/release-summary.ts';
import { aDraft } from '../domain/ledger/a-ledger.ts';
import { at, NOW } from './approval-case.ts';
import { everyKind } from './every-kind.ts';
import { releaseId } from './release-life.ts';
import { aChange, newRelease, type StoreUnderTest } from './release-store.contract.ts';

const create = (entity: Entity): Write => ({ kind: 'create', entity });
const replace = (entity: Entity): Write => ({ kind: 'replace', entity });

export const releaseListsContract = (name: string, makeStore: () => StoreUnderTest): void => {
  const inStore = () => {
    const { store } = makeStore();
    const release = newRelease();
    const commit = (writes: readonly Write[]) => store.commit(aChange(release.modelName, writes), NOW);
    return { store, release, commit };
  };

  describe(`${name}: what was kept, in lists`, () => {
    it('is listed in pages, the latest change first, and by what a filter says', async () => {
      const { store, release, commit } = inStore();
      const changed = (day: number) => ({ updatedAt: at(`2026-11-2${day}T00:00:00.000Z`) });
      const own = (suffix: string, changes: Partial<Release>) => ({
        ...release,
        releaseId: releaseId(`${release.releaseId}.${suffix}`),
        ...changes,
      });
      const all = [
        own('a', { ...changed(1), state: 'rejected', riskTier: 'high' }),
        own('b', { ...changed(2), state: 'production', approvedUntil: at('2026-12-01T00:00:00.000Z') }),
        own('c', { ...changed(2), modelVersion: '9.9.9' }),
        own('d', changed(3)),
      ];
      await commit(all.map((one) => create(one)));
      const model = release.modelName;
      const idsOf = async (filter: ReleaseFilter, limit: number) => {
        const ids: string[][] = [];
        let after: ReleasePlace | undefined;
        do {
          const page: ReleasePage = await store.releasePage(filter, { limit, after });
          ids.push(page.items.map((one) => one.releaseId.slice(release.releaseId.length + 1)));
          after = page.next;
        } while (after !== undefined);
        return ids.filter((page) => page.length > 0);
      };

      const [first] = (await store.releasePage({ model }, { limit: 1 })).items;
      expect(first).toEqual(ReleaseSummary.parse(all[3]));
      expect((await idsOf({ model }, 1)).flat().toSorted()).toEqual(['a', 'b', 'c', 'd']);
      expect((await idsOf({ model }, 3)).map((page) => page.length)).toEqual([3, 1]);
      expect((await idsOf({ model, order: 'oldest' }, 1)).at(0)).toEqual(['a']);
      expect(await idsOf({ model, version: '9.9.9' }, 2)).toEqual([['c']]);
      expect(await idsOf({ model, tier: 'high', requester: release.requestedBy }, 2)).toEqual([['a']]);
      expect(await idsOf({ model, requester: 'nobody' }, 2)).toEqual([]);
      expect((await idsOf({ model, states: ['production', 'rejected'] }, 1)).flat()).toEqual(['b', 'a']);
      expect(await idsOf({ model, states: ['production'], endsBy: at('2026-12-02T00:00:00.000Z') }, 2)).toEqual([
        ['b'],
      ]);
      expect(await idsOf({ model, states: ['production'], endsBy: at('2026-11-02T00:00:00.000Z') }, 2)).toEqual([]);

      for (const order of ['latest', 'oldest'] as const) {
        const everywhere: string[] = [];
        let after: ReleasePlace | undefined;
        do {
          const page: ReleasePage = await store.releasePage({ order }, { limit: 2, after });
          everywhere.push(...page.items.map((one) => one.releaseId));
          after = page.next;
        } while (after !== undefined);
        expect(everywhere.filter((id) => id.startsWith(`${release.releaseId}.`)).toSorted()).toEqual(
          all.map((one) => one.releaseId),
        );
        expect(new Set(everywhere).size).toBe(everywhere.length);
      }
    });

    it('is listed with others of its kind, page by page', async () => {
      const { store, release, commit } = inStore();
      const kept = everyKind(release);
      const hold = { ...kept.hold.record, version: 0, status: 'held' };
      const line = { ...kept.line.record, version: 0, status: 'stopped' };
      const { ended: _, documented: __, ...glass } = { ...kept.break_glass.record, version: 0 };
      await commit([create(hold), create(line), create(glass)]);
      const listed = async <N extends PagedName>(name: N) => {
        const found: unknown[] = [];
        let after: ListPlace | undefined;
        do {
          const page: PageOf<unknown, ListPlace> = await store.page(name, { limit: 1, after });
          found.push(...page.items);
          after = page.next;
        } while (after !== undefined);
        return found;
      };

      expect(await listed('hold')).toContainEqual({ ...hold, version: 1 });
      expect(await listed('line')).toContainEqual({ ...line, version: 1 });
      expect(await listed('break_glass')).toContainEqual({ ...glass, version: 1 });
      const documented = { by: 'olga', at: glass.requested.at, account: 'it was in production by then' };
      await commit([replace({ ...glass, version: 1, documented })]);
      expect(await listed('break_glass')).not.toContainEqual(expect.objectContaining({ modelName: glass.modelName }));
      const running = { ...line, version: 1, status: 'running' };
      await commit([replace({ ...hold, version: 1, status: 'released' }), replace(running)]);
      expect(await listed('hold')).not.toContainEqual(expect.objectContaining({ modelName: hold.modelName }));
      expect(await listed('line')).not.toContainEqual(expect.objectContaining({ scope: line.scope }));

      const models: string[] = [];
      let after: string | undefined;
      do {
        const page: PageOf<string, string> = await store.models({ limit: 1, after });
        models.push(...page.items);
        after = page.next;
      } while (after !== undefined);
      expect(models).toContain(release.modelName);
      expect(models).toEqual(models.toSorted());
    });

    it('has the events of one release apart from those of its model, page by page', async () => {
      const { store, release } = inStore();
      const { modelName: model, releaseId: id } = release;
      const about = (releaseId: string, event_type: 'release_requested' | 'stage_evaluated') =>
        store.commit(
          {
            ...aChange(model, []),
            event: aDraft({ event_type, model_name: model, release_id: releaseId, approval_state: '' }),
          },
          NOW,
        );
      await about(id, 'release_requested');
      await about(`${id}.other`, 'release_requested');
      await about(id, 'stage_evaluated');
      await store.commit(aChange(model, []), NOW);
      await about(id, 'stage_evaluated');
      const seqs = async (limit: number, after?: number) => {
        const { items, next } = await store.eventsOf({ releaseId: id, modelName: model }, { limit, after });
        return { seqs: items.map(({ event }) => event.seq), next };
      };

      expect(await seqs(10)).toEqual({ seqs: [1, 3, 5], next: undefined });
      expect(await seqs(2)).toEqual({ seqs: [1, 3], next: 3 });
      expect(await seqs(2, 3)).toEqual({ seqs: [5], next: undefined });
    });
  });
};
