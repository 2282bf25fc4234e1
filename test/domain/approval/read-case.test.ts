import { describe, expect, it } from 'vitest';
import { readCase } from '../../../lib/domain/approval/read-case.ts';
import { anApprovalCase } from '../../support/approval-case.ts';

describe('the case of a request', () => {
  it('is of the release that the request says, whatever its id looks like', async () => {
    const { store, request, release, directory } = await anApprovalCase();
    store.seed({ ...request, requestId: 'apr-another' }, { ...request, requestId: `apr-${release.releaseId}-2` });

    for (const requestId of [request.requestId, 'apr-another', `apr-${release.releaseId}-2`]) {
      const facts = await readCase(store, directory, requestId);

      expect([facts.request.requestId, facts.release.releaseId]).toEqual([requestId, release.releaseId]);
    }
  });

  it('is none where there is no such request, though there may be a release of that name', async () => {
    const { store, release, directory } = await anApprovalCase();

    for (const requestId of [`xxxx${release.releaseId}`, 'apr-nothing', ''])
      await expect(readCase(store, directory, requestId)).rejects.toThrow('there is no such approval request');
  });

  it('has the decisions that were there when its request was read, or later ones', async () => {
    const { store, request, directory } = await anApprovalCase();
    const lists: string[] = [];
    let isRead = false;
    const get: typeof store.get = async (name, ...id) => {
      const found = await store.get(name, ...id);
      await new Promise((resolve) => setImmediate(resolve));
      isRead ||= name === 'request';
      return found;
    };
    const list: typeof store.list = (name, ...owner) => {
      if (!isRead) lists.push(name);
      return store.list(name, ...owner);
    };

    await readCase({ get, list }, directory, request.requestId);

    expect(lists).toEqual([]);
  });

  it.each(['rejected', 'expired'] as const)('has the release that ended with a request that is %s', async (state) => {
    const { store, request, release, directory } = await anApprovalCase();
    const ended = { ...release, state };
    store.seed({ ...request, status: state }, ended);
    let reads = 0;
    const get: typeof store.get = async (name, ...id) => {
      const found = await store.get(name, ...id);
      if (found?.entity !== 'release') return found;
      reads += 1;
      return reads === 1 ? { ...found, state: 'validated' } : found;
    };

    expect((await readCase({ ...store, get }, directory, request.requestId)).release).toEqual(ended);
  });
});
