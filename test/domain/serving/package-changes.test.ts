import { beforeEach, describe, expect, it } from 'vitest';
import { judgeDeployment, judgeFlip } from '../../../lib/domain/gate/gate.ts';
import { judgeRelease } from '../../../lib/domain/gate/stages.ts';
import { takingPackage } from '../../../lib/domain/records/package-holder.ts';
import { Conflict } from '../../../lib/domain/refusal.ts';
import { Release } from '../../../lib/domain/release/release.ts';
import { packageChange, reviewPackage } from '../../../lib/domain/serving/package-changes.ts';
import type { ServedPackage } from '../../../lib/domain/serving/served-package.ts';
import { contentOf, NOW } from '../../support/approval-case.ts';
import { tickingClock } from '../../support/intake.ts';
import { type MemoryReleaseStore, memoryReleaseStore } from '../../support/memory-release-store.ts';
import { approved, checks, draft, MODEL, NOTHING_BEFORE, policy, resulting } from '../../support/release-life.ts';

const HOME = 'arn:aws:sagemaker:us-east-1:000000000000:model-package';
const ARN = `${HOME}/${MODEL}/1`;
const release = Release.parse({ ...approved, modelPackageArn: ARN });
const { serving } = release;
if (serving === undefined) throw new Error('it has no specification');
const SECRET = 'hunter2';

const packageWith = (container: object = {}, changes: object = {}): ServedPackage => ({
  ModelPackageArn: ARN,
  ModelPackageGroupName: MODEL,
  InferenceSpecification: {
    Containers: [
      {
        Image: serving.image,
        ModelDataUrl: serving.model_data.s3_uri,
        Environment: serving.environment,
        ...container,
      },
    ],
  },
  ...changes,
});
const SAME = packageWith();
const CHANGED = packageWith({ Environment: { ...serving.environment, HOOK: SECRET } });

let store: MemoryReleaseStore;
let registry: ServedPackage | undefined;
const held = (holder: Release) => {
  const { entity } = takingPackage(undefined, { modelPackageArn: ARN, releaseId: holder.releaseId }, NOW);
  return { ...entity, version: 1 };
};
beforeEach(() => {
  store = memoryReleaseStore();
  store.seed(release, held(release));
  registry = SAME;
});

const world = () => ({ store, find: async () => registry, home: HOME, now: tickingClock() });
const review = (arn = ARN) => reviewPackage(arn, world());
const events = async () =>
  (await store.events(MODEL)).map(({ event: { event_type, details } }) => [event_type, details['fields']]);
const kept = () => store.get('release', release.releaseId);

