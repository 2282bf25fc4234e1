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
});
