import { describe, expect, it } from 'vitest';
import type { ModelName } from '../../../lib/domain/identifiers.ts';
import { HOUR_MS, plusMilliseconds } from '../../../lib/domain/instant.ts';
import { type Approved, deviationsOf, type LookFacts } from '../../../lib/domain/serving/deviations.ts';
import { quarantineStep, recordGivenUp, recordQuarantine } from '../../../lib/domain/serving/quarantine.ts';
import { NOW } from '../../support/approval-case.ts';
import { A_DEVIATION, aLook, asApproved, aWatchedEndpoint, behindOf, released } from '../../support/looks.ts';
import { aPointer, superseded } from '../../support/release-life.ts';

const byHand = aLook({ serves: 'by-hand' });
const ordered = { act: 'switch_back', status: 'ordered', endpointConfigName: 'by-hand', orderedAt: NOW };
const deviating = aWatchedEndpoint({ deviations: [A_DEVIATION] });
const step = (
  rule: string,
  facts: Partial<LookFacts> = {},
  changes: Partial<Parameters<typeof quarantineStep>[0]> = {},
) =>
  quarantineStep({
    facts: asApproved({ found: byHand, ...facts }),
    judged: [A_DEVIATION],
    row: deviating,
    rule,
    ...changes,
  });
const { recordSha256: _, ...unrecorded } = released;
const compared = (changes: Partial<Approved>) => ({
  approved: { release: released, different: [], departures: [], recordProblems: [], ...changes },
});

describe('the next step of a quarantine', () => {
  it('is none where the policy only tells', () => {
    expect(step('tell')).toEqual({ act: 'none' });
    expect(step('a_word_of_another_version')).toEqual({ act: 'none' });
  });

  it('is what the policy says', () => {
    expect(step('switch_back')).toEqual({ act: 'switch_back', isOrdered: false });
    expect(step('take_down')).toEqual({ act: 'take_down' });
  });

  it.each([
    ['nothing deviates', {}, { judged: [] }],
    ['an act of Assay is under way', {}, { judged: undefined }],
    ['nothing unapproved serves', {}, { judged: [{ ...A_DEVIATION, alert: '' }] }],
    ['only the package differs', {}, { judged: [{ ...A_DEVIATION, kind: 'package_differs' }] }],
    [
      'one of pointer and release was forged',
      {},
      { judged: [A_DEVIATION, { ...A_DEVIATION, kind: 'pointer_differs' }] },
    ],
    ['no pointer names the endpoint', { pointer: undefined }, {}],
    ['there is no endpoint', { found: undefined }, {}],
    ['the release was not read', { approved: undefined }, {}],
  ])('is none where %s', (_, facts, changes) => {
    expect(step('switch_back', facts, changes)).toEqual({ act: 'none' });
    expect(step('take_down', facts, changes)).toEqual({ act: 'none' });
  });

  it('is to take down what serves something else under the approved name, and not to switch back to it', () => {
    expect(step('take_down', { found: aLook() })).toEqual({ act: 'take_down' });
    expect(step('switch_back', { found: aLook() })).toEqual({ act: 'none' });
  });

  it('takes down once for one configuration', () => {
    const row = { ...deviating, quarantine: { ...ordered, act: 'take_down' } };

    expect(step('take_down', {}, { row })).toEqual({ act: 'none' });
    expect(step('take_down', { found: aLook({ serves: 'another' }) }, { row }).act).toBe('take_down');
    expect(step('take_down', {}, { row: { ...deviating, quarantine: ordered } }).act).toBe('take_down');
    expect(step('take_down', {}, { row: undefined }).act).toBe('take_down');
  });

  it('waits while the endpoint is changed, and orders again what was ordered', () => {
    const row = { ...deviating, quarantine: ordered };

    expect(step('switch_back', { found: aLook({ serves: 'by-hand', condition: 'under_way' }) })).toEqual({
      act: 'wait',
    });
    expect(step('switch_back', {}, { row })).toEqual({ act: 'switch_back', isOrdered: true });
  });

  it.each([
    ['the endpoint is broken', { found: aLook({ serves: 'by-hand', condition: 'broken' }) }, /is broken under by-hand/],
    ['the approved configuration is gone', compared({ different: undefined }), /is not there any more/],
    ['the approved configuration differs', compared({ different: ['X'] }), /differs in X/],
    [
      'the artifact was overwritten',
      compared({ departures: [{ rule: 'x', evidence: '', explanation: 'overwritten' }] }),
      /^overwritten$/,
    ],
    ['the record does not hold', compared({ recordProblems: ['no signature'] }), /^the record of .*: no signature$/],
    ['there is no record', compared({ release: unrecorded }), /^mortgage-1-2-0 has no governance record$/],
  ] satisfies [string, Partial<LookFacts>, RegExp][])('gives up where %s', (_, facts, why) => {
    expect(step('switch_back', facts)).toEqual({ act: 'give_up', why: expect.stringMatching(why) });
  });

  it.each([
    ['the release was never in production', { release: { ...released, state: 'rejected' as const } }],
    ['the release is of another model', { release: { ...released, modelName: 'another' as ModelName } }],
  ])('only tells where the pointer was forged, and why: %s', (_, changes) => {
    const facts = { ...asApproved({ found: byHand }), ...compared(changes) };
    const judged = deviationsOf(facts);

    expect(judged?.map(({ kind }) => kind)).toEqual(['unregistered_model', 'pointer_differs']);
    expect(step('switch_back', facts, { judged })).toEqual({ act: 'none' });
    expect(step('take_down', facts, { judged })).toEqual({ act: 'none' });
  });

  it('gives up after three hours, and says so once', () => {
    const row = { ...deviating, quarantine: ordered };
    const late = { now: plusMilliseconds(NOW, 3 * HOUR_MS) };

    expect(step('switch_back', late, { row })).toMatchObject({ act: 'give_up', why: /three hours/ });
    expect(step('switch_back', late, { row: { ...row, quarantine: { ...ordered, status: 'given_up' } } })).toEqual({
      act: 'none',
    });
  });
});

