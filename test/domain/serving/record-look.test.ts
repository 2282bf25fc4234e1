import { describe, expect, it } from 'vitest';
import { plusMilliseconds } from '../../../lib/domain/instant.ts';
import { CONFIGURATION_CHAIN } from '../../../lib/domain/ledger/event.ts';
import type { LookFacts } from '../../../lib/domain/serving/deviations.ts';
import type { ComingVariant, LookedAt } from '../../../lib/domain/serving/found-serving.ts';
import { type EndpointLook, recordLook } from '../../../lib/domain/serving/record-look.ts';
import { NOW } from '../../support/approval-case.ts';
import { A_DEVIATION, aLook, aPeriod, asApproved, aWatchedEndpoint, behindOf, released } from '../../support/looks.ts';
import { anEndpoint, deployed, superseded } from '../../support/release-life.ts';

const LATER = plusMilliseconds(NOW, 60_000);
const LATEST = plusMilliseconds(NOW, 120_000);

const look = (changes: Partial<EndpointLook> = {}, facts: Partial<LookFacts> = {}): EndpointLook => ({
  facts: asApproved({ now: LATEST, ...facts }),
  judged: [],
  row: aWatchedEndpoint(),
  period: aPeriod(),
  former: undefined,
  ...changes,
});
const written = (change: ReturnType<typeof recordLook>) => change?.writes.map(({ kind, entity }) => [kind, entity]);
const detailTypes = (change: ReturnType<typeof recordLook>) =>
  change?.intents.map(({ intent }) => (intent.kind === 'publish_event' ? intent.detailType : intent.kind));

describe('a look that finds what the last one found', () => {
  it.each([
    ['the same serves', look()],
    ['the same serves, and was scaled', look({}, { found: aLook({ modifiedAt: LATER }) })],
    ['it is broken', look({}, { found: aLook({ condition: 'broken' }) })],
    ['it is being changed', look({ judged: undefined }, { found: aLook({ condition: 'under_way' }) })],
    ['the same deviation', look({ judged: [A_DEVIATION], row: aWatchedEndpoint({ deviations: [A_DEVIATION] }) })],
    ['nobody has to hear of it', look({ row: undefined, period: undefined }, { owner: undefined, pointer: undefined })],
    ['it was gone', look({ period: undefined }, { found: undefined })],
  ])('records nothing: %s', (_, same) => {
    expect(recordLook(same)).toBeUndefined();
  });
});

