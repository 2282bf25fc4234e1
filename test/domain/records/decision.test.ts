import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  DECISION_TYPE,
  decisionProblem,
  decisionStatement,
  NOT_BY_SLACK,
  NOT_NOTED,
  openDecision,
  type StatedDecision,
} from '../../../lib/domain/records/decision.ts';
import { canonicalSha256 } from '../../../lib/domain/signing/canonical-json.ts';
import { envelopeBytes } from '../../../lib/domain/signing/envelope.ts';
import { statementBytes } from '../../../lib/domain/signing/statement.ts';
import { DECISION_KEY, OTHER_KEY, sealDecision } from '../../support/decision-key.ts';
import { LOWERED } from '../../support/lowered-tier.ts';
import { BY_SLACK, CONDITIONS, DENIED_AFTER_ALL, OPENED, STATED } from './stated-decision.ts';

const vector = (name: string) => readFileSync(new URL(`../../vectors/decision/${name}`, import.meta.url), 'utf8');
const page = readFileSync(new URL('../../../docs/formats/decision.md', import.meta.url), 'utf8');

describe('the frozen decision of docs/formats/decision.md', () => {
  const envelope: { payload: string; signatures: [{ sig: string }] } = JSON.parse(vector('decision.dsse'));

  it('verifies with its public key, and says what was stated', () => {
    expect(decisionProblem(envelope, vector('decision.pub'), STATED)).toBeUndefined();
  });

  it('has the bytes that this version would sign', () => {
    expect(Buffer.from(envelope.payload, 'base64')).toEqual(Buffer.from(statementBytes(decisionStatement(STATED))));
    expect(Buffer.from(envelopeBytes(envelope as never)).toString()).toBe(vector('decision.dsse'));
  });

  it('is the one that the page shows', () => {
    expect(page).toContain(envelope.signatures[0].sig);
    const { predicate } = JSON.parse(Buffer.from(envelope.payload, 'base64').toString());
    for (const digest of [predicate.checklist_sha256, predicate.comment_sha256]) {
      expect(page).toContain(`"${digest.slice(0, 4)}…"`);
    }
  });
});

describe('the frozen decision that notes what was opened', () => {
  const envelope: { payload: string } = JSON.parse(vector('decision.opened.dsse'));
  const stated = { ...STATED, opened: OPENED };

  it('verifies, says so, and has the bytes that this version would sign', () => {
    expect(decisionProblem(envelope, vector('decision.opened.pub'), stated)).toBeUndefined();
    expect(Buffer.from(envelope.payload, 'base64')).toEqual(Buffer.from(statementBytes(decisionStatement(stated))));
  });

  it('is the same where a place does not tell, and none where it tells otherwise', () => {
    const problems = [undefined, [], OPENED.slice(1), NOT_NOTED].map((opened) =>
      decisionProblem(envelope, vector('decision.opened.pub'), {
        ...STATED,
        opened: opened as StatedDecision['opened'],
      }),
    );

    expect(problems).toEqual([undefined, ...Array.from({ length: 3 }, () => 'what was signed has another opened')]);
  });

  it('is told from one of a former version, which noted nothing', () => {
    const former = JSON.parse(vector('decision.dsse'));
    const problemOf = (opened: StatedDecision['opened']) =>
      decisionProblem(former, vector('decision.pub'), { ...STATED, opened });

    expect(problemOf(NOT_NOTED)).toBeUndefined();
    expect(problemOf([])).toBe('what was signed has another opened');
  });
});

