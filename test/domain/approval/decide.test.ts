import { describe, expect, it } from 'vitest';
import { type DecisionInput, decideApproval } from '../../../lib/domain/approval/decide.ts';
import { refuseDecision } from '../../../lib/domain/approval/refuse-decision.ts';
import type { Change } from '../../../lib/domain/change/change.ts';
import {
  type ApprovalCase,
  aDecision,
  aDirectory,
  aManifest,
  anApprovalCase,
  at,
  digestOf,
  person,
  yesToAll,
} from '../../support/approval-case.ts';
import { DECISION_KEY } from '../../support/decision-key.ts';
import { refusalOf } from '../../support/refusals.ts';

const decide = (input: DecisionInput) => decideApproval(input, DECISION_KEY.signer);
const recorded = async (input: DecisionInput) => {
  const outcome = await decide(input);
  if (outcome.kind !== 'recorded') throw new Error(`the decision was ${outcome.kind}`);
  return outcome;
};
const written = (change: Change) => change.writes.map(({ kind, entity }) => `${kind} ${entity.entity}`);
const intended = (change: Change) => change.intents.map(({ intent }) => intent.kind);

const decideAndCommit = async (scene: ApprovalCase, who: string, answered: Partial<DecisionInput['answer']> = {}) => {
  const input = await aDecision(scene, who, { answered });
  const outcome = await recorded(input);
  await scene.store.commit(outcome.change, input.now);
  return outcome;
};

describe('a first approval (AP-5)', () => {
  it('is recorded and leaves the request pending, yet replaces it, so that simultaneous decisions serialise', async () => {
    const scene = await anApprovalCase();

    const { change, requestStatus, approval } = await recorded(await aDecision(scene, 'ada'));

    expect(requestStatus).toBe('pending');
    expect(written(change)).toEqual(['create approval', 'replace request', 'expect release']);
    // Katherine was asked as the lead that is no longer missing, and is a risk owner as well.
    expect(intended(change)).toEqual(['escalate_request']);
    expect(approval).toMatchObject({
      approverId: 'ada',
      approverRole: 'ml_lead',
      evidenceDigestVerified: scene.request.evidenceDigest,
      meaning: scene.policy.approval_meaning,
      timestamp: '2026-11-21T10:00:00.000Z',
    });
    expect(approval.checklist.map(({ answer }) => answer)).toEqual(['yes', 'yes', 'yes']);
  });

  it('leaves an event that names person, role, meaning, digests and answers', async () => {
    const scene = await anApprovalCase();

    const { change } = await recorded(await aDecision(scene, 'ada', { answered: { comment: ' fine\r\nby me ' } }));

    expect(change.event).toMatchObject({
      event_type: 'approval_granted',
      actor_id: 'ada',
      actor_role: 'ml_lead',
      actor_auth: 'signed_link',
      approval_state: 'validated',
      meaning: scene.policy.approval_meaning,
      reason: 'fine\nby me',
      subject: { artifact_sha256: digestOf('artifact'), evidence_digest: scene.request.evidenceDigest },
      policy_sha256: scene.release.policySha256,
      details: { decision: 'approve', request_id: 'apr-mortgage-1-2-0', request_status: 'pending' },
      idempotency_key: 'apr-mortgage-1-2-0:ada',
    });
    expect(JSON.stringify(change.event)).not.toContain('Ada Lovelace');
  });

  it('has no comment if nobody could see it', async () => {
    const { approval } = await decideAndCommit(await anApprovalCase(), 'ada', { comment: '\u200b\u00ad\u2060' });

    expect(approval.comment).toBe('');
  });

  it('fits its event whatever was typed', async () => {
    const scene = await anApprovalCase();

    const { change } = await decideAndCommit(scene, 'ada', { comment: `a${'\u4e2d'.repeat(1998)}b` });

    expect([...change.event.reason].length).toBeLessThan(1100);
  });
});

