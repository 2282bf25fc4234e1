import { describe, expect, it } from 'vitest';
import { readOrExplain } from '../../../lib/domain/checks/read-pinned-document.ts';
import { Refusal } from '../../../lib/domain/refusal.ts';
import { digestOf } from '../../support/approval-case.ts';

describe('evidence that cannot be read', () => {
  it('is listed once, although the message names the first fault itself', async () => {
    const refusal = new Refusal('EvidenceUnreadable', 'could not read the bias report: document is of another shape', [
      { field: 'document', problem: 'is of another shape' },
      { field: 'facets', problem: 'is missing' },
    ]);

    expect(await readOrExplain(digestOf('report'), () => Promise.reject(refusal))).toEqual({
      kind: 'unreadable',
      sha256: digestOf('report'),
      problem: 'could not read the bias report: document is of another shape; facets is missing',
    });
  });
});