describe('a package that SageMaker says was updated (GT-7)', () => {
  it('is looked at, and nothing is recorded while it is what people approved', async () => {
    expect(await review()).toBe('unchanged');

    expect(store.commits).toBe(0);
  });

  it('is on record once when it differs, by the names of its fields, however often the message comes', async () => {
    registry = CHANGED;

    expect(await review()).toBe('recorded');
    expect(await review()).toBe('unchanged');
    expect(await review(ARN.toLowerCase())).toBe('unchanged');

    expect(await kept()).toMatchObject({ state: 'approved', packageDiffers: ['environment.HOOK'] });
    expect(await events()).toEqual([['model_package_changed', ['environment.HOOK']]]);
    expect(store.outbox.map(({ intent }) => intent)).toMatchObject([
      { kind: 'ship_event' },
      { kind: 'sync_registry', releaseId: release.releaseId },
      { kind: 'publish_event', detailType: 'Model Package Changed' },
    ]);
    expect(JSON.stringify([await store.events(MODEL), store.outbox, await kept()])).not.toContain(SECRET);
  });

  it('is on record again when it differs otherwise, when it is gone, and when it is the same again', async () => {
    registry = CHANGED;
    await review();
    registry = packageWith({ Image: 'elsewhere' });
    await review();
    registry = undefined;
    await review();
    registry = SAME;
    await review();

    expect(await events()).toEqual([
      ['model_package_changed', ['environment.HOOK']],
      ['model_package_changed', ['image']],
      ['model_package_changed', ['model_package_arn']],
      ['model_package_restored', []],
    ]);
    expect(await kept()).not.toHaveProperty('packageDiffers');
  });

  it('is changed back while that is recorded: what is on record in the end is what is there', async () => {
    registry = CHANGED;
    store.beforeNextCommit(async () => {
      registry = SAME;
      // The second message is answered first: it finds nothing that is not on record.
      expect(await review()).toBe('unchanged');
    });

    expect(await review()).toBe('recorded');

    expect((await events()).map(([type]) => type)).toEqual(['model_package_changed', 'model_package_restored']);
    expect(await kept()).not.toHaveProperty('packageDiffers');
  });

  it('is for a later message if it changes at every look', async () => {
    let looks = 0;
    const find = async () => packageWith({ Environment: { [`NAME_${looks++}`]: '' } });

    await expect(reviewPackage(ARN, { ...world(), find })).rejects.toThrow(Conflict);

    expect(await events()).toHaveLength(5);
  });

  it('is nobody’s concern if no release has it, or has need of it', async () => {
    registry = CHANGED;

    expect(await review(`${HOME}/${MODEL}/2`)).toBe('unchanged');
    for (const state of ['rejected', 'expired', 'rolled_back', 'retired']) {
      store.seed({ ...release, state });
      expect(await review(), state).toBe('unchanged');
      expect(packageChange({ ...release, state }, registry, HOME, NOW)).toBeUndefined();
    }
    store.seed({ ...held(release), releaseId: 'never-kept' as Release['releaseId'] });
    expect(await review()).toBe('unchanged');
    expect(store.commits).toBe(0);
  });

  it('is found by the index where a former version wrote no row', async () => {
    store = memoryReleaseStore();
    const ended = Release.parse({ ...release, releaseId: 'mortgage-0-9', state: 'rejected' });
    store.seed(ended, release);
    registry = CHANGED;

    expect(await review()).toBe('recorded');

    expect(await kept()).toMatchObject({ packageDiffers: ['environment.HOOK'] });
  });

  it('counts before it is registered, too, and not for a release that has none', () => {
    const { modelPackageArn: _, ...open } = { ...release, state: 'draft' };
    const named = { ...open, manifest: { ...open.manifest, model_package_arn: ARN } };

    expect(packageChange(named, CHANGED, HOME, NOW)?.event.details).toMatchObject({ model_package_arn: ARN });
    expect(packageChange(open, undefined, HOME, NOW)).toBeUndefined();
  });

  it('may have any number of names, of any length, and fits into an event', () => {
    const names = Array.from({ length: 100 }, (_, index) => [`${'\u202e'.repeat(500)}${index}`, '']);
    const change = packageChange(release, packageWith({ Environment: Object.fromEntries(names) }), HOME, NOW);
    if (change === undefined) throw new Error('nothing was noticed');

    const { packageDiffers = [] } = resulting(change, 'release');
    expect(packageDiffers).toHaveLength(50);
    expect(packageDiffers.every((field) => field.length <= 256 && !field.includes('\u202e'))).toBe(true);
  });
});

describe('a release whose package was changed', () => {
  const differing: Release = { ...release, packageDiffers: ['image'] };
  const reasons = [{ rule: 'model_package', evidence: ARN, explanation: 'the model package was changed: image' }];

  it('is neither deployed nor flipped to', () => {
    const facts = { ...NOTHING_BEFORE, release: { ...differing, rollbackTarget: 'none' }, now: NOW };

    expect(judgeFlip(facts)).toEqual({ outcome: 'deny', reasons });
    expect(judgeDeployment({ ...facts, found: undefined, inProduction: [] })).toEqual({ outcome: 'deny', reasons });
  });

  it('is not put to people', () => {
    const found = { attestationReasons: [], pointer: undefined, endpoint: undefined, content: contentOf(draft) };
    const facts = { policy, checks, ...found, now: NOW };
    const open: Release = { ...draft, packageDiffers: ['image'] };

    expect(resulting(judgeRelease({ release: open, ...facts }), 'release')).toMatchObject({
      state: 'rejected',
      reasons: [{ rule: 'model_package' }],
    });
  });
});
