import { describe, expect, it } from 'vitest';
import { signaturesIn } from '../../../lib/domain/attestation/signature.ts';
import { sha256 } from '../../../lib/domain/signing/canonical-json.ts';
import { type Envelope, envelopeBytes } from '../../../lib/domain/signing/envelope.ts';
import { allSigned } from '../../support/signed-drafts.ts';
import { aReleaseInProduction, sealAll } from '../ledger/a-ledger.ts';

const eventsOf = (drafts: ReturnType<typeof aReleaseInProduction>) =>
  sealAll(drafts.map((draft) => ({ model: 'credit', draft }))).map(({ event }) => event);
const isDecision = ({ event_type: type }: { readonly event_type: string }) => type === 'approval_granted';

describe('the signatures that a ledger knows (SG-4)', () => {
  it('include the decisions of people, by the digest of their envelope and the key', () => {
    const [mia, rob] = eventsOf(allSigned(aReleaseInProduction('credit-1'))).filter(isDecision);
    if (mia === undefined || rob === undefined) throw new Error('nobody decided');

    const signatures = signaturesIn([mia, { ...rob, event_type: 'approval_denied' }]);

    const digest = sha256(envelopeBytes(mia.details['envelope'] as Envelope)); // as the draft has it
    expect(signatures).toMatchObject([
      { of: 'decision of mia', key_id: 'decision-key', sha256: digest, uri: '', renewed_as: '' },
      { of: 'decision of rob', key_id: 'decision-key' },
    ]);
  });

  it('include no decision of a version that signed none', () => {
    expect(signaturesIn(eventsOf(aReleaseInProduction('credit-1')).filter(isDecision))).toEqual([]);
  });
});