describe('what an endpoint serves (TR-2)', () => {
  it('is kept from the first look on, since SageMaker modified it', () => {
    const change = recordLook(look({ row: undefined, period: undefined }, { found: aLook({ modifiedAt: LATER }) }));

    const opened = { ...aPeriod(), version: 0, from: LATER };
    const { servesSince: _, ...row } = aWatchedEndpoint();
    expect(written(change)).toEqual([
      ['create', { ...row, version: 0, servesSince: LATER, changedAt: LATEST }],
      ['create', opened],
    ]);
    expect(change).toMatchObject({ model: released.modelName, intents: [] });
    expect(change?.event).toMatchObject({
      event_type: 'serving_changed',
      release_id: released.releaseId,
      actor_id: 'assay',
      details: {
        endpoint: 'mortgage',
        endpoint_config: 'mortgage-1-2-0-e2',
        serves_since: LATER,
        variants: [{ variant: 'AllTraffic', weight: '1', release_id: released.releaseId, model_version: '1.2.0' }],
        deviations: [],
      },
    });
  });

  it('ends where the next begins', () => {
    const found = aLook({ modifiedAt: LATER, variants: [{ variantName: 'AllTraffic', weight: 0.5, images: [] }] });

    const change = recordLook(look({}, { found }));

    expect(written(change)?.slice(1)).toMatchObject([
      ['replace', { from: NOW, to: LATER }],
      ['create', { from: LATER, variants: [{ weight: '0.5' }] }],
    ]);
  });

  it.each([
    ['before what served last', NOW],
    ['in the future', plusMilliseconds(LATEST, 1)],
  ])('begins with the look if SageMaker says that it was modified %s', (_, modifiedAt) => {
    const change = recordLook(look({}, { found: aLook({ serves: 'by-hand', modifiedAt }) }));

    expect(written(change)?.[2]).toMatchObject(['create', { from: LATEST }]);
  });

  it('is what Assay deployed, by variant, before the pointer names it', () => {
    const behind = [behindOf({ release: deployed }), behindOf({ variantName: 'of-others' })];
    const variants = ['AllTraffic', 'of-others'].map((variantName) => ({ variantName, weight: 1, images: [] }));
    const found = aLook({ serves: 'by-hand', modifiedAt: LATER, variants });

    const change = recordLook(
      look({ judged: undefined, row: undefined, period: undefined }, { found, behind, approved: undefined }),
    );

    expect(written(change)?.[1]).toMatchObject([
      'create',
      {
        variants: [
          { releaseId: deployed.releaseId, modelVersion: '1.2.0' },
          { releaseId: '', modelVersion: '' },
        ],
      },
    ]);
    expect(change?.event).toMatchObject({ event_type: 'serving_changed', release_id: deployed.releaseId });
  });

  it('ends when the endpoint is gone', () => {
    const change = recordLook(look({}, { found: undefined }));

    expect(written(change)).toEqual([
      ['replace', expect.not.objectContaining({ servesSince: NOW })],
      ['replace', { ...aPeriod(), to: LATEST }],
    ]);
    expect(change?.event.details).toMatchObject({
      endpoint_config: 'none',
      heads_for: 'none',
      variants: [],
      serves_since: '',
    });
  });

  it('is not kept any more once the endpoint is nobody’s, and nobody watches it', () => {
    const change = recordLook(
      look({ former: superseded }, { owner: undefined, pointer: undefined, approved: undefined }),
    );

    expect(written(change)?.[1]).toEqual(['replace', { ...aPeriod(), to: LATEST }]);
    expect(change?.event).toMatchObject({ event_type: 'serving_changed', release_id: superseded.releaseId });
  });

  it('is kept for what a former version promoted, whose endpoint has no owner on record', () => {
    expect(recordLook(look({ row: undefined, period: undefined }, { owner: undefined }))?.event.event_type).toBe(
      'serving_changed',
    );
  });
});

