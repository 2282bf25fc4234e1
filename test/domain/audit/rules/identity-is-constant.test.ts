import { describe } from 'vitest';
import { identityIsConstant } from '../../../../lib/domain/audit/rules/identity-is-constant.ts';
import type { EventDraft } from '../../../../lib/domain/ledger/event.ts';
import { aReleaseInProduction, RECORDED, SUBJECT } from '../../ledger/a-ledger.ts';
import { changed, describeRule, saying, story } from './describe-rule.ts';

const OTHER = 'e'.repeat(64);
const promoted = (subject: Partial<EventDraft['subject']>) =>
  changed('deployment_promoted', { subject: { ...RECORDED, ...subject } });

describe('what a release is, over its life', () => {
  describeRule(identityIsConstant, {
    keptBy: [
      ['a release whose digests become known one after the other', story],
      [
        'a release each of whose events names its change request',
        story.map((draft) => ({ ...draft, details: { ...draft.details, change_id: 'CHG-1' } })),
      ],
      [
        'another release of the model, with another version, policy and artifact',
        [
          ...story,
          ...aReleaseInProduction('credit-2', 'credit-1').map((draft) => ({
            ...draft,
            model_version: '2.0.0',
            policy_sha256: OTHER,
            subject: { ...draft.subject, artifact_sha256: OTHER },
          })),
        ],
      ],
    ],
    brokenBy: [
      [
        'another policy',
        changed('release_approved', { policy_sha256: OTHER }),
        `policy_sha256 is ${OTHER}, but it was ${'b'.repeat(64)}`,
      ],
      ['no policy any more', changed('release_approved', { policy_sha256: '' }), 'policy_sha256 is not said'],
      [
        'no policy from the beginning',
        changed('release_requested', { policy_sha256: '' }),
        'does not say policy_sha256',
      ],
      [
        'another change request than it was requested with',
        saying('release_requested', { change_id: 'CHG-1' }),
        'change_id is not said, but it was CHG-1',
      ],
      ['no version', changed('release_requested', { model_version: '' }), 'it does not say model_version'],
      ['another version', changed('deployment_promoted', { model_version: '1.0.1' }), 'model_version is 1.0.1'],
      [
        'another model',
        changed('deployment_started', { model_name: 'fraud' }),
        'it is of model fraud, on the chain of credit',
      ],
      ['another artifact', promoted({ artifact_sha256: OTHER }), `artifact_sha256 is ${OTHER}`],
      ['another version of the artifact', promoted({ artifact_version_id: 'v2' }), 'artifact_version_id is v2'],
      ['no artifact any more', promoted({ artifact_sha256: '' }), 'artifact_sha256 is not said'],
      ['other evidence', promoted({ evidence_digest: OTHER }), `evidence_digest is ${OTHER}`],
      [
        'no evidence in an event that decides nothing',
        changed('deployment_started', { subject: { ...RECORDED, evidence_digest: '' } }),
        'evidence_digest is not said',
      ],
      [
        'another artifact before anybody approved it',
        changed('approval_requested', { subject: { ...SUBJECT, artifact_sha256: OTHER } }),
        `artifact_sha256 is ${OTHER}`,
      ],
    ],
  });
});