describe('the last approval', () => {
  it('closes the request and resumes the machine; the release stays validated until its record is signed', async () => {
    const scene = await anApprovalCase();
    await decideAndCommit(scene, 'ada');

    const { change, requestStatus } = await decideAndCommit(scene, 'grace');

    expect(requestStatus).toBe('approved');
    expect(intended(change)).toEqual(['resume_execution']);
    expect(await scene.store.get('request', scene.request.requestId)).toMatchObject({ status: 'approved' });
    expect(await scene.store.get('release', scene.release.releaseId)).toMatchObject({ state: 'validated' });
  });

  it('does not close it where both hold the same role', async () => {
    const scene = await anApprovalCase();
    await decideAndCommit(scene, 'ada');

    expect((await decideAndCommit(scene, 'katherine')).requestStatus).toBe('pending');
  });
});

describe('a denial (AP-9)', () => {
  it('rejects the release at once with its reason, regardless of earlier approvals', async () => {
    const scene = await anApprovalCase();
    await decideAndCommit(scene, 'ada');

    const { change, requestStatus } = await decideAndCommit(scene, 'grace', {
      decision: 'deny',
      comment: 'the groups differ',
      checklist: yesToAll(scene.policy).set('fairness_acceptable', 'no'),
    });

    expect(requestStatus).toBe('rejected');
    expect(written(change)).toEqual([
      'create approval',
      'replace request',
      'replace release',
      'create decided_version',
      'create decided_content',
    ]);
    expect(intended(change)).toEqual(['resume_execution', 'sync_registry', 'publish_event', 'notify_people']);
    expect(change.event).toMatchObject({
      event_type: 'approval_denied',
      meaning: 'I have reviewed the evidence and do not approve the release of this model to production.',
      approval_state: 'rejected',
      reason: 'the groups differ',
    });
    expect(await scene.store.get('release', scene.release.releaseId)).toMatchObject({
      state: 'rejected',
      reasons: [{ rule: 'human_approval', explanation: 'grace denied as risk_owner: the groups differ' }],
    });
  });
});

describe('a decision again', () => {
  it('is already recorded when it is the same, and writes nothing', async () => {
    const scene = await anApprovalCase();
    await decideAndCommit(scene, 'ada');

    const again = await decide(await aDecision(scene, 'ada', { answered: { comment: 'once more' } }));

    expect(again).toMatchObject({ kind: 'already_recorded', approval: { approverId: 'ada', comment: '' } });
  });

  it('is reported as already recorded even if the request was closed meanwhile', async () => {
    const scene = await anApprovalCase();
    await decideAndCommit(scene, 'ada');
    await decideAndCommit(scene, 'grace');

    expect((await decide(await aDecision(scene, 'ada'))).kind).toBe('already_recorded');
  });

  it('is refused when it is another one, naming who decided what and when', async () => {
    const scene = await anApprovalCase();
    await decideAndCommit(scene, 'ada');
    await decideAndCommit(scene, 'grace');
    const input = await aDecision(scene, 'ada', { answered: { decision: 'deny', comment: 'no' } });

    const refusal = await refusalOf(() => decide(input));

    expect(refusal.code).toBe('DecisionAlreadyRecorded');
    expect(refusal.message).toBe('ada approved this release as ml_lead at 2026-11-21T10:00:00.000Z');
  });

  it('does not turn a denial into an approval', async () => {
    const scene = await anApprovalCase();
    await decideAndCommit(scene, 'ada', { decision: 'deny', comment: 'no' });
    const input = await aDecision(scene, 'ada');

    const refusal = await refusalOf(() => decide(input));

    expect(refusal.code).toBe('DecisionAlreadyRecorded');
    expect(refusal.message).toContain('ada denied this release');
  });
});