describe('what serves while an update brings traffic over (TR-2)', () => {
  const HEADS_FOR = 'mortgage-1-3-0-e3';
  const SAYS = 'Baking for 600 seconds with traffic enabled on canary capacity of 1 instance(s).';
  const coming = (changes: Partial<ComingVariant> = {}): ComingVariant => ({
    ...{ variantName: 'AllTraffic', weight: 1, images: [], instances: 1 },
    ...{ stage: 'Baking', stageMessage: SAYS, stageSince: LATER },
    ...changes,
  });
  const behind = [behindOf({ release: deployed })];
  const shifting = (changes: Partial<LookedAt> = {}, more: Partial<EndpointLook> = {}, facts = {}) => {
    const variants = [{ variantName: 'AllTraffic', weight: 1, images: [], instances: 3 }];
    const found = aLook({ headsFor: HEADS_FOR, condition: 'under_way', variants, coming: [coming()], ...changes });
    return look({ judged: undefined, ...more }, { found, behind, ...facts });
  };
  const formerVariant = {
    variantName: 'AllTraffic',
    weight: '1',
    releaseId: released.releaseId,
    modelVersion: '1.2.0',
  };
  const former = { ...formerVariant, endpointConfigName: 'mortgage-1-2-0-e2', instances: 3 };
  const comes = {
    ...{ variantName: 'AllTraffic', weight: '1', releaseId: deployed.releaseId, modelVersion: '1.2.0' },
    ...{ endpointConfigName: HEADS_FOR, instances: 1, stage: 'Baking', stageMessage: SAYS },
  };

  it('is both fleets, since the stage began, with what SageMaker says of the one that comes', () => {
    const change = recordLook(shifting());

    expect(written(change)?.slice(1)).toEqual([
      ['replace', { ...aPeriod(), to: LATER }],
      ['create', { ...aPeriod(), version: 0, from: LATER, variants: [former, comes] }],
    ]);
    const of = { variant: 'AllTraffic', weight: '1', model_version: '1.2.0' };
    expect(change?.event).toMatchObject({
      event_type: 'serving_changed',
      details: {
        heads_for: HEADS_FOR,
        variants: [
          { ...of, release_id: released.releaseId, endpoint_config: 'mortgage-1-2-0-e2', instances: 3 },
          { ...of, release_id: deployed.releaseId, endpoint_config: HEADS_FOR, stage: 'Baking', stage_message: SAYS },
        ],
      },
    });
    expect(change?.event.details?.['variants']).not.toMatchObject([{ stage: expect.anything() }, {}]);
  });

  it.each([
    ['the former fleet alone serves', [coming({ stage: 'Creating' })]],
    ['SageMaker does not say at which stage it is', [coming({ stage: '' })]],
    ['SageMaker says nothing of what comes', undefined],
  ])('is nothing new while %s', (_, fleet) => {
    expect(recordLook(shifting({ coming: fleet }))).toBeUndefined();
  });

  it('is the same while only the words of SageMaker change', () => {
    const period = aPeriod({ variants: [former, comes] });

    expect(recordLook(shifting({ coming: [coming({ stageMessage: 'Baking for 10 seconds' })] }, { period }))).toBe(
      undefined,
    );
    expect(recordLook(shifting({ coming: [coming({ instances: 2 })] }, { period }))).toBeDefined();
  });

  it('is the former fleet alone again once the traffic was taken back, although the update goes on', () => {
    const period = aPeriod({ variants: [former, comes] });
    const found = { coming: [coming({ stage: 'Deleting' })], modifiedAt: LATER };

    expect(written(recordLook(shifting(found, { period })))?.[2]).toEqual([
      'create',
      { ...aPeriod(), version: 0, from: LATER, variants: [formerVariant] },
    ]);
    expect(recordLook(shifting({ coming: undefined }, { period }))).toBeUndefined();
  });

  it('is the new fleet alone once it serves all', () => {
    const period = aPeriod({ variants: [former, comes] });
    const found = aLook({ serves: HEADS_FOR, modifiedAt: LATER });

    expect(written(recordLook(look({ judged: undefined, period }, { found, behind })))?.[2]).toMatchObject([
      'create',
      { from: LATER, endpointConfigName: HEADS_FOR, variants: [{ releaseId: deployed.releaseId }] },
    ]);
  });

  it('keeps what the former configuration was found to serve, of which nothing is read any more', () => {
    const period = aPeriod({ endpointConfigName: 'by-hand', variants: [{ ...formerVariant, releaseId: 'found' }] });
    const stageSince = undefined;
    const of = (more: Partial<EndpointLook>) =>
      recordLook(
        shifting(
          { serves: 'by-hand', coming: [coming({ stageSince, instances: undefined })], modifiedAt: LATER },
          more,
          { behind: [] },
        ),
      );

    const variants = [{ releaseId: 'found' }, { releaseId: '', modelVersion: '' }];
    expect(written(of({ period }))?.[2]).toMatchObject(['create', { from: LATER, variants }]);
    expect(written(of({ row: undefined, period: undefined }))?.[1]?.[1]).toMatchObject({
      variants: [{ releaseId: '' }, { releaseId: '', stage: 'Baking' }],
    });
  });
});

