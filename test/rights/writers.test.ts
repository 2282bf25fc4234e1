import { describe, expect, it } from 'vitest';
import type { Change } from '../../lib/domain/change/change.ts';
import { beyondRights } from '../../lib/rights/writers.ts';
import { anApprovalOf, draft } from '../support/release-life.ts';
import { aChange } from '../support/release-store.contract.ts';

const approval = { ...anApprovalOf('ada', 'ml_lead'), version: 0 };
const resume = { intent: { kind: 'resume_execution', requestId: 'apr-1' } } as const;
const change = (kind: 'create' | 'expect'): Change => aChange('credit', [{ kind, entity: approval }], [resume]);

describe('what a Lambda may write', () => {
  it('is what its acts need', () => {
    expect(beyondRights('ServeApproval', change('create'))).toEqual([]);
  });

  it('is nothing else: neither a record nor a side effect', () => {
    expect(beyondRights('EvaluateModelCard', change('create'))).toEqual(['approval', 'resume_execution']);
    expect(beyondRights('EvaluateModelCard', aChange('credit', [{ kind: 'replace', entity: draft }]))).toEqual([
      'release',
    ]);
  });

  it.each([
    ['_log', 'ExtendLog'],
    ['_configuration', 'RenewSignatures'],
    ['_intake', 'ReceiveRelease'],
  ] as const)('does not go beyond the chains that it speaks on: %s', (chain, writer) => {
    const onChain = aChange(chain, []);

    expect(beyondRights(writer, onChain)).toEqual([]);
    expect(beyondRights('EvaluateModelCard', onChain)).toEqual([chain]);
  });

  it('does not bound what it holds', () => {
    expect(beyondRights('StoreApprovalToken', change('expect'))).toEqual([]);
  });
});
