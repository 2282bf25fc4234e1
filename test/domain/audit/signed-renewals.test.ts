/** A ledger with renewals of approvals: an auditor who has the key of the log finds those that nobody signed (EX-2). */
import { beforeEach, describe, expect, it } from 'vitest';
import { renewalProofOf } from '../../../lib/domain/audit/renewal-proof.ts';
import { verifyLedger } from '../../../lib/domain/audit/verify.ts';
import { askRenewal } from '../../../lib/domain/gate/ask-renewal.ts';
import { Sha256 } from '../../../lib/domain/identifiers.ts';
import { EVENT_MAX_BYTES, type EventDraft, LOG_CHAIN } from '../../../lib/domain/ledger/event.ts';
import { ASSAY } from '../../../lib/domain/release/release-event.ts';
import { aRenewalWorld, RENEWAL_KEY, serving } from '../../support/a-renewal.ts';
import { digestOf, NOW } from '../../support/approval-case.ts';
import { DECISION_KEY, makeKey, OTHER_KEY } from '../../support/decision-key.ts';
import { MODEL } from '../../support/release-life.ts';
import { attestationKeyPublication, publication, secondOf } from '../../support/signed-drafts.ts';
import { renewedDraft } from '../../support/signed-renewals.ts';
import { aReleaseInProduction, eventFiles, LOG_PUBLIC_KEY, logFiles, sealAll } from '../ledger/a-ledger.ts';

type Told = { readonly model: string; readonly draft: EventDraft };
const on = (model: string) => (draft: EventDraft) => ({ model, draft });
const story = aReleaseInProduction('credit-1').map(on('credit'));
const published = (key = RENEWAL_KEY) => on(LOG_CHAIN)(attestationKeyPublication(key));
/** The second of the event after the publication and the story. */
const AT = story.length + 1;
const renewed = (changes: Parameters<typeof renewedDraft>[1] = {}, second = AT) =>
  on('credit')(renewedDraft(second, changes));

const verify = async (told: readonly Told[], runs: readonly number[] = [1, told.length - 1]) => {
  const events = sealAll(told);
  return verifyLedger([...eventFiles(events), ...(await logFiles(events, runs))], { logPublicKeyPem: LOG_PUBLIC_KEY });
};
const whys = async (draft: Told) => (await verify([published(), ...story, draft])).problems.map(({ why }) => why);

