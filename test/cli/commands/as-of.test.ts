import { describe, expect, it } from 'vitest';
import { aLedger, aStory } from '../../domain/ledger/a-ledger.ts';
import { aDirectory, assay } from '../assay.ts';

const line = (rows: readonly object[]) => Buffer.from(JSON.stringify({ due: [], rows }));
const release = {
  ...{ pk: 'RELEASE#credit-1', sk: 'META', entity: 'release', version: 1 },
  ...{ releaseId: 'credit-1', modelName: 'credit', modelVersion: '1.0.0', state: 'production' },
};
const pointer = {
  ...{ pk: 'POINTER#credit', sk: 'PRODUCTION', entity: 'pointer', version: 1 },
  ...{ modelName: 'credit', releaseId: 'credit-1', endpointName: 'credit', since: '2026-11-20T23:59:57.000Z' },
};
const request = {
  ...{ pk: 'REQUEST#apr-fraud-1', sk: 'META', entity: 'request', version: 1, status: 'pending' },
  ...{ modelName: 'fraud', releaseId: 'fraud-1', expiresAt: '2026-11-30T00:00:00.000Z' },
};

/** The flip writes the pointer, and every other event of the second half nothing. */
const story = (wroteNothing: () => Uint8Array | undefined = () => line([])) =>
  aStory(({ event_type: type, release_id: id }) => {
    if (type === 'deployment_promoted' && id === 'credit-1') return line([release, pointer]);
    if (type === 'approval_requested' && id === 'fraud-1') return line([request]);
    return wroteNothing();
  });
const aCopy = async (events = story()) =>
  aDirectory(Object.fromEntries((await aLedger(events)).map(({ key, bytes }) => [key, bytes])));

describe('assay as-of', () => {
  it('says what served, what waited and the states of releases, as far as the copy reaches', async () => {
    const { code, out } = await assay(await aCopy(), ['as-of', '2026-11-22', '--ledger', '.']);

    expect(code).toBe(0);
    expect(out).toContain('as of 2026-11-22T00:00:00.000Z, from 28 events of the log');
    expect(out).toContain('the copy says nothing of later');
    expect(out).toMatch(/credit +credit-1 +credit +2026-11-20T23:59:57\.000Z/);
    expect(out).toMatch(/fraud +fraud-1 +2026-11-30T00:00:00\.000Z/);
    expect(out).toMatch(/credit +credit-1 +1\.0\.0 +production/);
  });

  it('says that there was nothing, before there was', async () => {
    const { out } = await assay(await aCopy(), ['as-of', '2026-11-19T08:00:00Z', '--ledger', '.']);

    expect(out).toContain('nothing served\n\nnothing waited for people\n\nno release');
    expect(out).not.toContain('of later');
  });

  it('ends with 1 for a model that the log does not know, and not for one that came later', async () => {
    const unknown = await assay(await aCopy(), ['as-of', '2026-11-22', 'nope', '--ledger', '.']);
    const later = await assay(await aCopy(), ['as-of', '2026-11-01', 'fraud', '--ledger', '.']);

    expect(unknown).toMatchObject({ code: 1, out: '', err: 'the log has no model nope in its 28 events\n' });
    expect(later).toMatchObject({ code: 0, out: expect.stringContaining('nothing served') });
  });

  it('says of one model, as JSON', async () => {
    const { out } = await assay(await aCopy(), ['as-of', '2026-11-22', 'fraud', '--ledger', '.', '--json']);

    expect(JSON.parse(out)).toMatchObject({
      ...{ at: '2026-11-22T00:00:00.000Z', entries: 28, unrecorded: 0, serving: [], releases: [] },
      waiting: [{ model_name: 'fraud', release_id: 'fraud-1' }],
    });
  });

  it('says how much it cannot know', async () => {
    const { out } = await assay(await aCopy(story(() => undefined)), ['as-of', '2026-11-22', '--ledger', '.']);

    expect(out).toContain('the ledger has not what 26 events wrote');
  });

  it('takes a time in another zone for the same instant', async () => {
    const directory = await aCopy();

    const zoned = await assay(directory, ['as-of', '2026-11-22T01:30:00+01:00', '--ledger', '.']);
    expect(zoned).toEqual(await assay(directory, ['as-of', '2026-11-22T00:30:00Z', '--ledger', '.']));
    expect(zoned.out).toContain('as of 2026-11-22T00:30:00.000Z');
  });

  it('needs a time, and a ledger', async () => {
    const directory = await aCopy();

    expect(await assay(directory, ['as-of', 'yesterday', '--ledger', '.'])).toMatchObject({ code: 2 });
    expect(await assay(directory, ['as-of', '2026-13-40', '--ledger', '.'])).toMatchObject({ code: 2 });
    expect(await assay(directory, ['as-of', '2026-11-22', '--ledger', 'nowhere'])).toMatchObject({ code: 2 });
  });
});
