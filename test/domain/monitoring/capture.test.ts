import { describe, expect, it } from 'vitest';
import { type Captured, capturedHours, hoursBefore, recordHour } from '../../../lib/domain/monitoring/capture.ts';
import { Release } from '../../../lib/domain/release/release.ts';
import { at, digestOf, NOW } from '../../support/approval-case.ts';
import { aPeriod } from '../../support/looks.ts';
import { memoryReleaseStore } from '../../support/memory-release-store.ts';
import { aPointer, inProduction, MODEL, superseded } from '../../support/release-life.ts';

const now = () => at('2026-11-28T12:40:00.000Z');
const from = at('2026-11-28T10:00:00.000Z');
const capturing = Release.parse({
  ...inProduction,
  serving: {
    ...inProduction.serving,
    data_capture: { destination_s3_uri: 's3://captured/all/', sampling_percentage: 20, capture_modes: ['Input'] },
  },
});
const some: Captured = { objects: 3, bytes: 900, sha256: digestOf('list'), isWhole: true };
const nothing: Captured = { ...some, objects: 0, bytes: 0 };

const world = (
  found: Captured | undefined = some,
  ...seeded: Parameters<ReturnType<typeof memoryReleaseStore>['seed']>
) => {
  const store = memoryReleaseStore();
  store.seed(...(seeded.length === 0 ? [capturing, aPointer(), aPeriod()] : seeded));
  const asked: string[] = [];
  const list = async (folder: string) => {
    asked.push(folder);
    return found;
  };
  return { store, asked, list, now };
};
const hour = { release: capturing, from };

describe('what an endpoint was asked and answered (AU-3)', () => {
  it('is on record by reference for an hour, once, with the release that answered (TR-1)', async () => {
    const { asked, ...around } = world();

    expect(await recordHour(hour, around)).toBe('recorded');
    expect(await recordHour(hour, around)).toBe('known');

    const folder = 's3://captured/all/mortgage/AllTraffic/2026/11/28/10/';
    expect(asked).toEqual([folder]);
    const [event, ...others] = (await around.store.events(MODEL)).map((sealed) => sealed.event);
    expect(others).toEqual([]);
    expect(event).toMatchObject({
      event_type: 'inference_recorded',
      release_id: inProduction.releaseId,
      details: {
        ...{ endpoint: 'mortgage', from, to: '2026-11-28T11:00:00.000Z', sampling_percentage: 20, variants_total: 1 },
        variants: [
          {
            ...{ variant: 'AllTraffic', folder, objects: 3, bytes: 900, list_sha256: digestOf('list'), is_whole: true },
            releases: [{ release_id: inProduction.releaseId, model_version: '1.2.0' }],
          },
        ],
      },
    });
  });

  it('names each release that answered within the hour, and none from before or after', async () => {
    const variant = (version: string, releaseId: string) => [
      { variantName: 'AllTraffic', weight: '1', releaseId, modelVersion: version },
    ];
    const before = aPeriod({ from: NOW, to: from, variants: variant('1.0.0', 'mortgage-1-0-0') });
    const middle = at('2026-11-28T10:20:00.000Z');
    const former = aPeriod({ from, to: middle, variants: variant('1.1.0', superseded.releaseId) });
    const { asked: _, ...around } = world(some, capturing, aPointer(), before, former, aPeriod({ from: middle }));

    await recordHour(hour, around);

    const [variants] = (await around.store.events(MODEL)).map(({ event }) => event.details['variants']);
    expect(variants).toMatchObject([
      { releases: [{ release_id: superseded.releaseId }, { release_id: inProduction.releaseId }] },
    ]);
  });

  it.each([
    ['nothing', world(nothing)],
    ['unseen', { ...world(), list: async () => undefined }],
    ['not_served', world(some, capturing, aPointer())],
    ['not_served', world(some, capturing, aPointer(), aPeriod({ from: at('2026-11-28T11:00:00.000Z') }))],
    ['not_served', world(some, capturing)],
    ['not_served', world(some, aPointer(), aPeriod())],
    ['not_served', world(some, capturing, aPointer({ releaseId: superseded.releaseId }), aPeriod())],
  ])('is not on record where there is none: %s', async (outcome, { store, list }) => {
    expect(await recordHour(hour, { store, list, now })).toBe(outcome);
    expect(await store.events(MODEL)).toEqual([]);
  });

  it('is nothing where the release captures nothing', async () => {
    const { store, list } = world(some, inProduction, aPointer(), aPeriod());

    expect(await recordHour({ release: inProduction, from }, { store, list, now })).toBe('not_served');
  });
});

describe('the hours that are looked at', () => {
  it('are six that are over for so long that their captures are written', () => {
    expect(hoursBefore(at('2026-11-28T12:29:59.000Z'))[0]).toBe('2026-11-28T10:00:00.000Z');
    expect(hoursBefore(at('2026-11-28T12:30:00.000Z'))).toEqual([
      ...['2026-11-28T11:00:00.000Z', '2026-11-28T10:00:00.000Z', '2026-11-28T09:00:00.000Z'],
      ...['2026-11-28T08:00:00.000Z', '2026-11-28T07:00:00.000Z', '2026-11-28T06:00:00.000Z'],
    ]);
  });

  it('are those of releases that capture, which take turns', () => {
    const other = Release.parse({ ...capturing, modelName: 'other' });
    const hours = capturedHours([inProduction, capturing, other], now());

    expect(hours).toHaveLength(12);
    expect(hours.slice(0, 2).map(({ release }) => release.modelName)).toEqual([MODEL, 'other']);
  });
});
