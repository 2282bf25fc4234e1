import { describe } from 'vitest';
import { digestsAreThere } from '../../../../lib/domain/audit/rules/digests-are-there.ts';
import type { EventDraft } from '../../../../lib/domain/ledger/event.ts';
import { aDraft, RECORDED, SUBJECT } from '../../ledger/a-ledger.ts';
import { changed, describeRule, story } from './describe-rule.ts';

const OTHER = 'e'.repeat(64);
const of = (type: EventDraft['event_type'], subject: Partial<EventDraft['subject']>) =>
  changed(type, { subject: { ...RECORDED, ...subject } });
const renewed = (record_sha256: string, to_sha256: string) =>
  aDraft({
    event_type: 'signatures_renewed',
    approval_state: 'production',
    subject: { ...RECORDED, record_sha256 },
    details: { renewed: [{ from_sha256: RECORDED.record_sha256, to_sha256 }] },
  });
const restored = (record_sha256: string) =>
  aDraft({ event_type: 'endpoint_restored', approval_state: 'production', subject: { ...RECORDED, record_sha256 } });

describe('a decision that says by digest what it is about', () => {
  describeRule(digestsAreThere, {
    keptBy: [
      ['a release on its way to production', story],
      [
        'a rejection before anything was hashed',
        [
          ...story.slice(0, 1),
          aDraft({
            event_type: 'evaluation_completed',
            approval_state: 'rejected',
            subject: { ...SUBJECT, artifact_sha256: '', evidence_digest: '' },
          }),
        ],
      ],
      ['a record that was signed again', [...story, renewed(OTHER, OTHER), restored(OTHER)]],
    ],
    brokenBy: [
      [
        'a validation of no artifact',
        changed('evaluation_completed', { subject: { ...SUBJECT, artifact_sha256: '' } }),
        'evaluation_completed of release credit-1: its artifact_sha256 is no digest: empty',
      ],
      [
        'a request to approve no evidence',
        changed('approval_requested', { subject: { ...SUBJECT, evidence_digest: '' } }),
        'approval_requested of release credit-1: its evidence_digest is no digest: empty',
      ],
      [
        'an approval of something that is no digest',
        changed('approval_granted', { subject: { ...SUBJECT, evidence_digest: 'all of it' } }),
        'its evidence_digest is no digest: all of it',
      ],
      ['an approval without a record', of('release_approved', { record_sha256: '' }), 'its record_sha256 is no digest'],
      [
        'a promotion without a record',
        of('deployment_promoted', { record_sha256: '' }),
        'deployment_promoted of release credit-1: its record_sha256 is no digest: empty',
      ],
      [
        'a promotion with another record',
        of('deployment_promoted', { record_sha256: OTHER }),
        `its record_sha256 was not signed for this release: ${OTHER}`,
      ],
      [
        'a record before the approval',
        changed('approval_requested', { subject: RECORDED }),
        'its record_sha256 was not signed for this release',
      ],
      [
        'a renewal that puts a third record into the place of the second',
        [...story, renewed('f'.repeat(64), OTHER)],
        `signed for this release: ${'f'.repeat(64)}`,
      ],
      [
        'an attestation in the place of the record',
        [
          ...story.toSpliced(1, 0, aDraft({ event_type: 'stage_evaluated', details: { attestation_sha256: OTHER } })),
          restored(OTHER),
        ],
        `its record_sha256 was not signed for this release: ${OTHER}`,
      ],
    ],
  });
});
