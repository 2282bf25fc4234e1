import { describe, expect, it } from 'vitest';
import { signaturesIn } from '../../../lib/domain/attestation/signature.ts';
import { askRenewal } from '../../../lib/domain/gate/ask-renewal.ts';
import { recordApproved } from '../../../lib/domain/gate/promotion.ts';
import { diffPolicies } from '../../../lib/domain/policy/diff-policies.ts';
import { ASSAY } from '../../../lib/domain/release/release-event.ts';
import { aRenewalWorld, daysBefore, renewablePolicy, serving } from '../../support/a-renewal.ts';
import { NOW } from '../../support/approval-case.ts';
import { intended, MODEL, policy, validated } from '../../support/release-life.ts';

describe('an approval by a policy that lets it be renewed (EX-2)', () => {
  it('has its renewal noted, ten days before its end', () => {
    const { recordSha256: sha256, recordUri: uri = '', recordKeyId: keyId = '' } = serving;
    if (sha256 === undefined) throw new Error('there is no record');
    const change = recordApproved(validated, {
      record: { sha256, uri, keyId },
      policy: renewablePolicy,
      approvals: [],
      now: NOW,
    });

    expect(intended(change).at(-1)).toBe('renew_approval');
    expect(change.intents.at(-1)?.dueAt).toBe(daysBefore(10));
  });

  it('has the proof among its signatures, which a rotation of keys renews', async () => {
    const { world, store } = aRenewalWorld();
    await askRenewal({ releaseId: serving.releaseId, act: 'due', actor: ASSAY }, world);
    const events = (await store.events(MODEL)).map(({ event }) => event);

    expect(signaturesIn(events)).toMatchObject([{ of: 'approval_renewal', key_id: 'attestation-key', renewed_as: '' }]);
  });

  it('is by a looser policy', () => {
    const of = (before: typeof policy, after: typeof policy) =>
      diffPolicies(before, after).filter(({ about }) => about === 'auto_renew');

    expect(of(policy, renewablePolicy)).toEqual([
      { effect: 'looser', about: 'auto_renew', before: 'false', after: 'true' },
    ]);
    expect(of(renewablePolicy, policy)).toMatchObject([{ effect: 'stricter' }]);
    expect(of(policy, policy)).toEqual([]);
  });
});
