import { describe, expect, it } from 'vitest';
import type { GovernanceRecord } from '../../../lib/domain/attestation/record.ts';
import { recordProblems } from '../../../lib/domain/audit/record-of-release.ts';
import { servingSha256 } from '../../../lib/domain/release/serving-specification.ts';
import { released } from '../../support/looks.ts';

const said = {
  schema_version: 3,
  release_id: released.releaseId,
  model_hash: released.pinned?.artifactSha256,
  evidence_digest: released.evidenceDigest,
  serving_sha256: servingSha256(released.serving),
} as unknown as Extract<GovernanceRecord, { serving_sha256: unknown }>; // what the comparison reads
const { serving_sha256: _, ...former } = said;
const report = (record: GovernanceRecord | undefined, ...problems: string[]) => ({ record, opened: {}, problems });
const UNSIGNED = 'the decision of ada as ml_lead: there is no envelope';

describe('the record of a release (SG-5)', () => {
  it('stands for what it is about', () => {
    expect(recordProblems(released, report(said))).toEqual([]);
  });

  it.each(['release_id', 'model_hash', 'evidence_digest', 'serving_sha256'])('stands for no other %s', (name) => {
    expect(recordProblems(released, report({ ...said, [name]: 'another' }))).toEqual([
      `its ${name} is not that of the release`,
    ]);
  });

  it('stands for nothing that serves otherwise than it says', () => {
    const { serving: __, ...unspecified } = released;

    expect(recordProblems(unspecified, report(said))).toEqual(['its serving_sha256 is not that of the release']);
  });

  it('stands for nothing if nobody can say what it says', () => {
    expect(recordProblems(released, report(undefined, 'it is no DSSE envelope'))).toEqual(['it is no DSSE envelope']);
  });

  it('must have signed decisions, unless a former version wrote it, which knew neither those nor what would serve', () => {
    const unsigned = { ...former, schema_version: 1 } as unknown as GovernanceRecord;

    expect(recordProblems(released, report(said, UNSIGNED))).toEqual([UNSIGNED]);
    expect(recordProblems(released, report(unsigned, UNSIGNED, 'nobody has approved as ml_lead'))).toEqual([
      'nobody has approved as ml_lead',
    ]);
  });
});
