import { describe, expect, it } from 'vitest';
import { requestRelease } from '../../../lib/domain/intake/request-release.ts';
import { INTAKE_CHAIN } from '../../../lib/domain/ledger/event.ts';
import { aClaim, anIntake, someBuckets } from '../../support/intake.ts';
import { allRefusals } from '../../support/listed.ts';

const { manifest } = aClaim();
const complete = manifest as { model_card_uri: string; predictions: { uri: string } };
const evidence = someBuckets([complete.model_card_uri, complete.predictions.uri]);

const violationsOf = async (changes: Record<string, unknown>): Promise<string[]> => {
  const answer = await requestRelease(aClaim(changes), anIntake({ evidence }));
  return answer.outcome === 'refused' ? answer.refusal.faults.map(({ field }) => field) : [];
};

describe('a manifest with a faulty field', () => {
  it('is refused naming the evidence that is missing too', async () => {
    expect(await violationsOf({ git_commit: undefined })).toEqual(['git_commit', 'model_card_uri', 'predictions.uri']);
  });

  it('is asked only for what is a place by itself', async () => {
    const violations = await violationsOf({
      git_commit: undefined,
      model_card_uri: 'file:///etc/passwd',
      predictions: null,
    });

    expect(violations.toSorted()).toEqual(['git_commit', 'model_card_uri', 'predictions']);
  });

  it('sent again is one refusal', async () => {
    const intake = anIntake({ evidence });

    await requestRelease(aClaim({ git_commit: undefined }), intake);
    await requestRelease(aClaim({ git_commit: undefined }), intake);

    expect(await allRefusals(intake.store)).toHaveLength(1);
    expect(await intake.store.events(INTAKE_CHAIN)).toHaveLength(1);
  });

  it('is refused even if it is no object at all', async () => {
    const answer = await requestRelease({ ...aClaim(), manifest: 'a text' }, anIntake({ evidence }));

    expect(answer).toMatchObject({ outcome: 'refused', refusal: { code: 'ManifestInvalid' } });
  });
});