describe('a decision is refused (ST-2, AP-3, AP-6, SD-1)', () => {
  type Twist = (input: DecisionInput) => Partial<DecisionInput>;
  const other = digestOf('other');
  const cases: [string, string, string, Twist][] = [
    [
      'the request was approved',
      'RequestNotPending',
      'Request is approved, not pending',
      (i) => ({ request: { ...i.request, status: 'approved' } }),
    ],
    [
      'the request was rejected',
      'RequestNotPending',
      'Request is rejected, not pending',
      (i) => ({ request: { ...i.request, status: 'rejected' } }),
    ],
    [
      'the request expired',
      'RequestNotPending',
      'Request is expired, not pending',
      (i) => ({ request: { ...i.request, status: 'expired' } }),
    ],
    ['the deadline is now', 'LinkExpired', 'expired', (i) => ({ now: i.request.expiresAt })],
    [
      'the release moved on',
      'IllegalTransition',
      'cannot become approved',
      (i) => ({ release: { ...i.release, state: 'production' } }),
    ],
    [
      'the link is of another request',
      'LinkInvalid',
      'another request',
      (i) => ({ payload: { ...i.payload, r: 'apr-other' } }),
    ],
    [
      'the link is of other evidence',
      'EvidenceDigestMismatch',
      'not what approvers were asked about',
      (i) => ({ payload: { ...i.payload, d: other.slice(0, 16) } }),
    ],
    [
      'the stored evidence changed',
      'EvidenceDigestMismatch',
      'not what approvers were asked about',
      () => ({ evidenceDigestNow: other }),
    ],
    [
      'nothing says what was taken in',
      'EvidenceDigestMismatch',
      'not what was taken in and judged',
      () => ({ content: undefined }),
    ],
    [
      'the role is not required',
      'ApproverNotEligible',
      "Role 'legal' is not a required approver",
      (i) => ({ payload: { ...i.payload, o: 'legal' } }),
    ],
    [
      'the person holds another role',
      'ApproverNotEligible',
      "Role 'risk_owner' is not a required approver",
      (i) => ({ payload: { ...i.payload, o: 'risk_owner' } }),
    ],
    [
      'the person left the directory',
      'ApproverNotEligible',
      "Role 'ml_lead' is not a required approver",
      () => ({ directory: aDirectory([{ id: 'grace', roles: ['risk_owner'] }]) }),
    ],
    [
      'the nonce is of no invitation',
      'ApproverNotEligible',
      "Role 'ml_lead' is not a required approver",
      (i) => ({ payload: { ...i.payload, n: 'another-nonce-0000' } }),
    ],
    [
      'the person was not invited',
      'ApproverNotEligible',
      "Role 'ml_lead' is not a required approver",
      (i) => ({ payload: { ...i.payload, p: person('rita') } }),
    ],
    [
      'the person requested the release',
      'SeparationOfDuties',
      'nobody approves their own work',
      (i) => ({ release: { ...i.release, requestedBy: person('ada') } }),
    ],
    [
      'the person trained the model',
      'SeparationOfDuties',
      'nobody approves their own work',
      (i) => ({ release: { ...i.release, manifest: aManifest({ trained_by: 'ada' }) } }),
    ],
    [
      'the person wrote the commit',
      'SeparationOfDuties',
      'nobody approves their own work',
      (i) => ({ release: { ...i.release, manifest: aManifest({ commit_author: 'ada' }) } }),
    ],
    [
      'a former version stored the person as trainer under a login',
      'SeparationOfDuties',
      'nobody approves their own work',
      (i) => ({ release: { ...i.release, manifest: aManifest({ trained_by: 'alovelace' }) } }),
    ],
    [
      'the person submitted the release for somebody else',
      'SeparationOfDuties',
      'nobody approves their own work',
      (i) => ({ release: { ...i.release, submittedBy: 'ada' } }),
    ],
  ];

  it.each(cases)('when %s', async (_, code, message, twist) => {
    const input = await aDecision(await anApprovalCase(), 'ada');

    const refusal = await refusalOf(() => decide({ ...input, ...twist(input) }));

    expect(refusal.code).toBe(code);
    expect(refusal.message).toContain(message);
  });

  const yes = new Map([
    ['evidence_read', 'yes'],
    ['fairness_acceptable', 'yes'],
    ['rollback_known', 'yes'],
  ] as const);
  const incomplete: [string, Partial<DecisionInput['answer']>, string[]][] = [
    [
      'nothing was typed at all',
      { checklist: new Map(), typedConfirmation: '' },
      ['checklist.evidence_read', 'checklist.fairness_acceptable', 'checklist.rollback_known', 'confirmation'],
    ],
    ['one item is not answered', { checklist: new Map([...yes].slice(1)) }, ['checklist.evidence_read']],
    [
      'one item is no, with an approval',
      { checklist: new Map([...yes, ['rollback_known', 'no']]) },
      ['checklist.rollback_known'],
    ],
    ['an item is not of this checklist', { checklist: new Map([...yes, ['other', 'yes']]) }, ['checklist']],
    [
      'an item is named like a thing of JavaScript',
      { checklist: new Map([['constructor', 'yes'], ['__proto__', 'yes'], ...yes]) },
      ['checklist'],
    ],
    ['the version was mistyped', { typedConfirmation: '1.2.1' }, ['confirmation']],
    ['the version has a space', { typedConfirmation: '1.2.0 ' }, ['confirmation']],
    ['a denial says nothing', { decision: 'deny', comment: ' \n ' }, ['comment']],
    ['a denial says what nobody can see', { decision: 'deny', comment: '\u200b\u2060\ufeff' }, ['comment']],
    ['the comment is read in another direction', { comment: 'I do \u202eton approve' }, ['comment']],
    ['the comment controls a terminal', { decision: 'deny', comment: 'no\u001b[2K' }, ['comment']],
    ['the comment is a book', { comment: 'x'.repeat(2001) }, ['comment']],
    [
      'a denial has everything wrong',
      { decision: 'deny', checklist: new Map(), typedConfirmation: 'yes' },
      [
        'checklist.evidence_read',
        'checklist.fairness_acceptable',
        'checklist.rollback_known',
        'confirmation',
        'comment',
      ],
    ],
  ];

  it.each(incomplete)('when %s', async (_, answered, fields) => {
    const input = await aDecision(await anApprovalCase(), 'ada', { answered });

    const refusal = await refusalOf(() => decide(input));

    expect(refusal.code).toBe('DecisionIncomplete');
    expect(refusal.violations.map(({ field }) => field)).toEqual(fields);
  });

  it('with every fault named in its event, and nothing that was typed', async () => {
    const scene = await anApprovalCase();
    const input = await aDecision(scene, 'ada', {
      answered: { typedConfirmation: 'my secret', comment: 'call me at home' },
    });
    const refusal = await refusalOf(() => decide(input));

    const { event } = refuseDecision({ ...input, refusal });

    expect(event).toMatchObject({
      event_type: 'approval_refused',
      actor_id: 'ada',
      actor_auth: 'signed_link',
      reason: 'DecisionIncomplete',
      approval_state: 'validated',
      details: { code: 'DecisionIncomplete', decision: 'approve', request_status: 'pending' },
    });
    expect(event.details['faults']).toHaveLength(1);
    expect(JSON.stringify(event)).not.toMatch(/secret|at home/);
    expect(await scene.store.list('approval', scene.release.releaseId)).toEqual([]);
  });
});

describe('two decisions at once', () => {
  it('are judged one after the other: the second meets a conflict, and is judged again with the first on record', async () => {
    const scene = await anApprovalCase();
    const [ada, grace] = await Promise.all([aDecision(scene, 'ada'), aDecision(scene, 'grace')]);
    const [first, second] = [await recorded(ada), await recorded(grace)];

    await scene.store.commit(first.change, at('2026-11-21T10:00:00.000Z'));
    await expect(scene.store.commit(second.change, at('2026-11-21T10:00:00.001Z'))).rejects.toThrow(/request/);

    expect(second.requestStatus).toBe('pending');
    expect((await decideAndCommit(scene, 'grace')).requestStatus).toBe('approved');
  });
});
