/**
 * What serves past Assay is on record before anybody is told of it, and switched back or taken down. No clock is read: what came before what
 * is said by the ledger, and by what each process sent in turn. Minutes and hours pass when a test says so.
 */
import { DeleteEndpointCommand } from '@aws-sdk/client-sagemaker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CONFIGURATION_CHAIN } from '../../../lib/domain/ledger/event.ts';
import { changeByHand, createByHand, inService, pointByHand } from '../support/by-hand.ts';
import { daysLater } from '../support/clock.ts';
import { whileNothingDispatches } from '../support/dispatch.ts';
import { assay } from '../support/doors.ts';
import { stopWaking, sweepEndpoints } from '../support/endpoint-sweep.ts';
import { eventually } from '../support/eventually.ts';
import { setEnvironment } from '../support/functions.ts';
import { deployPolicy, written } from '../support/governance.ts';
import { inProduction, releaseIn } from '../support/life.ts';
import { onCallTopics, subscriber } from '../support/on-call.ts';
import { isThere, order, servedConfig } from '../support/sagemaker.ts';
import { LONG_AGO, outboxOf, tamper } from '../support/table.ts';
import { publishedAbout, told } from '../support/told.ts';
import { variant } from '../support/variant.ts';
import { sagemaker, store } from '../support/world.ts';

const MODEL = 'watched-model';
const RELEASE = `${MODEL}-1.1.0`;
const TAKEN = 'watched-taken-model';
const STRANGE = 'watched-strange-one';
const FINDING = 'Model Missing Governance Record';
const METRIC = 'MissingRecordsFound';
const SWITCHED_BACK = ['serving_deviation_found', 'endpoint_quarantined', 'serving_deviation_ended'];

let wanted: string;
const undo: (() => Promise<unknown>)[] = [];
beforeAll(async () => {
  undo.push(await stopWaking('the schedule'));
  undo.push(await deployPolicy({ ...(await written('governance-policy.yaml')), quarantine: 'switch_back' }));
  await inProduction(await variant(MODEL, '1.1.0'));
  wanted = (await store.get('pointer', MODEL))?.endpointConfigName ?? '';
  await eventually('the sweep to have seen what was promoted', async () => {
    const [period] = await store.list('served_period', MODEL);
    return period?.endpointConfigName === wanted ? period : undefined;
  });
});
afterAll(async () => {
  for (const one of undo.toReversed()) await one();
});

const eventsOf = async (chain: string) => (await store.events(chain)).map(({ event }) => event);
const numberOfEvents = async () => (await eventsOf(MODEL)).length;
/** What was found, ordered and ended, in the order of the ledger. A finding may be told in other words while the endpoint changes. */
const actsSince = async (from: number): Promise<string[]> =>
  (await eventsOf(MODEL))
    .slice(from)
    .map(({ event_type }): string => event_type)
    .filter((type) => [...SWITCHED_BACK, 'endpoint_not_restored'].includes(type))
    .filter((type, index, all) => type !== all[index - 1]);
const awaitAct = (from: number, type: string) =>
  eventually(type, async () => ((await actsSince(from)).includes(type) ? true : undefined));

