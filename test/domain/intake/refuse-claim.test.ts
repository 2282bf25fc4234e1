import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recordRefusal } from '../../../lib/domain/change/refusal-bounds.ts';
import { intakeRefusal, refusalChange } from '../../../lib/domain/intake/refuse-claim.ts';
import { EVENT_MAX_BYTES, INTAKE_CHAIN } from '../../../lib/domain/ledger/event.ts';
import type { ReleaseClaim } from '../../../lib/domain/records/intake.ts';
import { Refusal } from '../../../lib/domain/refusal.ts';
import { NOW } from '../../support/approval-case.ts';
import { hostileText } from '../../support/hostile-text.ts';
import { memoryReleaseStore } from '../../support/memory-release-store.ts';

const refuse = (manifest: unknown, violations: Refusal['violations'] = [], rest: Partial<ReleaseClaim> = {}) =>
  intakeRefusal(
    { manifest, door: 'event_bus', ...rest },
    new Refusal('ManifestInvalid', 'the manifest does not describe a release', violations),
    NOW,
  );
const PIPELINE = { id: 'pipeline', role: 'submitter', auth: 'event_source' };
const kept = async (refusal: ReturnType<typeof refuse>) => {
  const store = memoryReleaseStore();
  const place = { bound: 'intake_of_door' as const, by: [refusal.door], about: [refusal.refusalId] };
  await recordRefusal(refusalChange(refusal, { actor: PIPELINE, faults: refusal.faults }), place, store, NOW);
  const [sealed] = await store.events(INTAKE_CHAIN);
  if (sealed === undefined) throw new Error('there is no event');
  return { ...sealed, stored: await store.get('refusal', refusal.refusalId) };
};

describe('the id of a refusal', () => {
  const violations = [{ field: 'git_commit', problem: 'is missing' }];

  it('is the same for the same claim and faults, whenever and wherever it came in', () => {
    expect(refuse({ a: 1 }, violations, { door: 'http_api' }).refusalId).toBe(refuse({ a: 1 }, violations).refusalId);
  });

  it('is another for another claim or another fault', () => {
    const ids = [
      refuse({ a: 1 }, violations),
      refuse({ a: 2 }, violations),
      refuse({ a: 1 }),
      refuse(undefined, violations),
    ];

    expect(new Set(ids.map(({ refusalId }) => refusalId)).size).toBe(4);
  });
});

describe('what a refused claim states about itself', () => {
  it.each([
    [{ release_id: 'r-1', model_name: 'm' }, 'r-1', 'm'],
    [{ release_id: 7, model_name: ['m'] }, '', ''],
    [{}, '', ''],
    [null, '', ''],
    ['r-1', '', ''],
    [{ release_id: 'x'.repeat(500), model_name: '\ud800' }, 'x'.repeat(128), '\ufffd'],
  ])('%j is noted as %j of %j', (manifest, claimedReleaseId, claimedModelName) => {
    expect(refuse(manifest)).toMatchObject({ claimedReleaseId, claimedModelName });
  });
});

describe('a refusal on record', () => {
  it('has an event on the intake chain, by the one who sent the claim', async () => {
    const { event } = await kept(refuse({ release_id: 'r-1' }, [{ field: 'git_commit', problem: 'is missing' }]));

    expect(event).toMatchObject({
      model: INTAKE_CHAIN,
      event_type: 'release_refused',
      release_id: 'r-1',
      actor_id: 'pipeline',
      actor_role: 'submitter',
      actor_auth: 'event_source',
      approval_state: '',
      reason: 'ManifestInvalid: the manifest does not describe a release',
      details: { faults_total: 1, faults: [{ field: 'git_commit', problem: 'is missing' }] },
    });
  });

  it.each([
    [200, 200, { field: 'f199', problem: 'is unknown' }],
    [201, 201, { field: 'manifest', problem: 'has 1 more problems' }],
    [1000, 201, { field: 'manifest', problem: 'has 800 more problems' }],
  ])('of %i faults keeps %i, and says how many there were besides', async (length, keeps, last) => {
    const violations = Array.from({ length }, (_, index) => ({ field: `f${index}`, problem: 'is unknown' }));

    const { stored } = await kept(refuse({}, violations));

    expect(stored?.faults).toHaveLength(keeps);
    expect(stored?.faults.at(-1)).toEqual(last);
  });

  it('has an event of at most 16 KB, however hostile the claim and its faults are', async () => {
    const hostile = fc.oneof(
      hostileText(600),
      fc.integer({ min: 120, max: 2000 }).map((length) => '\u0001'.repeat(length)),
      fc.integer({ min: 120, max: 2000 }).map((length) => `${'x'.repeat(length)}😀`),
      fc.constant('\ud800'.repeat(600)),
    );
    const violations = fc.array(fc.record({ field: hostile, problem: hostile }), { maxLength: 300, size: 'large' });
    await fc.assert(
      fc.asyncProperty(hostile, hostile, violations, async (release_id, model_name, found) => {
        const { bytes, stored } = await kept(refuse({ release_id, model_name }, found));

        expect(bytes.length).toBeLessThanOrEqual(EVENT_MAX_BYTES);
        expect(stored?.faults.length).toBe(Math.min(found.length, 201));
      }),
      { numRuns: 40 },
    );
  });
});
