import { describe, expect, it } from 'vitest';
import { findKnown } from '../../../lib/domain/intake/known-content.ts';
import { requestRelease } from '../../../lib/domain/intake/request-release.ts';
import { aManifest } from '../../support/approval-case.ts';
import { aClaim, anIntake } from '../../support/intake.ts';
import { refusalCodeOf } from '../../support/refusals.ts';

const other = aManifest({ release_id: 'another' });

const taken = async () => {
  const intake = anIntake();
  await requestRelease(aClaim(), intake);
  return intake;
};

describe('content that is asked about before it is requested', () => {
  it('is that of the release that has it, whatever id the manifest says', async () => {
    const intake = await taken();
    const before = intake.store.commits;

    expect(await findKnown(other, intake)).toMatchObject({ releaseId: aManifest().release_id });
    expect(await findKnown(aManifest(), intake)).toMatchObject({ releaseId: aManifest().release_id });
    expect(intake.store.commits).toBe(before);
  });

  it('is nobody’s where there is none, or where it may be requested again', async () => {
    expect(await findKnown(other, anIntake())).toBeUndefined();

    const intake = await taken();
    const release = await intake.store.get('release', aManifest().release_id);
    if (release === undefined) throw new Error('it was not taken in');
    intake.store.seed({ ...release, state: 'rejected' });
    expect(await findKnown(other, intake)).toBeUndefined();
    expect(await findKnown(aManifest(), intake)).toMatchObject({ state: 'rejected' });
  });

  it('is refused if it is no manifest', async () => {
    expect(await refusalCodeOf(() => findKnown({ release_id: 'x' }, anIntake()))).toBe('ManifestInvalid');
  });
});
