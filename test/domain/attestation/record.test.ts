import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { GOVERNANCE_RECORD_TYPE, GovernanceRecord, governanceRecord } from '../../../lib/domain/attestation/record.ts';
import { openDecision } from '../../../lib/domain/records/decision.ts';
import { servingSha256 } from '../../../lib/domain/release/serving-specification.ts';
import { Envelope, verifyEnvelope } from '../../../lib/domain/signing/envelope.ts';
import { STATEMENT_TYPE, Statement, statementBytes } from '../../../lib/domain/signing/statement.ts';
import { aServing } from '../../support/approval-case.ts';
import { DECISION_KEY } from '../../support/decision-key.ts';
import { APPLIED, recordFacts } from './record-facts.ts';

const statement = governanceRecord(recordFacts);
const record = GovernanceRecord.parse(statement.predicate);

/** Canonical JSON, written independently: sorted keys, no spaces. */
const sortedJson = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(sortedJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([key, item]) => `${JSON.stringify(key)}:${sortedJson(item)}`).join(',')}}`;
};

describe('a governance record (SG-1)', () => {
  it('is an in-toto statement about the bytes of the artifact', () => {
    expect(statement._type).toBe(STATEMENT_TYPE);
    expect(statement.predicateType).toBe(GOVERNANCE_RECORD_TYPE);
    expect(statement.subject).toEqual([
      { name: 's3://models/credit/1.0.0/model.tar.gz', digest: { sha256: 'a'.repeat(64) } },
    ]);
  });

  it('names the model, the run, the digests of artifact and data, the commit and the rollback target (RR-4)', () => {
    expect(record).toMatchObject({
      model_id: 'credit',
      model_version: '1.0.0',
      model_hash: 'a'.repeat(64),
      pipeline_run_id: 'gov-20261120101112',
      evidence_digest: 'd'.repeat(64),
      policy_sha256: 'b'.repeat(64),
      rollback_target: 'none',
      training: {
        git_commit: 'c'.repeat(40),
        training_dataset_sha256: '1'.repeat(64),
        config_version: 'config-7',
        feature_schema_version: 'features-3',
      },
      approval_request: { required_approvers: ['ml_lead', 'risk_owner'], required_approvals: 2 },
    });
    expect(Object.keys(record.evidence).toSorted()).toEqual([
      'data_provenance',
      'evaluation_report',
      'model_card',
      'predictions',
    ]);
  });

  it('lists every check and approval in an order that does not depend on how they were read', () => {
    const reversed = governanceRecord({
      ...recordFacts,
      checks: recordFacts.checks.toReversed(),
      approvals: recordFacts.approvals.toReversed(),
    });

    expect(reversed).toEqual(statement);
    expect(record.checks.map(({ stage }) => stage)).toEqual(['bias_and_fairness', 'model_card']);
    expect(record.human_approvals).toMatchObject([
      { approver_id: 'mia', approver_role: 'ml_lead', governance_record_hash_verified: 'd'.repeat(64) },
      { approver_id: 'rob', approver_role: 'risk_owner', comment: 'Looks “right” to me – go.\n' },
    ]);
  });

  it('has a hash that an independent implementation reproduces', () => {
    const { record_hash: hash, ...content } = record;

    expect(createHash('sha256').update(sortedJson(content)).digest('hex')).toBe(hash);
  });

  it('holds no task token and no personal data', () => {
    expect(Buffer.from(statementBytes(statement)).toString('utf8')).not.toMatch(/never-in-a-record|@(?!sha256:)|nonce/);
  });

  it('is not made without approvals, nor of a release that was not judged', () => {
    const { evidenceDigest: _, ...unjudged } = recordFacts.release;

    expect(() => governanceRecord({ ...recordFacts, approvals: [] })).toThrow();
    expect(() => governanceRecord({ ...recordFacts, release: unjudged })).toThrow('has no evidenceDigest');
  });

  it('keeps its bytes when it is read again', () => {
    const bytes = statementBytes(statement);

    expect(statementBytes(Statement.parse(JSON.parse(Buffer.from(bytes).toString('utf8'))))).toEqual(bytes);
  });
});

describe('the record of what is served (GT-7)', () => {
  const serving = aServing({ environment: { MODE: 'hunter2', ALPHA: '1' }, endpoint_name: 'credit' });
  const { predicate } = governanceRecord({ ...recordFacts, release: { ...recordFacts.release, serving } });

  it('is whole, but for the values of the environment, which its digest binds', () => {
    expect(GovernanceRecord.parse(predicate)).toEqual(predicate);
    expect(predicate).toMatchObject({
      schema_version: 3,
      serving: { ...serving, environment: ['ALPHA', 'MODE'] },
      serving_sha256: servingSha256(serving),
    });
    expect(JSON.stringify(predicate)).not.toContain('hunter2');
  });

  it('is not made without it', () => {
    const { serving: _, ...former } = recordFacts.release;

    expect(() => governanceRecord({ ...recordFacts, release: former })).toThrow('has no serving');
  });
});

describe('the record of a release that was denied before (AP-16)', () => {
  const answer = 'The groups were weighed again, and differ no more.';
  const { release } = recordFacts;
  const answering = { ...release, manifest: { ...release.manifest, denial_answer: answer } };
  const of = (changed: typeof release) => governanceRecord({ ...recordFacts, release: changed }).predicate;

  it('has the answer of its submitter, and the denials that it is about', () => {
    expect(of({ ...answering, answeredDenials: ['credit-0', 'a-9'] as never })).toMatchObject({
      denial_answer: { answer, answered_denials: ['a-9', 'credit-0'] },
    });
    expect(record).not.toHaveProperty('denial_answer');
  });

  it('says nothing of the denials where a former version did not note them', () => {
    expect(of(answering)).toMatchObject({ denial_answer: { answer, answered_denials: [] } });
  });
});

describe('the decisions in a record', () => {
  it('carry what each person signed', () => {
    const signed = record.human_approvals.map((approval) =>
      openDecision(Reflect.get(approval, 'envelope'), DECISION_KEY.pem),
    );

    expect(signed).toMatchObject([
      { said: { approver_id: 'mia', decision: 'approve', door: 'signed_link' }, artifactSha256: 'a'.repeat(64) },
      { said: { approver_id: 'rob' } },
    ]);
  });

  it('are all signed: no record is made of one that is not', () => {
    const [first, ...others] = recordFacts.approvals.map(({ signed: _, ...approval }) => approval);

    expect(() => governanceRecord({ ...recordFacts, approvals: [...others, ...(first ? [first] : [])] })).toThrow();
  });
});

describe('a record under a policy that overlays made stricter (RT-6)', () => {
  it('names the base and the overlays, with their digests', () => {
    const { predicate } = governanceRecord({ ...recordFacts, policy: { ...recordFacts.policy, applied: APPLIED } });

    expect(predicate).toMatchObject({ schema_version: 3, policy_applied: APPLIED });
    expect(GovernanceRecord.parse(predicate)).toEqual(predicate);
  });

  it('says nothing of it otherwise, as before', () => {
    expect(statement.predicate).not.toHaveProperty('policy_applied');
  });
});

describe('a record as a former version signed it', () => {
  const read = (name: string) =>
    readFileSync(new URL(`../../vectors/governance-records/${name}`, import.meta.url), 'utf8');

  it.each([1, 2, 3])('verifies and is read: schema version %i', (schema_version) => {
    const key = read(schema_version === 3 ? 'record.3.pub' : 'record.pub');
    const verified = verifyEnvelope(Envelope.parse(JSON.parse(read(`${schema_version}.dsse`))), key);
    if ('problem' in verified) throw new Error(verified.problem);
    const { predicate } = Statement.parse(JSON.parse(Buffer.from(verified.payload).toString('utf8')));

    expect(GovernanceRecord.parse(predicate)).toEqual(predicate);
    expect(predicate).toMatchObject({
      schema_version,
      human_approvals: [{ approver_id: 'mia' }, { approver_id: 'rob' }],
    });
    for (const other of [1, 2, 3].filter((it) => it !== schema_version)) {
      expect(GovernanceRecord.safeParse({ ...predicate, schema_version: other }).success).toBe(false);
    }
  });

  it('verifies and is read: under overlays', () => {
    const envelope = Envelope.parse(JSON.parse(read('3.policy-applied.dsse')));
    const verified = verifyEnvelope(envelope, read('record.3.pub'));
    if ('problem' in verified) throw new Error(verified.problem);
    const { predicate } = Statement.parse(JSON.parse(Buffer.from(verified.payload).toString('utf8')));

    expect(GovernanceRecord.parse(predicate)).toEqual(predicate);
    expect(predicate).toMatchObject({ policy_applied: APPLIED });
  });
});