describe('the frozen approval with conditions', () => {
  const envelope: { payload: string } = JSON.parse(vector('decision.conditions.dsse'));
  const stated = { ...STATED, opened: OPENED, conditions: CONDITIONS };

  it('verifies, and has the bytes that this version would sign', () => {
    expect(decisionProblem(envelope, vector('decision.conditions.pub'), stated)).toBeUndefined();
    expect(Buffer.from(envelope.payload, 'base64')).toEqual(Buffer.from(statementBytes(decisionStatement(stated))));
  });

  it('is no approval without them, and none of the others is one with them', () => {
    const problem = 'what was signed has another conditions_sha256';
    for (const conditions of [undefined, CONDITIONS.slice(1), CONDITIONS.toReversed()]) {
      expect(decisionProblem(envelope, vector('decision.conditions.pub'), { ...stated, conditions })).toBe(problem);
    }
    const opened = JSON.parse(vector('decision.opened.dsse'));
    expect(decisionProblem(opened, vector('decision.opened.pub'), stated)).toBe(problem);
  });
});

describe('the frozen denial by a person who had approved', () => {
  const envelope: { payload: string } = JSON.parse(vector('decision.follows.dsse'));
  const stated = { ...STATED, ...DENIED_AFTER_ALL };

  it('verifies, names the approval, and has the bytes that this version would sign', () => {
    expect(decisionProblem(envelope, vector('decision.follows.pub'), stated)).toBeUndefined();
    expect(Buffer.from(envelope.payload, 'base64')).toEqual(Buffer.from(statementBytes(decisionStatement(stated))));
    expect(stated.follows?.envelope_sha256).toBe(canonicalSha256(JSON.parse(vector('decision.opened.dsse'))));
  });

  it('is no first decision, and no first decision is one', () => {
    const { follows, ...first } = stated;

    expect(decisionProblem(envelope, vector('decision.follows.pub'), first)).toBe(
      'what was signed has another follows',
    );
    const opened = JSON.parse(vector('decision.opened.dsse'));
    expect(decisionProblem(opened, vector('decision.opened.pub'), { ...STATED, opened: OPENED, follows })).toBe(
      'what was signed has another follows',
    );
  });
});

describe('the frozen decision of a person who stood in for another', () => {
  const envelope: { payload: string } = JSON.parse(vector('decision.acting-for.dsse'));
  const stated: StatedDecision = { ...STATED, approverId: 'ben', actingFor: 'mia', opened: [] };
  const problemOf = (actingFor: string | undefined) =>
    decisionProblem(envelope, vector('decision.acting-for.pub'), { ...stated, actingFor });

  it('verifies, says for whom, and has the bytes that this version would sign', () => {
    expect(problemOf('mia')).toBeUndefined();
    expect(Buffer.from(envelope.payload, 'base64')).toEqual(Buffer.from(statementBytes(decisionStatement(stated))));
  });

  it('is none for another, and none of their own', () => {
    expect([problemOf('rob'), problemOf(undefined)]).toEqual(
      Array.from({ length: 2 }, () => 'what was signed has another acting_for'),
    );
  });
});

describe('the frozen decision that came in by Slack (AP-10)', () => {
  const envelope: { payload: string } = JSON.parse(vector('decision.slack.dsse'));
  const stated = { ...STATED, ...BY_SLACK };
  const problemOf = (slack: StatedDecision['slack']) =>
    decisionProblem(envelope, vector('decision.slack.pub'), { ...stated, slack });

  it('verifies, and has the bytes that this version would sign', () => {
    expect(problemOf(BY_SLACK.slack)).toBeUndefined();
    expect(Buffer.from(envelope.payload, 'base64')).toEqual(Buffer.from(statementBytes(decisionStatement(stated))));
  });

  it('is the same where a place does not tell whose account it was, and none where it tells otherwise', () => {
    const others = [NOT_BY_SLACK, { ...BY_SLACK.slack, user_id: 'U0ADA0001' }] as const;

    expect(problemOf(undefined)).toBeUndefined();
    expect(others.map(problemOf)).toEqual(others.map(() => 'what was signed has another slack'));
  });

  it('is told from one that came in by a link', () => {
    const byLink = JSON.parse(vector('decision.dsse'));
    const ofRow = (slack: StatedDecision['slack']) =>
      decisionProblem(byLink, vector('decision.pub'), { ...STATED, slack });

    expect(ofRow(NOT_BY_SLACK)).toBeUndefined();
    expect(ofRow(BY_SLACK.slack)).toBe('what was signed has another slack');
  });
});