describe('an endpoint that somebody changes by hand (BG-2)', () => {
  it('is found by its event and switched back, on record before anybody is told', async () => {
    const { PagesTopicArn = '' } = await onCallTopics();
    const paged = await subscriber(PagesTopicArn, 'watched-pages');
    const before = await numberOfEvents();

    await whileNothingDispatches(async () => {
      await changeByHand(MODEL, 'watched-by-hand');
      await awaitAct(before, 'serving_deviation_ended');

      expect(await actsSince(before)).toEqual(SWITCHED_BACK);
      expect(await servedConfig(MODEL)).toBe(wanted);
      // What is to be told was committed with the finding; nobody has been told yet.
      const due = (await outboxOf(MODEL, 'publish_event')).map(
        ({ intent }) => (intent as { detailType: string }).detailType,
      );
      expect(due).toEqual(expect.arrayContaining(['Serving Deviation Found', FINDING, 'Serving Deviation Ended']));
      expect(publishedAbout(MODEL)).toEqual([]);
      expect(await paged()).toEqual(new Set());
    });

    const all = ['Serving Deviation Found', FINDING, 'Serving Deviation Ended'];
    await eventually('the domain events', async () => {
      const published = publishedAbout(MODEL);
      return all.every((name) => published.includes(name)) ? published : undefined;
    });
    const page = await eventually('the page', async () =>
      [...(await paged())].find((text) => text.includes(FINDING) && text.includes(MODEL)),
    );
    expect(page).toContain(`endpoint=${MODEL} model=${MODEL} release=${RELEASE} found=2`);
    // Each process counts what it has published, and nothing before.
    for (const sent of told()) {
      let published = 0;
      for (const { name } of sent) {
        published += name === FINDING ? 1 : name === METRIC ? -1 : 0;
        expect(published).toBeGreaterThanOrEqual(0);
      }
    }
    expect(
      told()
        .flat()
        .map(({ name }) => name),
    ).toContain(METRIC);
    const found = (await eventsOf(MODEL)).slice(before).find(({ event_type }) => event_type === SWITCHED_BACK[0]);
    expect(found?.details['deviations']).toMatchObject([{ kind: 'unregistered_model' }]);
  });

  it('is found by the sweep of the minute where its event is lost', async () => {
    const before = await numberOfEvents();
    const { modelPackageArn = '' } = (await store.get('release', RELEASE)) ?? {};
    const wakeAgain = await stopWaking('events');
    try {
      await changeByHand(MODEL, 'watched-unseen', { ModelPackageName: modelPackageArn });
      await inService(MODEL, 'watched-unseen');
      expect(await actsSince(before)).toEqual([]);

      await sweepEndpoints();

      expect(await actsSince(before)).toEqual(SWITCHED_BACK.slice(0, 2));
      await inService(MODEL, wanted);
      await sweepEndpoints();
      expect(await actsSince(before)).toEqual(SWITCHED_BACK);
    } finally {
      await wakeAgain();
    }

    const served = await assay('endpoints', 'served', MODEL, '--json');
    const { intervals, deviations } = JSON.parse(served.out) as {
      intervals: { endpoint_config: string; release_id: string; from: string; to?: string }[];
      deviations: object[];
    };
    expect(intervals.map((one) => [one.endpoint_config, one.release_id])).toEqual([
      [wanted, RELEASE],
      ['watched-by-hand', ''],
      [wanted, RELEASE],
      ['watched-unseen', ''],
      [wanted, RELEASE],
    ]);
    // One begins where the last one ended, and only the last is open.
    expect(intervals.map(({ to }) => to)).toEqual([...intervals.slice(1).map(({ from }) => from), undefined]);
    expect(deviations).toEqual([]);
    expect((await assay('status', MODEL)).out).not.toContain('watched-unseen');
    // The package is that of the release; what serves it is not what was approved (SG-5).
    await eventually('the other alert', async () =>
      publishedAbout(MODEL).includes('Governance Record Mismatch') ? true : undefined,
    );
  });

  it('is for a person where it could not be switched back for three hours; people see it until somebody has put it right (TR-2)', async () => {
    const before = await numberOfEvents();
    const wakeAgain = await stopWaking('events');
    const acts = [...SWITCHED_BACK.slice(0, 2), 'endpoint_not_restored'];
    try {
      await changeByHand(MODEL, 'watched-stuck');
      await inService(MODEL, 'watched-stuck');
      await order(MODEL, { failNextUpdate: 'There is no capacity.' });
      await sweepEndpoints();
      await inService(MODEL, 'watched-stuck');
      expect(await actsSince(before)).toEqual(acts.slice(0, 2));

      await daysLater(4 / 24, sweepEndpoints, /SweepEndpoints/);

      expect(await actsSince(before)).toEqual(acts);
      expect(await servedConfig(MODEL)).toBe('watched-stuck');
      const [{ explanation = '' } = {}] = (await store.get('watched_endpoint', MODEL))?.deviations ?? [];
      expect(explanation).toContain('watched-stuck');
      const [status, served] = [await assay('status', MODEL), await assay('endpoints', 'served', MODEL)];
      expect(status).toMatchObject({ code: 0, out: expect.stringContaining(explanation) });
      expect(served).toMatchObject({
        code: 0,
        out: expect.stringContaining(`Not what people approved: ${explanation}`),
      });

      await pointByHand(MODEL, wanted);
      await inService(MODEL, wanted);
      // By now its state is four hours ahead of its clock.
      await sweepEndpoints();
      expect(await actsSince(before)).toEqual([...acts, 'serving_deviation_ended']);
    } finally {
      await wakeAgain();
    }
  });
});

