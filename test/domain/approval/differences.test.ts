import { describe, expect, it } from 'vitest';
import { differencesToLive } from '../../../lib/domain/approval/differences.ts';
import { aCheck, aManifest, aPolicy, aRelease } from '../../support/approval-case.ts';

const described = (changes: Record<string, unknown>, checks = [aCheck('consent_basis_documented')]) => ({
  release: aRelease(aPolicy(), checks, aManifest(changes)),
  checks,
});

describe('differences to what is live', () => {
  it('are none where nothing governed differs', () => {
    expect(differencesToLive(described({}), described({}))).toEqual([]);
  });

  it('name what it is made of and what was measured, also where only one side has it', () => {
    const live = described({ model_version: '1.1.0' });
    const candidate = described({ model_version: '1.2.0' }, [aCheck('demographic_parity_within_threshold')]);

    expect(differencesToLive(live, candidate)).toEqual([
      { subject: 'model_version', live: '1.1.0', candidate: '1.2.0' },
      { subject: 'consent_basis_documented', live: 'passed', candidate: '' },
      { subject: 'demographic_parity_within_threshold', live: '', candidate: 'passed: 0.12' },
    ]);
  });
});
