import { describe, expect, it } from 'vitest';
import { ROWS_OF, strayRows } from '../../../lib/domain/audit/rows-of-events.ts';
import { kinds } from '../../../lib/domain/change/kinds.ts';
import { WRITERS } from '../../../lib/rights/writers.ts';

const event = (event_type: string, changes: object = {}) => ({
  ...{ event_type, model: 'credit', release_id: 'credit-2', approval_state: 'production' },
  ...changes,
});
const release = (releaseId: string, state: string) => ({ entity: 'release', modelName: 'credit', releaseId, state });

describe('the rows of an event', () => {
  it('are of kinds that some Lambda may write, and of each kind that there is', () => {
    const brought = new Set(Object.values(ROWS_OF).flat());
    const writable = new Set(Object.values(WRITERS).flatMap(({ writes }): string[] => [...writes]));

    expect([...brought].toSorted()).toEqual(Object.keys(kinds).toSorted());
    // Versions before stages wrote their checks as one row wrote each by itself.
    expect([...brought].filter((kind) => !writable.has(kind))).toEqual(['check']);
  });

  it('bring its release into its state, and the one that it takes the place of into another', () => {
    const promoted = [release('credit-2', 'production'), release('credit-1', 'superseded')];
    const rolledBack = [release('credit-2', 'rolled_back'), release('credit-1', 'production')];

    expect(strayRows(event('deployment_promoted'), promoted)).toEqual([]);
    expect(strayRows(event('rollback_executed', { approval_state: 'rolled_back' }), rolledBack)).toEqual([]);
  });

  it.each([
    [
      'a kind that it does not write',
      'endpoint_moved',
      release('credit-2', 'production'),
      'endpoint_moved writes no release',
    ],
    [
      'a release of which it is not',
      'release_faulted',
      release('credit-1', 'production'),
      'release_faulted brings release credit-1 into no state production',
    ],
    [
      'another state of its release',
      'deployment_promoted',
      release('credit-2', 'approved'),
      'deployment_promoted brings release credit-2 into no state approved',
    ],
    ['another model', 'hold_released', { entity: 'hold', modelName: 'fraud' }, 'its hold is of the model fraud'],
  ])('are none of %s', (_, type, row, why) => {
    expect(strayRows(event(type), [row])).toEqual([why]);
  });

  it('may be of a model where the chain is of none, and are not judged by a version that does not know the event', () => {
    const found = event('ungoverned_endpoint_found', { model: '_configuration', release_id: '', approval_state: '' });

    expect(strayRows(found, [{ entity: 'watched_endpoint', modelName: '' }])).toEqual([]);
    expect(strayRows(event('omen_seen'), [{ entity: 'omen' }])).toEqual([]);
  });
});
