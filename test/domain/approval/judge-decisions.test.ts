import { describe, expect, it } from 'vitest';
import { decisionReasons } from '../../../lib/domain/approval/judge-decisions.ts';
import { stateDecision } from '../../../lib/domain/approval/signed-decisions.ts';
import { judgePromotion } from '../../../lib/domain/gate/gate.ts';
import type { Approval } from '../../../lib/domain/records/approval.ts';
import { evidenceDigest } from '../../../lib/domain/records/evidence-digest.ts';
import { type Release, requireEstablished } from '../../../lib/domain/release/release.ts';
import { at, contentOf, digestOf, NOW, person } from '../../support/approval-case.ts';
import { DECISION_KEY, OTHER_KEY, sealDecision, signedApproval } from '../../support/decision-key.ts';
import {
  anApprovalOf,
  anUnsignedApprovalOf,
  approved,
  approvedRequest,
  checks,
  NOTHING_BEFORE,
  policy,
  releaseId,
} from '../../support/release-life.ts';

const grace = anApprovalOf('grace', 'risk_owner');
/** Another release of the same people, of which every decision is genuine. */
const another: Release = {
  ...approved,
  releaseId: releaseId('mortgage-1-1-0'),
  approvalRequestId: 'apr-mortgage-1-1-0',
};
const signedElsewhere = (about: Release) => signedApproval(anUnsignedApprovalOf('ada', 'ml_lead'), about).signed;
const ada = anApprovalOf('ada', 'ml_lead');

const reasonsFor = (approvals: readonly Approval[]) =>
  decisionReasons({
    release: approved,
    policy,
    approvals,
    request: approvedRequest,
    checks,
    former: [],
    ...{ ended: undefined, content: contentOf(approved) },
    decisionKeyPem: DECISION_KEY.pem,
  });
const gateOver = (approvals: readonly Approval[]) =>
  judgePromotion({
    ...NOTHING_BEFORE,
    release: approved,
    policy,
    checks,
    approvals,
    decisionKeyPem: DECISION_KEY.pem,
    request: approvedRequest,
    former: [],
    artifactSha256: digestOf('artifact'),
    departures: [],
    now: NOW,
  });

describe('a denial of the same content or version (AP-16)', () => {
  const denied = {
    ...{
      releaseId: releaseId('mortgage-former'),
      modelName: approved.modelName,
      modelVersion: '1.0.0',
      isOfContent: true,
    },
    ...{ outcome: 'denied', decidedBy: 'katherine', role: 'ml_lead', reason: 'the groups differ', decidedAt: NOW },
  };
  const answered = {
    ...{ ...approved, answeredDenials: [releaseId('mortgage-former')] },
    manifest: { ...approved.manifest, denial_answer: 'The groups were weighed again.' },
  };
  const judge = (changes: Partial<Parameters<typeof decisionReasons>[0]>) =>
    decisionReasons({
      ...{ release: approved, policy, approvals: [ada, grace], request: approvedRequest },
      ...{ former: [denied], ended: undefined, content: contentOf(approved), checks, decisionKeyPem: DECISION_KEY.pem },
      ...changes,
    }).map(({ rule, explanation }) => `${rule}: ${explanation}`);

  it('denies what nobody has answered, though it came after the last decision', () => {
    expect(judge({})).toEqual(['after_denial: katherine denied mortgage-former as ml_lead, which nobody has answered']);
  });

  it('denies nothing where it was answered, where who denied has approved, or where the policy only shows it', () => {
    const { low, medium, high } = policy.tiers;
    const shown = { ...policy, tiers: { low, medium: { ...medium, after_denial: 'shown' }, high } };

    expect(judge({ release: answered, former: [] })).toEqual(judge({ release: answered }));
    const before = at('2026-11-20T09:00:00.000Z');
    expect(judge({ former: [{ ...denied, decidedBy: 'ada', decidedAt: before }] })).toEqual([]);
    expect(judge({ former: [{ ...denied, outcome: 'rejected' }] })).toEqual([]);
    expect(judge({ policy: shown })).toEqual([]);
  });

  it('denies what a person has not approved who has to', () => {
    const request = { ...approvedRequest, requiredPeople: [person('ada'), person('katherine')] };

    expect(judge({ former: [], request })).toEqual([
      'after_denial: katherine denied this content or version before, and has not approved it',
    ]);
    expect(judge({ former: [], request: undefined })).toEqual([]);
  });
});

