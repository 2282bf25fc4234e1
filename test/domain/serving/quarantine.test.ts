import { describe, expect, it } from 'vitest';
import type { ModelName } from '../../../lib/domain/identifiers.ts';
import { HOUR_MS, plusMilliseconds } from '../../../lib/domain/instant.ts';
import { type Approved, deviationsOf, type LookFacts } from '../../../lib/domain/serving/deviations.ts';
import { quarantineStep, recordGivenUp, recordQuarantine } from '../../../lib/domain/serving/quarantine.ts';
import { NOW } from '../../support/approval-case.ts';
import { A_DEVIATION, aLook, asApproved, aWatchedEndpoint, behindOf, released } from '../../support/looks.ts';
import { aPointer, aRollback, superseded } from '../../support/release-life.ts';

const byHand = aLook({ serves: 'by-hand' });
const ordered = { act: 'switch_back', status: 'ordered', endpointConfigName: 'by-hand', orderedAt: NOW };
const takenDown = { ...ordered, act: 'take_down' };
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
const departure = (rule: string) => ({ rule, evidence: '', explanation: rule });
const [variant] = aLook().variants;
if (variant === undefined) throw new Error('there is no variant');
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
    expect(step('take_down')).toEqual({ act: 'take_down', isOrdered: false });
  });

  it.each([
    ['nothing deviates', {}, { judged: [] }],
    ['an act of Assay is under way', {}, { judged: undefined }],
    ['nothing unapproved serves', {}, { judged: [{ ...A_DEVIATION, kind: 'endpoint_broken', alert: '' }] }],
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

  /** Each is what a real look finds, so that a kind that is renamed does not fall out of the list. */
  it.each([
    ['the package differs', compared({ departures: [departure('model_package')] })],
    ['the configuration is not there any more', compared({ different: undefined })],
    ['the artifact is not there, or may not be read', compared({ departures: [departure('artifact_unread')] })],
    ['the locked copy is not there, or may not be read', compared({ departures: [departure('locked_copy')] })],
    ['SageMaker names no image', { found: aLook({ variants: [{ ...variant, images: [] }] }) }],
    ['SageMaker names no digest', { found: aLook({ variants: [{ ...variant, images: ['no digest'] }] }) }],
    ['SageMaker names no weight', { found: aLook({ variants: [{ ...variant, weight: 0 }] }) }],
    ['the record does not hold', compared({ recordProblems: ['no signature'] })],
    ['there is no record', compared({ release: unrecorded })],
  ] satisfies [string, Partial<LookFacts>][])(
    'is none where the evidence is at fault, and nothing else serves: %s',
    (_, changes) => {
      const facts = asApproved(changes);
      const judged = deviationsOf(facts);

      expect(judged).toHaveLength(1);
      expect(step('take_down', facts, { judged })).toEqual({ act: 'none' });
      expect(step('switch_back', facts, { judged })).toEqual({ act: 'none' });
    },
  );

  it.each([
    ['it was overwritten', compared({ departures: [departure('artifact_version')] })],
    ['the configuration differs', compared({ different: ['X'] })],
    ['another image runs', { found: aLook({ variants: [{ ...variant, images: ['a/b@sha256:c'] }] }) }],
    ['another variant serves', { found: aLook({ variants: [variant, { ...variant, variantName: 'b' }] }) }],
    ['another configuration serves', { found: byHand }],
    ['that of another release', { found: byHand, behind: [behindOf({ release: superseded })] }],
    ['a package of nobody', { found: byHand, behind: [behindOf({ packages: ['arn:x'] })] }],
    ['the package of a release', { found: byHand, behind: [behindOf({ packages: ['a'], ofPackage: [superseded] })] }],
  ] satisfies [string, Partial<LookFacts>][])('is to take down what serves something else: %s', (_, changes) => {
    const facts = asApproved(changes);

    expect(step('take_down', facts, { judged: deviationsOf(facts) })).toEqual({ act: 'take_down', isOrdered: false });
  });

  it('is to take down what serves something else under the approved name, and not to switch back to it', () => {
    expect(step('take_down', { found: aLook() })).toEqual({ act: 'take_down', isOrdered: false });
    expect(step('switch_back', { found: aLook() })).toEqual({ act: 'none' });
  });

  it('takes down one configuration on one order, which another act or configuration does not answer', () => {
    const row = { ...deviating, quarantine: takenDown };
    const asked = (changes: object) => step('take_down', { found: byHand, ...changes }, { row });

    expect(asked({})).toEqual({ act: 'take_down', isOrdered: true });
    expect(asked({ found: aLook({ serves: 'another' }) })).toEqual({ act: 'take_down', isOrdered: false });
    const switched = { row: { ...deviating, quarantine: ordered } };
    expect(step('take_down', {}, switched)).toEqual({ act: 'take_down', isOrdered: false });
    expect(step('take_down', {}, { row: undefined })).toEqual({ act: 'take_down', isOrdered: false });
  });

  it('waits for the rollback that deletes the endpoint, and asks for it again where that was refused', () => {
    const row = { ...deviating, quarantine: takenDown };

    expect(step('take_down', { rollback: aRollback() }, { row })).toEqual({ act: 'wait' });
    expect(step('take_down', { rollback: aRollback({ status: 'refused' }) }, { row })).toEqual({
      act: 'take_down',
      isOrdered: true,
    });
  });

  it('gives up what could not be deleted for three hours, and says so once', () => {
    const row = { ...deviating, quarantine: takenDown };
    const late = { now: plusMilliseconds(NOW, 3 * HOUR_MS) };
    const refused = { ...late, rollback: aRollback({ status: 'refused' }) };

    expect(step('take_down', { ...late, rollback: aRollback() }, { row })).toEqual({ act: 'wait' });
    expect(step('take_down', refused, { row })).toEqual({
      act: 'give_up',
      of: 'take_down',
      why: 'mortgage could not be deleted within three hours',
    });
    const told = { ...row, quarantine: { ...takenDown, status: 'given_up' } };
    expect(step('take_down', refused, { row: told })).toEqual({ act: 'none' });
  });

  it('waits while the endpoint is changed, and orders again what was ordered', () => {
    const row = { ...deviating, quarantine: ordered };

    expect(step('switch_back', { found: aLook({ serves: 'by-hand', condition: 'under_way' }) })).toEqual({
      act: 'wait',
    });
    expect(step('take_down', { found: aLook({ serves: 'by-hand', condition: 'under_way' }) })).toEqual({ act: 'wait' });
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
    expect(step('switch_back', facts)).toEqual({ act: 'give_up', of: 'switch_back', why: expect.stringMatching(why) });
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
    const change = recordGivenUp('take_down', 'why', ordering());

    expect(change.event).toMatchObject({
      event_type: 'endpoint_not_restored',
      reason: 'why',
      details: { act: 'take_down', serves: 'by-hand' },
    });
    expect(change.writes.at(-1)).toMatchObject({ entity: { quarantine: { act: 'take_down', status: 'given_up' } } });
  });
});