describe('a decision (AP-5)', () => {
  const envelope = sealDecision(STATED);
  const problemOf = (found: unknown, stated: Partial<StatedDecision> = {}, key = DECISION_KEY) =>
    decisionProblem(found, key.pem, { ...STATED, ...stated });

  it('is what its envelope says', () => {
    expect(problemOf(envelope)).toBeUndefined();
  });

  it.each<[string, Partial<StatedDecision>, string]>([
    ['another release', { releaseId: 'credit-2' }, 'release_id'],
    ['another request', { requestId: 'apr-credit-2' }, 'request_id'],
    ['another artifact', { artifactSha256: 'b'.repeat(64) }, 'artifact_sha256'],
    ['another person', { approverId: 'eve' }, 'approver_id'],
    ['another role', { approverRole: 'risk_owner' }, 'approver_role'],
    ['a person for whom it was made', { actingFor: 'rob' }, 'acting_for'],
    ['another decision', { decision: 'deny' }, 'decision'],
    ['other evidence', { evidenceDigest: 'e'.repeat(64) }, 'evidence_digest'],
    ['a lowered tier', { tierOverride: LOWERED }, 'tier_override'],
    ['another answer', { checklist: [{ id: 'limits', question: 'Are the limits known?', answer: 'no' }] }, 'checklist'],
    ['another question', { checklist: [{ id: 'limits', question: 'Is it nice?', answer: 'yes' }] }, 'checklist_sha256'],
    ['another meaning', { meaning: 'I have seen it.' }, 'meaning'],
    ['another comment', { comment: 'Looks wrong to me.' }, 'comment_sha256'],
    ['another door', { door: 'session' }, 'door'],
    ['another instant', { decidedAt: '2026-11-20T11:00:00.001Z' }, 'decided_at'],
  ])('is not one with %s', (_, stated, field) => {
    expect(problemOf(envelope, stated)).toMatch(new RegExp(`^what was signed has another ${field}`));
  });

  it('says which tier is lowered, and is none about another lowering, or about none', () => {
    const lowering = sealDecision({ ...STATED, tierOverride: LOWERED });

    expect(problemOf(lowering, { tierOverride: LOWERED })).toBeUndefined();
    for (const tierOverride of [
      undefined,
      { ...LOWERED, reason: 'Another.' },
      { ...LOWERED, roles: ['legal', 'legal'] },
    ]) {
      expect(problemOf(lowering, { tierOverride })).toBe('what was signed has another tier_override');
    }
  });

  it.each<[string, unknown, string]>([
    ['without an envelope', undefined, 'it is not signed'],
    ['in what is no envelope', { payload: 'x' }, 'its signature is no envelope'],
    ['by another key', sealDecision(STATED, OTHER_KEY), 'no signature is by this key'],
    ['with a changed payload', { ...envelope, payload: `AAAA${envelope.payload.slice(4)}` }, 'no signature'],
    ['in an envelope of another type', { ...envelope, payloadType: 'text/plain' }, 'the payload type is text/plain'],
    [
      'in place of which a record was signed',
      DECISION_KEY.seal({ ...decisionStatement(STATED), predicateType: 'https://assay.dev/governance-record/v1' }),
      'what was signed is a https://assay.dev/governance-record/v1',
    ],
  ])('does not count %s', (_, found, problem) => {
    expect(problemOf(found)).toContain(problem);
  });

  it('is readable with fields that a later version adds', () => {
    const { predicate, ...statement } = decisionStatement(STATED);
    const later = DECISION_KEY.seal({ ...statement, predicate: { ...predicate, passkey: 'abc' } });

    expect(problemOf(later)).toBeUndefined();
    expect(openDecision(later, DECISION_KEY.pem)).toMatchObject({ said: { approver_id: 'mia' } });
    expect(statement.predicateType).toBe(DECISION_TYPE);
  });
});