describe('a deviation', () => {
  it('is on record and published once, with its alerts', () => {
    const gone = { kind: 'endpoint_gone', alert: '', explanation: 'gone' };
    const judged = [A_DEVIATION, { ...A_DEVIATION, kind: 'image_differs' }, gone];

    const change = recordLook(look({ judged }));

    expect(written(change)).toEqual([
      ['replace', aWatchedEndpoint({ deviations: judged, deviatesSince: LATEST, changedAt: LATEST })],
    ]);
    expect(change?.event).toMatchObject({
      event_type: 'serving_deviation_found',
      reason: A_DEVIATION.explanation,
      details: { deviations_total: 3, deviations: judged },
    });
    expect(detailTypes(change)).toEqual(['Serving Deviation Found', 'Governance Record Mismatch']);
  });

  it('that changes is told again, and keeps its first instant and its quarantine', () => {
    const quarantine = { act: 'switch_back', status: 'ordered', endpointConfigName: 'by-hand', orderedAt: NOW };
    const row = aWatchedEndpoint({ deviations: [A_DEVIATION], deviatesSince: NOW, quarantine });

    const change = recordLook(look({ row, judged: [{ ...A_DEVIATION, explanation: 'another' }] }));

    expect(written(change)?.[0]?.[1]).toMatchObject({ deviatesSince: NOW, quarantine });
    expect(change?.event.event_type).toBe('serving_deviation_found');
  });

  it('that is over is on record with how long it lasted', () => {
    const quarantine = { act: 'switch_back', status: 'ordered', endpointConfigName: 'by-hand', orderedAt: NOW };
    const row = aWatchedEndpoint({ deviations: [A_DEVIATION], deviatesSince: NOW, quarantine });

    const change = recordLook(look({ row }));

    expect(written(change)).toEqual([['replace', aWatchedEndpoint({ changedAt: LATEST })]]);
    expect(change?.event).toMatchObject({
      event_type: 'serving_deviation_ended',
      reason: '',
      details: { deviated_since: NOW },
    });
    expect(detailTypes(change)).toEqual(['Serving Deviation Ended']);
  });

  it('of which nobody knows since when is over all the same', () => {
    const { deviatesSince: _, ...row } = aWatchedEndpoint({ deviations: [A_DEVIATION] });

    expect(recordLook(look({ row }))?.event.details).toMatchObject({ deviated_since: '' });
  });

  it('stays as it is while an act of Assay is under way', () => {
    const row = aWatchedEndpoint({ deviations: [A_DEVIATION], deviatesSince: NOW });

    expect(recordLook(look({ row, judged: undefined }, { found: aLook({ condition: 'under_way' }) }))).toBeUndefined();
  });

  it('of an endpoint of nobody is on the chain of no model', () => {
    const unregistered = { kind: 'unregistered_model', alert: 'ModelMissingGovernanceRecord', explanation: 'by hand' };
    const nobodys = { owner: undefined, pointer: undefined, approved: undefined, found: aLook({ serves: 'by-hand' }) };
    const found = recordLook(look({ row: undefined, period: undefined, judged: [unregistered] }, nobodys));
    const row = aWatchedEndpoint({ modelName: '', releaseId: '', deviations: [unregistered] });
    const ended = recordLook(look({ row, judged: [] }, { ...nobodys, found: undefined }));

    expect([found?.model, ended?.model]).toEqual([CONFIGURATION_CHAIN, CONFIGURATION_CHAIN]);
    expect(found?.event).toMatchObject({ event_type: 'ungoverned_endpoint_found', model_name: '', release_id: '' });
    expect(written(found)?.[0]?.[1]).toMatchObject({ modelName: '', releaseId: '' });
    expect(ended?.event.event_type).toBe('ungoverned_endpoint_ended');
    expect(detailTypes(found)).toEqual(['Serving Deviation Found', 'Model Missing Governance Record']);
  });

  it('of a model without a release is on the same chain, with its name', () => {
    const facts = { owner: anEndpoint(), pointer: undefined, approved: undefined };

    const change = recordLook(look({ row: undefined, period: undefined, judged: [A_DEVIATION] }, facts));

    expect(change).toMatchObject({ model: CONFIGURATION_CHAIN, event: { model_name: released.modelName } });
  });
});