describe('the stored decisions about a release', () => {
  it('do not carry it where one was given for somebody who made it', () => {
    const forMaker = signedApproval({ ...anUnsignedApprovalOf('ada', 'ml_lead'), actingFor: person('tom') }, approved);

    expect(reasonsFor([forMaker, grace])).toMatchObject([
      { rule: 'separation_of_duties', explanation: 'tom trained this model and cannot approve it' },
    ]);
  });

  it('carry it if both people signed them', () => {
    expect(reasonsFor([ada, grace])).toEqual([]);
    expect(gateOver([ada, grace])).toEqual({ outcome: 'allow' });
  });

  it.each<[string, Approval, string]>([
    ['is not signed', anUnsignedApprovalOf('ada', 'ml_lead'), 'it is not signed'],
    [
      'was signed for another release',
      { ...ada, signed: signedElsewhere(another) },
      'what was signed has another release_id, request_id',
    ],
    [
      'was signed for another request',
      { ...ada, signed: signedElsewhere({ ...approved, approvalRequestId: 'apr-former' }) },
      'what was signed has another request_id',
    ],
    [
      'was signed by another key',
      signedApproval(anUnsignedApprovalOf('ada', 'ml_lead'), approved, OTHER_KEY),
      'no signature',
    ],
    ['was signed by another person', { ...ada, signed: grace.signed }, 'what was signed has another approver_id'],
    [
      'was signed in another role',
      { ...ada, signed: anApprovalOf('ada', 'risk_owner').signed },
      'what was signed has another approver_role',
    ],
    [
      'was signed as a denial',
      { ...ada, signed: anApprovalOf('ada', 'ml_lead', { decision: 'deny' }).signed },
      'another decision',
    ],
    [
      'was signed over other evidence',
      { ...ada, signed: anApprovalOf('ada', 'ml_lead', { evidenceDigestVerified: digestOf('other') }).signed },
      'another evidence_digest',
    ],
    [
      'was signed over another artifact',
      {
        ...ada,
        signed: {
          keyId: 'k',
          envelope: sealDecision({ ...stateDecision(ada, approved), artifactSha256: digestOf('other') }),
        },
      },
      'another artifact_sha256',
    ],
    [
      'has another answer than was signed',
      { ...ada, checklist: [{ id: 'limits', question: 'Are the limits known?', answer: 'yes' }] },
      'another checklist',
    ],
    ['has another comment than was signed', { ...ada, comment: 'Fine.' }, 'another comment_sha256'],
  ])('do not carry it, and the gate denies, if one of them %s', (_, forged, why) => {
    const reasons = reasonsFor([forged, grace]);

    expect(reasons.map(({ rule }) => rule)).toEqual(['decision_signature', 'quorum']);
    expect(reasons[0]?.explanation).toMatch(/^the decision of ada as ml_lead: /);
    expect(reasons[0]?.explanation).toContain(why);
    expect(gateOver([forged, grace])).toEqual({ outcome: 'deny', reasons });
  });

  it('do not carry it beside one that is not signed, though it is not needed: it may be what is left of a denial', () => {
    const eve = anUnsignedApprovalOf('eve', 'ml_lead');

    expect(reasonsFor([ada, eve, grace])).toMatchObject([{ rule: 'decision_signature' }]);
    expect(gateOver([ada, eve, grace]).outcome).toBe('deny');
  });

  it('are about one artifact: no approval counts for another one under the same version (CK-6)', () => {
    const pinned = { ...requireEstablished(approved, 'pinned'), artifactSha256: digestOf('retrained') };
    const retrained = { ...approved, pinned };

    const reasons = decisionReasons({
      release: { ...retrained, evidenceDigest: evidenceDigest(retrained, checks) },
      policy,
      approvals: [ada, grace],
      request: approvedRequest,
      checks,
      former: [],
      ...{ ended: undefined, content: contentOf(approved) },
      decisionKeyPem: DECISION_KEY.pem,
    });

    expect(reasons.map(({ rule }) => rule)).toEqual(['decision_signature', 'decision_signature', 'quorum', 'quorum']);
  });
});
