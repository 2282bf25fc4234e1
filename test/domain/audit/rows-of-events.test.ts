import { describe, expect, it } from 'vitest';
import { OF_ONE_RELEASE, ROWS_OF, strayRows } from '../../../lib/domain/audit/rows-of-events.ts';
import { kinds } from '../../../lib/domain/change/kinds.ts';
import { ModelName } from '../../../lib/domain/identifiers.ts';
import type { LookFacts } from '../../../lib/domain/serving/deviations.ts';
import { type EndpointLook, recordLook } from '../../../lib/domain/serving/record-look.ts';
import { WRITERS } from '../../../lib/rights/writers.ts';
import { everyKind, kindNames } from '../../support/every-kind.ts';
import { A_DEVIATION, aLook, aPeriod, asApproved, aWatchedEndpoint } from '../../support/looks.ts';
import { anEndpoint, inProduction } from '../../support/release-life.ts';

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

  it('are of its own release wherever they name one, and no model', () => {
    const records = kindNames.map((kind) => everyKind(inProduction)[kind].record);
    const named = records.filter((record) => 'releaseId' in record && !('modelName' in record));

    expect(OF_ONE_RELEASE.toSorted()).toEqual(named.map(({ entity }) => entity).toSorted());
    for (const row of named) {
      const type = Object.entries(ROWS_OF).find(([, written]) => written.includes(row.entity))?.[0] ?? '';
      const ofIt = event(type, { model: inProduction.modelName, release_id: inProduction.releaseId });

      expect(strayRows(ofIt, [row])).toEqual([]);
    }
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
    [
      'another release of the model',
      'condition_met',
      { entity: 'met_condition', releaseId: 'credit-1' },
      'its met_condition is of the release credit-1',
    ],
    [
      'another release, though they say that they are of the model',
      'stage_evaluated',
      { entity: 'stage_checks', releaseId: 'fraud-1', modelName: 'credit' },
      'its stage_checks is of the release fraud-1',
    ],
    ['no release', 'approval_granted', { entity: 'approval' }, 'its approval is of the release undefined'],
  ])('are none of %s', (_, type, row, why) => {
    expect(strayRows(event(type), [row])).toEqual([why]);
  });

  it('may be of a model where the chain is of none, and are not judged by a version that does not know the event', () => {
    const found = event('ungoverned_endpoint_found', { model: '_configuration', release_id: '', approval_state: '' });

    expect(strayRows(found, [{ entity: 'watched_endpoint', modelName: '' }])).toEqual([]);
    expect(strayRows(event('omen_seen'), [{ entity: 'omen' }])).toEqual([]);
  });
});

describe('the rows of a look at an endpoint', () => {
  const OTHER = ModelName.parse('another-model');
  const byHand = { row: aWatchedEndpoint({ modelName: '', releaseId: '' }), period: aPeriod({ modelName: '' }) };
  const otherServes = { found: aLook({ serves: 'another-config' }) };

  it.each<[string, Partial<EndpointLook>, Partial<LookFacts>]>([
    ['it served by hand, and was adopted since', byHand, otherServes],
    [
      'nobody has it, and its model serves from it by the pointer of a former version',
      { row: undefined, period: undefined },
      { owner: undefined },
    ],
    [
      'it belongs to another model than the release that was found there',
      { former: inProduction, row: aWatchedEndpoint({ deviations: [A_DEVIATION] }) },
      { ...otherServes, owner: anEndpoint({ modelName: OTHER }), pointer: undefined, approved: undefined, behind: [] },
    ],
    [
      'what is served since then is of another model than what was',
      { period: aPeriod({ modelName: OTHER }), row: aWatchedEndpoint({ modelName: OTHER }) },
      otherServes,
    ],
  ])('may be of any model: %s', (_, look, facts) => {
    const change = recordLook({
      ...{ row: aWatchedEndpoint(), period: aPeriod(), former: undefined, judged: [] },
      ...look,
      facts: asApproved(facts),
    });
    if (change === undefined) throw new Error('nothing has changed');
    const rows = change.writes.map(({ entity }) => entity);

    expect(change.model).toBe(inProduction.modelName);
    expect(rows).toContainEqual(expect.objectContaining({ entity: 'watched_endpoint' }));
    expect(strayRows({ ...change.event, model: change.model }, rows)).toEqual([]);
  });
});
