import { describe } from 'vitest';
import { subjectIsAgreed } from '../../../../lib/domain/audit/rules/subject-is-agreed.ts';
import { SUBJECT } from '../../ledger/a-ledger.ts';
import { changed, describeRule, story } from './describe-rule.ts';

describe('a subject that is the one people agreed to', () => {
  describeRule(subjectIsAgreed, {
    keptBy: [
      ['a release on its way to production', story],
      [
        'an event that says nothing of the evidence, and decides nothing',
        changed('deployment_started', { subject: { ...SUBJECT, evidence_digest: '' } }),
      ],
    ],
    brokenBy: [
      [
        'another artifact',
        changed('deployment_promoted', { subject: { ...SUBJECT, artifact_sha256: 'e'.repeat(64) } }),
        'artifact_sha256 is not the one that was approved',
      ],
      [
        'no artifact at all',
        changed('deployment_promoted', { subject: { ...SUBJECT, artifact_sha256: '' } }),
        'artifact_sha256 is not the one that was approved',
      ],
      [
        'other evidence',
        changed('release_approved', { subject: { ...SUBJECT, evidence_digest: 'e'.repeat(64) } }),
        'evidence_digest is not the one that was approved',
      ],
      [
        'another artifact in a deployment',
        changed('deployment_started', { subject: { ...SUBJECT, artifact_sha256: 'e'.repeat(64) } }),
        'artifact_sha256 is not the one that was approved',
      ],
    ],
  });
});
