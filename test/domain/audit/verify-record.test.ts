import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { stateDecision } from '../../../lib/domain/approval/signed-decisions.ts';
import { governanceRecord } from '../../../lib/domain/attestation/record.ts';
import { verifyRecord } from '../../../lib/domain/audit/verify-record.ts';
import { PersonId } from '../../../lib/domain/identifiers.ts';
import { type CanonicalValue, canonicalSha256 } from '../../../lib/domain/signing/canonical-json.ts';
import { envelopeBytes } from '../../../lib/domain/signing/envelope.ts';
import type { Statement } from '../../../lib/domain/signing/statement.ts';
import { aCondition } from '../../support/conditions.ts';
import { DECISION_KEY, makeKey, OTHER_KEY, sealDecision, signedApproval } from '../../support/decision-key.ts';
import { LOWERED } from '../../support/lowered-tier.ts';
import { aStagedPolicy } from '../../support/staged-case.ts';
import { recordFacts } from '../attestation/record-facts.ts';

const RECORD_KEY = makeKey('record-key');
const keys = { recordKeyPem: RECORD_KEY.pem, decisionKeysPem: [OTHER_KEY.pem, DECISION_KEY.pem] };
const statement = governanceRecord(recordFacts);
const bytesOf = (of: Statement, key = RECORD_KEY) => envelopeBytes(key.seal(of));

type Content = Record<string, unknown> & { human_approvals: Record<string, unknown>[] };
/** Another record, signed all the same: the record key is in the wrong hands. */
const forged = (change: (content: Content) => object, more: Partial<Statement> = {}): Uint8Array => {
  const { record_hash: _, ...content } = structuredClone(statement.predicate) as Content;
  const predicate = { ...content, ...change(content as Content) };
  return bytesOf({
    ...statement,
    predicate: { ...predicate, record_hash: canonicalSha256(predicate as CanonicalValue) },
    ...more,
  });
};
const problemsOf = (bytes: Uint8Array) => verifyRecord(bytes, keys).problems;
const approvals = (change: (approval: Record<string, unknown>) => object) => (content: Content) => ({
  human_approvals: content.human_approvals.map((one, index) => (index === 0 ? { ...one, ...change(one) } : one)),
});
const vector = (name: string) => readFileSync(new URL(`../../vectors/governance-records/${name}`, import.meta.url));

describe('a governance record, verified alone (SG-2)', () => {
  it('holds as it was signed, whichever generation of keys signed its decisions', () => {
    expect(verifyRecord(bytesOf(statement), keys)).toMatchObject({ problems: [], record: { release_id: 'credit-1' } });
  });

  it('holds with a person who acted for another, and not for somebody else', () => {
    const [first, ...others] = recordFacts.approvals;
    if (first === undefined) throw new Error('nobody approved');
    const actingFor = PersonId.parse('mia');
    const given = [signedApproval({ ...first, actingFor }, recordFacts.release), ...others];
    const { predicate } = governanceRecord({ ...recordFacts, approvals: given });
    const recorded = (predicate as Content).human_approvals;

    const at = recorded.findIndex(({ approver_id: id }) => id === first.approverId);
    expect(recorded[at]).toMatchObject({ acting_for: 'mia' });
    expect(problemsOf(forged(() => ({ human_approvals: recorded })))).toEqual([]);
    expect(
      problemsOf(forged(() => ({ human_approvals: recorded.with(at, { ...recorded[at], acting_for: 'rob' }) }))),
    ).toEqual([expect.stringContaining('what was signed has another acting_for')]);
  });

  it('holds with the conditions that people approved on, and not with others', () => {
    const conditions = [aCondition()];
    const [first, ...others] = recordFacts.approvals;
    if (first === undefined) throw new Error('nobody approved');
    const given = [signedApproval({ ...first, conditions }, recordFacts.release), ...others];
    const { predicate } = governanceRecord({ ...recordFacts, approvals: given });
    const recorded = (predicate as Content).human_approvals;

    const at = recorded.findIndex(({ approver_id: id }) => id === first.approverId);
    expect(recorded[at]).toMatchObject({ conditions });
    expect(recorded.filter((one) => 'conditions' in one)).toHaveLength(1);
    expect(problemsOf(forged(() => ({ human_approvals: recorded })))).toEqual([]);
    const later = recorded.with(at, {
      ...recorded[at],
      conditions: [aCondition({ due_at: '2030-01-01T00:00:00.000Z' })],
    });
    expect(problemsOf(forged(() => ({ human_approvals: later })))).toEqual([
      expect.stringContaining('what was signed has another conditions_sha256'),
    ]);
  });

  it.each([1, 2])('does not hold by itself if its decisions are not signed: schema version %i', (version) => {
    const recordKeyPem = vector('record.pub').toString();

    const { record, problems } = verifyRecord(vector(`${version}.dsse`), { ...keys, recordKeyPem });

    expect(record).toMatchObject({ schema_version: version });
    expect(problems).toEqual([
      'the decision of mia as ml_lead: it is not signed',
      'the decision of rob as risk_owner: it is not signed',
    ]);
  });

  it('holds as it was signed first with an answer to a denial', () => {
    const given = {
      recordKeyPem: vector('record.3.denial-answer.pub').toString(),
      decisionKeysPem: [vector('decision.3.denial-answer.pub').toString()],
    };

    const { record, problems } = verifyRecord(vector('3.denial-answer.dsse'), given);

    expect(problems).toEqual([]);
    expect(record?.denial_answer).toEqual({
      answer: expect.stringContaining('weighed again'),
      answered_denials: ['credit-0'],
    });
  });

  it.each<[string, Uint8Array, string]>([
    ['what is no JSON', Buffer.from('{'), 'it is no DSSE envelope'],
    ['what is no envelope', Buffer.from('{}'), 'it is no DSSE envelope'],
    ['a record by another key', bytesOf(statement, OTHER_KEY), 'no signature is by this key'],
    [
      'another statement',
      bytesOf({ ...statement, predicateType: 'https://example.com/x' }),
      'no governance record: https://example.com/x',
    ],
    ['what is no statement', envelopeOf('[]'), 'no governance record: undefined'],
    [
      'a record of a later form',
      bytesOf({ ...statement, predicate: { schema_version: 9 } }),
      'does not know a governance record',
    ],
    [
      'another hash',
      bytesOf({ ...statement, predicate: { ...statement.predicate, record_hash: 'f'.repeat(64) } }),
      'record_hash is not',
    ],
    [
      'another subject',
      forged(() => ({}), { subject: [{ name: 'x', digest: { sha256: 'e'.repeat(64) as never } }] }),
      'model_hash is not',
    ],
    [
      'two subjects',
      forged(() => ({}), { subject: [...statement.subject, ...statement.subject] }),
      'model_hash is not',
    ],
    ['other evidence', forged(() => ({ evidence_digest: 'e'.repeat(64) })), 'another evidence_digest'],
    ['a decision by nobody', forged(approvals(() => ({ approver_id: 'eve' }))), 'the decision of eve as ml_lead: '],
    ['a changed answer', forged(approvals(() => ({ checklist: [] }))), 'has another checklist, checklist_sha256'],
    ['a changed comment', forged(approvals(() => ({ comment: 'no' }))), 'has another comment_sha256'],
    ['a decision of another release', forged(approvals(() => ({ envelope: elsewhere() }))), 'has another release_id'],
    [
      'too few people',
      forged((content) => ({ human_approvals: content.human_approvals.slice(1) })),
      'nobody has approved as ml_lead',
    ],
    ['a denial', forged(approvals(() => ({ decision: 'deny' }))), 'mia did not approve'],
  ])('does not hold: %s', (_, bytes, why) => {
    expect(problemsOf(bytes).join('\n')).toContain(why);
  });
});

