/** Who hears of a deployment that failed because a step broke, and what its release goes on to say (GT-5). */
import { describe, expect, it } from 'vitest';
import { recordDeployment } from '../../../lib/domain/gate/record-deployment.ts';
import { recordFault } from '../../../lib/domain/gate/record-fault.ts';
import { plusMilliseconds } from '../../../lib/domain/instant.ts';
import { outcomesOf } from '../../../lib/domain/release/outcome.ts';
import { NOW } from '../../support/approval-case.ts';
import { aFault } from '../../support/faults.ts';
import { approved, DEPLOYED, deployed, intended, resulting } from '../../support/release-life.ts';

const LATER = plusMilliseconds(NOW, 60_000);
const fault = (next: 'restore' | 'recorded' = 'recorded', error = 'States.Timeout') =>
  aFault({ error, next, now: LATER });

describe('a fault of a deployment', () => {
  it('of which SageMaker refused the order is told, also if nothing was ordered before', () => {
    for (const release of [approved, deployed])
      expect(intended(recordFault(release, fault('recorded', 'ResourceLimitExceeded')))).toContain(
        'notify not_deployed',
      );
  });

  it('tells nobody yet that the deployment failed, if what serves is established next', () => {
    expect(intended(recordFault(deployed, fault('restore')))).toEqual([
      `sync ${deployed.releaseId}`,
      'publish Release Faulted',
    ]);
  });

  it('on the way back leaves why the deployment had failed, and is named once', () => {
    const why = { rule: 'deployment', evidence: '', explanation: 'no capacity' };
    const first = resulting(recordFault({ ...deployed, reasons: [why] }, fault('restore')), 'release');
    const second = resulting(recordFault(first, fault('recorded', 'Lambda.Unknown')), 'release');

    expect(first.reasons.map(({ rule }) => rule)).toEqual(['deployment', 'fault']);
    expect(second.reasons).toMatchObject([why, { explanation: 'the machine stopped on Lambda.Unknown' }]);
    expect(outcomesOf(second)).toContain('not_deployed');
  });

  it('of an attempt that ordered nothing is all that its release says', () => {
    const waited = { ...approved, reasons: [{ rule: 'change_freeze', evidence: '', explanation: 'it is on' }] };

    expect(resulting(recordFault(waited, fault()), 'release').reasons).toMatchObject([{ rule: 'fault' }]);
  });

  it('says nothing of a window that its attempt waited for, once that has ordered', () => {
    const waited = { ...approved, reasons: [{ rule: 'change_freeze', evidence: '', explanation: 'it is on' }] };
    const ordered = { endpointConfigName: 'c', endpoint: undefined, isNew: true, ...DEPLOYED, now: LATER };

    expect(resulting(recordDeployment(waited, ordered), 'release').reasons).toEqual([]);
  });
});