describe('a renewal in a ledger that has published the key of attestations', () => {
  it('holds if that key signed what its event says, and none is missed where nothing was renewed', async () => {
    expect(await verify([published(), ...story, renewed()])).toMatchObject({
      ...{ problems: [], missingProofs: [], renewals: { signed: 1, unproved: [] } },
    });
    expect(await verify([published(), ...story])).toMatchObject({ renewals: { signed: 0, unproved: [] } });
  });

  it('holds where the event had no room for everything that was compared', async () => {
    const details = { compared: [{ input: 'policy', value: 'b'.repeat(64) }] };

    expect(await whys(renewed({ details }))).toEqual([]);
  });

  it.each<[string, Parameters<typeof renewedDraft>[1], string]>([
    ['that another key signed', { key: OTHER_KEY }, 'no key that signed attestations then has signed its proof'],
    ['that has no envelope', { details: { envelope: 'x' } }, 'no key that signed attestations then'],
    [
      'over another statement of that key',
      { statement: { predicateType: 'https://in-toto.io/attestation/test-result/v0.1' } },
      'no key that signed attestations then',
    ],
    ['of another release', { stated: { release_id: 'credit-0' } }, 'another release_id'],
    ['of another model', { stated: { model_name: 'fraud' } }, 'another model_name'],
    ['of another version', { stated: { model_version: '0.9.0' } }, 'another model_version'],
    ['of other evidence', { stated: { evidence_digest: digestOf('other') } }, 'another evidence_digest'],
    ['under another policy', { stated: { policy_sha256: digestOf('other') } }, 'another policy_sha256'],
    [
      'of other bytes',
      { statement: { subject: [{ name: 'm', digest: { sha256: Sha256.parse(digestOf('other')) } }] } },
      'another artifact_sha256',
    ],
    ['from an earlier end', { stated: { approved_until_before: NOW } }, 'another approved_until_before'],
    ['to an earlier end', { stated: { approved_until: '2027-03-01T00:00:00.000Z' } }, 'another approved_until'],
    ['that was made long before', { stated: { renewed_at: secondOf(-400) } }, 'another renewed_at'],
    ['that was made later', { stated: { renewed_at: secondOf(400) } }, 'another renewed_at'],
    ['that is not the one kept', { details: { attestation_sha256: digestOf('other') } }, 'another attestation_sha256'],
    [
      'that compared something else',
      { details: { compared: [{ input: 'policy', value: 'c' }] } },
      'its proof has another compared',
    ],
    ['that does not say what it compared', { details: { compared: 'all' } }, 'its proof has another compared'],
  ])('is forged if it has a proof %s', async (_, changes, why) => {
    expect(await whys(renewed(changes))).toContainEqual(expect.stringContaining(why));
  });

  it('is forged if its proof is not there', async () => {
    const { model, draft } = renewed();
    const { envelope: _, ...details } = draft.details;

    expect(await whys({ model, draft: { ...draft, details } })).toContainEqual(
      expect.stringContaining('its proof is not there'),
    );
  });

  it('is signed by the next key once that is published, and by the former one no more', async () => {
    const next = makeKey('next-key');
    const told = (key: typeof next) => [published(), published(next), ...story, renewed({ key }, AT + 1)];
    const runs = [1, 1, story.length + 1];

    expect((await verify(told(next), runs)).problems).toEqual([]);
    expect((await verify(told(RENEWAL_KEY), runs)).problems).toMatchObject([
      { why: expect.stringContaining('no key that signed attestations then') },
    ]);
  });
});

describe('a renewal of which the ledger cannot say who signed it', () => {
  const unsigned = on('credit')({ ...renewed().draft, details: { ...renewed().draft.details, envelope: 'x' } });

  it.each([
    ['no key of attestations is published', [on(LOG_CHAIN)(publication(DECISION_KEY)), ...story, renewed()]],
    ['another chain publishes it', [on('credit')(attestationKeyPublication(RENEWAL_KEY)), ...story, renewed()]],
    ['it was made before one was published', [...story, unsigned, published()]],
  ])('is not proved: %s', async (_, told) => {
    expect(await verify(told)).toMatchObject({
      missingProofs: [{ proof: 'renewal_proof', why: expect.stringMatching(/signed the renewal of .*credit.*json$/) }],
      renewals: { signed: 0, unproved: [expect.any(String)] },
    });
  });

  it('is proved by no key that no checkpoint covers: whoever writes to a copy can publish one', async () => {
    const report = await verify([...story, published(), renewed()], [story.length]);

    expect(report.problems).toEqual([]);
    expect(report.missingProofs).toMatchObject([{ proof: 'renewal_proof' }]);
  });

  it('is one of several, of which the first is named', async () => {
    const { missingProofs } = await verify([...story, unsigned, unsigned]);

    expect(missingProofs).toMatchObject([{ why: expect.stringContaining(', and 1 more') }]);
  });
});

describe('the event of a renewal that was asked for', () => {
  let scene: ReturnType<typeof aRenewalWorld>;
  beforeEach(() => {
    scene = aRenewalWorld();
  });

  it('holds its proof, which an auditor can verify, and fits with all evidence that there can be', async () => {
    await askRenewal({ releaseId: serving.releaseId, act: 'due', actor: ASSAY }, scene.world);
    const [sealed] = await scene.store.events(MODEL);
    if (sealed === undefined) throw new Error('nothing was renewed');
    const key = { keyId: 'k', fingerprint: digestOf('key'), publicKeyPem: RENEWAL_KEY.pem, publishedAt: NOW, from: 0 };

    expect(renewalProofOf(sealed.event, [key])).toEqual({ signer: key });
    expect(JSON.stringify(sealed.event).length).toBeLessThan(EVENT_MAX_BYTES);
  });
});