function elsewhere() {
  const [, mia] = recordFacts.approvals;
  if (mia === undefined) throw new Error('nobody approved');
  return sealDecision({ ...stateDecision(mia, recordFacts.release), releaseId: 'credit-0' });
}

/** Any text, signed with the record key. */
function envelopeOf(text: string): Uint8Array {
  return envelopeBytes(RECORD_KEY.sealBytes(Buffer.from(text)));
}

describe('the record of a release that people approved in stages (AP-2)', () => {
  const recordOf = (...reviews: string[]) => {
    const { tiers, ...policy } = aStagedPolicy('in_order', { review_stages: reviews });
    const record = governanceRecord({
      ...recordFacts,
      policy: { ...policy, tiers: { low: tiers.medium, medium: tiers.medium, high: tiers.medium } },
    });
    return { request: Reflect.get(record.predicate, 'approval_request'), problems: problemsOf(bytesOf(record)) };
  };

  it('says them, and holds if each was complete before the next one', () => {
    expect(recordOf('technical', 'deployment')).toEqual({
      request: expect.objectContaining({
        stage_order: 'in_order',
        stages: [
          { name: 'technical', roles: ['ml_lead'] },
          { name: 'deployment', roles: ['risk_owner'] },
        ],
      }),
      problems: [],
    });
  });

  it('does not hold if somebody signed before their stage was open', () => {
    expect(recordOf('deployment', 'technical').problems).toEqual([
      'mia approved as ml_lead at 2026-11-20T11:00:00.000Z, before the stages before it were complete',
    ]);
  });
});

describe('the record of a release whose tier is lowered (RT-3)', () => {
  const release = {
    ...recordFacts.release,
    riskTier: 'low' as const,
    tierOverride: { ...LOWERED, roles: ['ml_lead', 'risk_owner'] },
  };
  const lowered = governanceRecord({
    ...recordFacts,
    release,
    approvals: recordFacts.approvals.map(({ signed: _, ...approval }) => signedApproval(approval, release)),
  });
  const changedTo = (changes: object): Uint8Array => {
    const { record_hash: _, ...predicate } = JSON.parse(JSON.stringify({ ...lowered.predicate, ...changes }));
    return bytesOf({ ...lowered, predicate: { ...predicate, record_hash: canonicalSha256(predicate) } });
  };

  it('says both tiers and the reason, and holds', () => {
    expect(lowered.predicate).toMatchObject({ risk_tier: 'low', tier_override: release.tierOverride });
    expect(problemsOf(bytesOf(lowered))).toEqual([]);
  });

  it.each<[string, object, string]>([
    ['leaves it out', { tier_override: undefined }, 'what was signed has another tier_override'],
    ['has another reason', { tier_override: { ...release.tierOverride, reason: 'Another.' } }, 'another tier_override'],
    ['needs somebody who did not approve', { tier_override: LOWERED }, 'nobody has approved as compliance_officer'],
    ['has another tier', { risk_tier: 'medium' }, 'tier_override lowers the tier to low, risk_tier is medium'],
  ])('does not hold if it %s', (_, changes, problem) => {
    expect(problemsOf(changedTo(changes)).join('\n')).toContain(problem);
  });
});