describe('an endpoint that somebody changes by hand, where the policy says to take it down (BG-2)', () => {
  const acts = [
    'serving_deviation_found',
    'endpoint_quarantined',
    'rollback_requested',
    'rollback_executed',
    'serving_deviation_ended',
  ];

  it('is deleted by a rollback to nothing that nobody asked for, and its model is held', async () => {
    undo.push(await deployPolicy({ ...(await written('governance-policy.yaml')), quarantine: 'take_down' }));
    await inProduction(await variant(TAKEN, '1.1.0'));

    await changeByHand(TAKEN, 'watched-taken');

    await releaseIn(`${TAKEN}-1.1.0`, 'rolled_back');
    expect(await isThere(TAKEN)).toBe(false);
    // Whether SageMaker says that it is gone or not: what is in quarantine is looked at each minute.
    await sweepEndpoints();
    const types = (await eventsOf(TAKEN)).map(({ event_type }): string => event_type);
    const said = types.filter((type) => acts.includes(type)).filter((type, index, all) => type !== all[index - 1]);
    expect(said).toEqual(acts);
    expect(await store.get('pointer', TAKEN)).toMatchObject({ releaseId: '' });
    expect(await store.get('hold', TAKEN)).toMatchObject({ status: 'held', initiatedBy: 'assay' });
  });
});

describe('an endpoint that nobody registered (RR-8)', () => {
  const typesAbout = async (endpoint: string) =>
    (await eventsOf(CONFIGURATION_CHAIN))
      .filter(({ details }) => details['endpoint'] === endpoint)
      .map(({ event_type }) => event_type);
  const awaitTypes = (...types: string[]) =>
    eventually(types.join(), async () => ((await typesAbout(STRANGE)).join() === types.join() ? true : undefined));

  it('is found by its watched name, told and not touched; that it is gone is found with everything else within the hour', async () => {
    const former = await setEnvironment(/SweepEndpoints/, { WATCHED_ENDPOINTS: 'watched-strange-*' });
    undo.push(() => setEnvironment(/SweepEndpoints/, former));
    await createByHand(STRANGE);
    await inService(STRANGE, STRANGE);

    // Events tell of no endpoint of nobody: the minute counts those it tells of.
    await sweepEndpoints();
    await awaitTypes('ungoverned_endpoint_found');
    await eventually('the domain event', async () => (publishedAbout(STRANGE).includes(FINDING) ? true : undefined));
    const served = await eventually('the period', async () => {
      const { out } = await assay('endpoints', 'served', STRANGE);
      return out.includes('no release') ? out : undefined;
    });
    expect(served).toContain('Not what people approved');

    const wakeAgain = await stopWaking('events');
    try {
      await sagemaker.send(new DeleteEndpointCommand({ EndpointName: STRANGE }));
      await eventually('its end', async () => ((await isThere(STRANGE)) ? undefined : true));
      // SageMaker lists no endpoint that is gone.
      await tamper({ pk: 'SWEEP', sk: 'STATE' }, 'allListedAt', LONG_AGO);
      await sweepEndpoints();

      await awaitTypes('ungoverned_endpoint_found', 'ungoverned_endpoint_ended');
    } finally {
      await wakeAgain();
    }
  });
});
