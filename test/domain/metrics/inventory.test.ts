import { describe, expect, it } from 'vitest';
import { inventoryIn, modelsIn } from '../../../lib/domain/metrics/inventory.ts';
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
const inventory = inventoryIn(look, NOW);
const statuses = [...inventory].map(([name, { status }]) => [name, status] as const);

describe('the inventory of a look (RR-13)', () => {
  it('has one status for each model that serves, and none for what does not, or is no model', () => {
    expect(Object.fromEntries(statuses)).toEqual({
      ...{ a: 'ungoverned', b: 'governed', c: 'ungoverned', d: 'pending', e: 'governed', u: 'ungoverned' },
    });
  });

  it('finds under a status the models that are said to have it, and no others', () => {
    for (const governance of GOVERNANCE_STATUSES)
      expect(modelsIn(inventory, { governance })).toEqual(
        statuses.flatMap(([name, status]) => (status === governance ? [name] : [])).sort(),
      );
  });

  it('is listed by name, of a status or an owner, after a name', () => {
    expect(modelsIn(inventory, {})).toEqual(['a', 'b', 'c', 'd', 'e', 'u']);
    expect(modelsIn(inventory, { governance: 'governed' }, 'b')).toEqual(['e']);
    expect(modelsIn(inventory, { governance: 'pending' })).toEqual(['d']);
    expect(modelsIn(inventory, { governance: 'expired' })).toEqual([]);
    expect(modelsIn(inventoryIn(look, APPROVED_UNTIL), { governance: 'expired' })).toEqual(['b', 'd', 'e']);
    expect(modelsIn(inventory, { owner: ' Credit Risk ', governance: 'governed' })).toEqual(['e']);
    expect(modelsIn(inventory, { owner: 'Credit Risk', governance: 'ungoverned' })).toEqual(['a', 'c']);
    expect(modelsIn(inventory, { owner: 'Fraud' })).toEqual([]);
    expect(modelsIn(inventory, { owner: '' })).toEqual(['b']);
  });
});
