import { describe, expect, it } from 'vitest';
import { modelsIn, statusesIn } from '../../../lib/domain/metrics/inventory.ts';
import { GOVERNANCE_STATUSES, ownerDigest } from '../../../lib/domain/metrics/served-facts.ts';
import { NOW } from '../../support/approval-case.ts';
import { APPROVED_UNTIL } from '../../support/release-life.ts';
import { aLook, facts } from './a-look.ts';

const named = (modelName: string, changes: Partial<typeof facts> = {}) => ({
  ...facts,
  ...{ modelName, endpointName: modelName, releaseId: `${modelName}-1`, hasOwner: true },
  ownerSha256: ownerDigest('Credit Risk'),
  ...changes,
});
const { ownerSha256: _, ...ofNobody } = named('b', { hasOwner: false });
const found = (endpointName: string, modelName: string, alerts: string[]) => ({
  ...{ endpointName, modelName, alerts, found: 'it serves other' },
});
const look = aLook({
  serving: [named('d', { isSuspended: true }), named('a'), ofNobody, named('c'), named('e'), named('gone')],
  sweep: {
    ...{ sweptAt: NOW, waiting: [] },
    deviations: [
      found('c', 'c', ['GovernanceRecordMismatch']),
      found('gone', 'gone', []),
      found('shadow', 'a', ['ModelMissingGovernanceRecord']),
      found('second-shadow', 'a', ['ModelMissingGovernanceRecord']),
      found('of-nobody', '', ['ModelMissingGovernanceRecord']),
      found('unknown', 'u', ['ModelMissingGovernanceRecord']),
    ],
  },
});
const at = { now: NOW };

describe('the inventory of a look (RR-13)', () => {
  it('has one status for each model that serves, and none for what does not, or is no model', () => {
    expect(Object.fromEntries(statusesIn(look, NOW))).toEqual({
      ...{ a: 'ungoverned', b: 'governed', c: 'ungoverned', d: 'pending', e: 'governed', u: 'ungoverned' },
    });
  });

  it('finds under a status the models that are said to have it, and no others', () => {
    const statuses = [...statusesIn(look, NOW)];
    for (const governance of GOVERNANCE_STATUSES)
      expect(modelsIn(look, { governance }, at)).toEqual(
        statuses.flatMap(([name, status]) => (status === governance ? [name] : [])).sort(),
      );
  });

  it('is listed by name, of a status or an owner, after a name', () => {
    expect(modelsIn(look, {}, at)).toEqual(['a', 'b', 'c', 'd', 'e', 'u']);
    expect(modelsIn(look, { governance: 'governed' }, { ...at, after: 'b' })).toEqual(['e']);
    expect(modelsIn(look, { governance: 'pending' }, at)).toEqual(['d']);
    expect(modelsIn(look, { governance: 'expired' }, at)).toEqual([]);
    expect(modelsIn(look, { governance: 'expired' }, { now: APPROVED_UNTIL })).toEqual(['b', 'd', 'e']);
    expect(modelsIn(look, { owner: ' Credit Risk ', governance: 'governed' }, at)).toEqual(['e']);
    expect(modelsIn(look, { owner: 'Credit Risk', governance: 'ungoverned' }, at)).toEqual(['a', 'c']);
    expect(modelsIn(look, { owner: 'Fraud' }, at)).toEqual([]);
    expect(modelsIn(look, { owner: '' }, at)).toEqual(['b']);
  });
});
