import { describe } from 'vitest';
import { renewsWhatWasSigned } from '../../../../lib/domain/audit/rules/renews-what-was-signed.ts';
import type { EventDraft } from '../../../../lib/domain/ledger/event.ts';
import { aDraft, RECORDED } from '../../ledger/a-ledger.ts';
import { describeRule, story } from './describe-rule.ts';

const record = RECORDED.record_sha256;
const [first, second, third, fourth] = ['1', '2', '3', '4'].map((digit) => digit.repeat(64));
/** After it, the record of the release is this one. */
const renewal = (renewed: unknown[], record_sha256 = record) =>
  aDraft({
    event_type: 'signatures_renewed',
    approval_state: 'production',
    subject: { ...RECORDED, record_sha256 },
    details: { renewed } as EventDraft['details'],
  });
const evaluated = aDraft({ event_type: 'stage_evaluated', details: { attestation_sha256: String(first) } });
const signed = story.toSpliced(1, 0, evaluated);
const known = renewal(
  [
    { from_sha256: record, to_sha256: second },
    { from_sha256: first, to_sha256: third },
  ],
  second,
);

describe('a renewal of what the ledger has recorded as signed', () => {
  describeRule(renewsWhatWasSigned, {
    keptBy: [
      ['signatures that were renewed', [...signed, known]],
      [
        'renewed signatures that were renewed',
        [...signed, known, renewal([{ from_sha256: second, to_sha256: fourth }], fourth)],
      ],
      ['a renewal of nothing', [...signed, { ...renewal([]), details: {} }]],
    ],
    brokenBy: [
      [
        'an envelope that no event mentions',
        [...story, renewal([{ from_sha256: 'f'.repeat(64), to_sha256: 'e'.repeat(64) }])],
        `it re-signs an envelope that no event mentions: ${'f'.repeat(64)}`,
      ],
      [
        'an envelope without a digest',
        [...story, renewal([{ from_sha256: '', to_sha256: 'e'.repeat(64) }])],
        'it re-signs an envelope that no event mentions',
      ],
      [
        'something that is no renewal',
        [...story, renewal(['all of them'])],
        'it re-signs an envelope that no event mentions',
      ],
    ],
  });
});
