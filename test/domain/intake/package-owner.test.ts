import { beforeEach, describe, expect, it } from 'vitest';
import { ModelPackage } from '../../../lib/domain/intake/model-package.ts';
import { claimOfPackage } from '../../../lib/domain/intake/package-claim.ts';
import { isOurs } from '../../../lib/domain/intake/package-owner.ts';
import { requestRelease } from '../../../lib/domain/intake/request-release.ts';
import { Conflict } from '../../../lib/domain/refusal.ts';
import type { Release } from '../../../lib/domain/release/release.ts';
import { governanceMetadata } from '../../../lib/domain/serving/registry-status.ts';
import { anIntake, type Intake } from '../../support/intake.ts';
import { draft, superseded } from '../../support/release-life.ts';
import { ARN, described, withMetadata } from './a-package.ts';

let intake: Intake;
let waits: number;
beforeEach(() => {
  intake = anIntake();
  waits = 0;
});

const marked = (changes: object = {}): ModelPackage =>
  ModelPackage.parse({
    ...described,
    ModelPackageGroupName: draft.modelName,
    CustomerMetadataProperties: governanceMetadata(draft),
    ...changes,
  });
const wait = async () => {
  waits += 1;
};
const judged = (modelPackage = marked()) => isOurs(modelPackage, intake.store, wait);
const bringing = (modelPackageArn: string): Release => ({
  ...draft,
  manifest: { ...draft.manifest, model_package_arn: modelPackageArn },
});
const OTHER = ARN.replace('/7', '/8');

describe('a package that names a release as its own (RR-3)', () => {
  it.each<[string, Release]>([
    ['the release has it', { ...draft, modelPackageArn: ARN }],
    ['the release has it and has moved on', { ...superseded, releaseId: draft.releaseId, modelPackageArn: ARN }],
    ['the release brought it', bringing(ARN)],
  ])('is ours when %s', async (_, release) => {
    intake.store.seed(release);

    expect(await judged()).toBe(true);
    expect(waits).toBe(0);
  });

  it.each<[string, Release | undefined, object]>([
    ['there is no such release', undefined, {}],
    ['the release has another', { ...draft, modelPackageArn: OTHER }, {}],
    ['the release brought another', bringing(OTHER), {}],
    ['the release ended without one', { ...draft, state: 'rejected' }, {}],
    ['it is in the group of another model', draft, { ModelPackageGroupName: 'another' }],
    ['it is in no group', draft, { ModelPackageGroupName: undefined }],
    ['it names no id', draft, withMetadata({ 'gov.releaseId': `${'x'.repeat(256)}` })],
    ['it names nothing', draft, { CustomerMetadataProperties: {} }],
  ])('is not ours when %s', async (_, release, changes) => {
    if (release !== undefined) intake.store.seed(release);

    expect(await judged(marked(changes))).toBe(false);
    expect(waits).toBe(0);
  });

  it('is looked at again while the release may be about to name it', async () => {
    intake.store.seed(draft);
    const named = isOurs(marked(), intake.store, async () => {
      await wait();
      if (waits === 2) intake.store.seed({ ...draft, modelPackageArn: ARN });
    });

    expect(await named).toBe(true);
    expect(waits).toBe(2);
  });

  it('is left to the next try when the release does not name any in time', async () => {
    intake.store.seed(draft);

    await expect(judged()).rejects.toThrow(Conflict);
    expect(waits).toBe(4);
  });

  it('is refused on record when it is not ours, whatever else it says', async () => {
    const stolen = ModelPackage.parse({ ...described, ...withMetadata({ 'gov.releaseId': draft.releaseId }) });

    expect(await requestRelease(claimOfPackage(stolen, intake.directory), intake)).toMatchObject({
      outcome: 'refused',
      refusal: {
        code: 'ManifestInvalid',
        door: 'model_registry',
        faults: [{ field: 'gov.releaseId', problem: expect.stringContaining('has no such package') }],
      },
    });
    expect((await intake.store.events('_intake')).map(({ event }) => event.event_type)).toEqual(['release_refused']);
  });
});