describe('a quarantine', () => {
  const ordering = (facts: Partial<LookFacts> = {}) => ({
    facts: asApproved({ found: byHand, ...facts }),
    row: deviating,
    pointer: aPointer(),
    release: released,
  });

  it('is on record before the order, with the pointer written again', () => {
    const change = recordQuarantine('switch_back', ordering());

    expect(change.event).toMatchObject({
      event_type: 'endpoint_quarantined',
      reason: A_DEVIATION.explanation,
      details: { act: 'switch_back', endpoint: 'mortgage', serves: 'by-hand', endpoint_config: 'mortgage-1-2-0-e2' },
    });
    expect(change.writes).toEqual([
      { kind: 'replace', entity: aPointer() },
      { kind: 'expect', entity: released },
      { kind: 'replace', entity: { ...deviating, quarantine: ordered, changedAt: NOW } },
    ]);
  });

  it('leaves the pointer to the rollback that takes the endpoint down', () => {
    expect(recordQuarantine('take_down', ordering()).writes[0]).toEqual({ kind: 'expect', entity: aPointer() });
  });

  it('has what was found checked, where a package describes it', () => {
    const behind = [
      behindOf({ packages: ['arn:new'] }),
      behindOf({ packages: ['arn:known'], ofPackage: [superseded] }),
    ];

    const change = recordQuarantine('switch_back', ordering({ behind }));

    expect(change.event.details['checks']).toEqual([
      { of: 'arn:new', are: 'requested' },
      { of: 'arn:known', are: 'mortgage-1-1-0 superseded' },
    ]);
    expect(change.intents.slice(1)).toEqual([
      {
        intent: {
          kind: 'publish_event',
          detailType: 'Unreleased Package Found',
          detail: '{"modelPackageArn":"arn:new"}',
        },
      },
    ]);
  });

  it('says where nothing describes what was found', () => {
    const change = recordQuarantine('switch_back', { ...ordering({ found: undefined }), row: aWatchedEndpoint() });

    expect(change.event).toMatchObject({
      reason: '',
      details: { serves: 'none', heads_for: 'none', checks: [{ of: '', are: expect.stringMatching(/^impossible/) }] },
    });
  });

  it('that cannot go on is on record for a person', () => {
    const change = recordGivenUp('why', ordering());

    expect(change.event).toMatchObject({
      event_type: 'endpoint_not_restored',
      reason: 'why',
      details: { serves: 'by-hand' },
    });
    expect(change.writes.at(-1)).toMatchObject({ entity: { quarantine: { status: 'given_up' } } });
  });
});
