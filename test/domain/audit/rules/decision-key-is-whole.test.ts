import { generateKeyPairSync } from 'node:crypto';
import { describe } from 'vitest';
import { decisionKeyIsWhole } from '../../../../lib/domain/audit/rules/decision-key-is-whole.ts';
import { LOG_CHAIN } from '../../../../lib/domain/ledger/event.ts';
import { DECISION_KEY, OTHER_KEY } from '../../../support/decision-key.ts';
import { attestationKeyPublication, publication } from '../../../support/signed-drafts.ts';
import { describeRule } from './describe-rule.ts';

const { details } = publication();
const ed25519 = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }).toString();
const saying = (changes: object) => publication(DECISION_KEY, { details: { ...details, ...changes } });
const UNUSABLE = 'it names no key on P-256 with this fingerprint';

describe('the publication of a decision key', () => {
  describeRule(decisionKeyIsWhole, {
    chain: LOG_CHAIN,
    keptBy: [
      ['one key', [publication()]],
      ['a key, and the next one', [publication(), publication(OTHER_KEY)]],
      ['a key of each use', [publication(), attestationKeyPublication(OTHER_KEY)]],
    ],
    brokenBy: [
      ['the same key again', [publication(), publication()], 'the key was published before'],
      [
        'one key for both uses',
        [publication(), attestationKeyPublication(DECISION_KEY)],
        'the key was published before',
      ],
      [
        'a key of attestations without details',
        [attestationKeyPublication(OTHER_KEY, { details: {} }), attestationKeyPublication(OTHER_KEY)],
        UNUSABLE,
      ],
      ['no details', [publication(DECISION_KEY, { details: {} })], UNUSABLE],
      ['what is no key', [saying({ public_key: 'x' })], UNUSABLE],
      ['a key of another kind', [saying({ public_key: ed25519 })], UNUSABLE],
      ['another fingerprint', [saying({ fingerprint: 'f'.repeat(64) })], UNUSABLE],
    ],
  });
});
