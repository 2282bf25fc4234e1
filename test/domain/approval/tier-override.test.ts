/** A lower tier is never had by silence, by one person, or by a row that says so (RT-3). */
import { describe, expect, it } from 'vitest';
import { decideApproval } from '../../../lib/domain/approval/decide.ts';
import { decisionReasons } from '../../../lib/domain/approval/judge-decisions.ts';
import { loweredDemands } from '../../../lib/domain/approval/lowered-demands.ts';
import { expireRequest } from '../../../lib/domain/approval/request.ts';
import { resumptionProblem } from '../../../lib/domain/approval/resumption.ts';
import { takeDecision } from '../../../lib/domain/approval/take-decision.ts';
import { GENESIS, sealEvent } from '../../../lib/domain/ledger/chain.ts';
import { EVENT_MAX_BYTES } from '../../../lib/domain/ledger/event.ts';
import { openDecision } from '../../../lib/domain/records/decision.ts';
import { evidenceDigest } from '../../../lib/domain/records/evidence-digest.ts';
import type { Release } from '../../../lib/domain/release/release.ts';
import {
  type ApprovalCase,
  aCheck,
  aDecision,
  aDirectory,
  aManifest,
  answerOf,
  at,
  contentOf,
  digestOf,
} from '../../support/approval-case.ts';
import { DECISION_KEY, signedApproval } from '../../support/decision-key.ts';
import { ASKING, LOWERED, loweredCase, PEOPLE, rankingPolicy } from '../../support/lowered-tier.ts';
import { anApprovalOf, intended, resulting } from '../../support/release-life.ts';

const TEN = at('2026-11-21T10:00:00.000Z');
const decide = async (scene: ApprovalCase, who: string, decision: 'approve' | 'deny' = 'approve') => {
  const comment = decision === 'deny' ? 'The tier is high for a reason.' : '';
  const ports = {
    store: scene.store,
    directory: async () => scene.directory,
    signer: DECISION_KEY.signer,
    now: () => TEN,
  };
  const { facts } = await takeDecision(answerOf(scene, who, { decision, comment }), ports);
  return facts.request.status;
};
const stateOf = async ({ store, release }: ApprovalCase) => (await store.get('release', release.releaseId))?.state;

describe('the request to approve a lower tier', () => {
  it('asks the roles of that tier, and two more people', async () => {
    const { request, release } = await loweredCase();

    expect(release).toMatchObject({ riskTier: 'low', tierOverride: LOWERED });
    expect(request.requiredRoles).toEqual(['ml_lead', 'risk_owner', 'compliance_officer']);
    expect(request.invitations.map(({ personId, role }) => [personId, role])).toEqual([
      ['ada', 'ml_lead'],
      ['grace', 'risk_owner'],
      ['carla', 'compliance_officer'],
    ]);
  });

  it('is approved by all of them, and by no fewer', async () => {
    const scene = await loweredCase();

    expect(await decide(scene, 'ada')).toBe('pending');
    expect(await decide(scene, 'grace')).toBe('pending');
    expect(await decide(scene, 'carla')).toBe('approved');
  });

  it('counts a person who holds both roles once', async () => {
    const both = { id: 'bea', roles: ['risk_owner', 'compliance_officer'] };
    const scene = await loweredCase({ directory: aDirectory([...PEOPLE, both]) });

    expect(await decide(scene, 'ada')).toBe('pending');
    expect(await decide(scene, 'bea')).toBe('pending');
    expect(await decide(scene, 'grace')).toBe('pending');
    expect(await decide(scene, 'carla')).toBe('approved');
  });

  it('needs two people more than the tier, also where the tier asks for their roles', async () => {
    const policy = rankingPolicy();
    const roles = ['risk_owner', 'compliance_officer'];
    const more = ['rhea', 'cora'].map((id, index) => ({ id, roles: [roles[index] ?? ''] }));
    const scene = await loweredCase({
      policy: rankingPolicy({ tiers: { ...policy.tiers, low: { ...policy.tiers.low, roles } } }),
      directory: aDirectory([...PEOPLE, ...more]),
    });

    expect(await decide(scene, 'grace')).toBe('pending');
    expect(await decide(scene, 'carla')).toBe('pending');
    expect(await decide(scene, 'rhea')).toBe('pending');
    expect(await decide(scene, 'cora')).toBe('approved');
  });

  it.each(['grace', 'carla', 'ada'])('ends with the denial of %s, and the release is rejected', async (who) => {
    const scene = await loweredCase();
    for (const { id } of PEOPLE.filter((one) => one.id !== who)) await decide(scene, id);

    expect(await decide(scene, who, 'deny')).toBe('rejected');
    expect(await stateOf(scene)).toBe('rejected');
  });

  it('ends rejected, and not expired, where it is not answered in time', async () => {
    const scene = await loweredCase();
    await decide(scene, 'ada');
    await decide(scene, 'grace');
    const [request, release] = [
      await scene.store.get('request', scene.request.requestId),
      await scene.store.get('release', scene.release.releaseId),
    ];
    if (request === undefined || release === undefined) throw new Error('nothing is asked');

    const change = expireRequest(release, request, request.expiresAt);

    expect(resulting(change, 'release')).toMatchObject({
      state: 'rejected',
      reasons: [
        { rule: 'tier_override', explanation: expect.stringContaining('nobody lowered its tier from high to low') },
      ],
    });
    expect(resulting(change, 'request').status).toBe('rejected');
    expect(change.event).toMatchObject({ event_type: 'evaluation_completed', approval_state: 'rejected' });
    expect(intended(change)).toContain('resume_execution');
    expect(intended(change)).toContain('publish Release Rejected');
    const answered = { request: resulting(change, 'request'), release: resulting(change, 'release') };
    expect(resumptionProblem({ ...answered, policy: scene.policy, approvals: [] })).toBeUndefined();
  });
});

describe('what people sign about a lower tier', () => {
  it('says both tiers, the rule, the reason and who has to agree: in the decision, its event and the digest', async () => {
    const scene = await loweredCase();
    const outcome = await decideApproval(await aDecision(scene, 'grace'), DECISION_KEY.signer);
    if (outcome.kind !== 'recorded') throw new Error('it was not recorded');

    expect(openDecision(outcome.approval.signed?.envelope, DECISION_KEY.pem)).toMatchObject({
      said: { tier_override: LOWERED, evidence_digest: scene.request.evidenceDigest },
    });
    expect(outcome.change.event.details).toMatchObject({ tier_override: LOWERED });
    const { tierOverride: _, ...plain } = scene.release;
    expect(evidenceDigest(plain, scene.checks)).not.toBe(scene.request.evidenceDigest);
  });

  it.each(['字'.repeat(200), '"'.repeat(300)])('fits into an event, however long the reason is', async (reason) => {
    const scene = await loweredCase({ manifest: aManifest({ ...ASKING, risk_tier_override: { reason } }) });
    const ids = Array.from({ length: 20 }, (_, index) => `${'i'.repeat(62)}${10 + index}`);
    const checklist = ids.map((id) => ({ id, question: '問'.repeat(512) }));
    const largest = {
      ...scene.policy,
      approval_meaning: '意'.repeat(256),
      tiers: { ...scene.policy.tiers, low: { ...scene.policy.tiers.low, checklist } },
    };
    const checks = scene.checks.map((check, index) => ({ ...check, evidenceSha256: digestOf(String(index)) }));
    const input = await aDecision(scene, 'ada', {
      policy: largest,
      checks,
      release: { ...scene.release, evidenceDigest: evidenceDigest(scene.release, checks) },
      answered: { comment: '字'.repeat(2000), checklist: new Map(ids.map((id) => [id, 'yes'])) },
    });

    const outcome = await decideApproval(input, { ...DECISION_KEY.signer, keyId: `arn:aws:kms:${'x'.repeat(100)}` });

    if (outcome.kind !== 'recorded') throw new Error('it was not recorded');
    const { event, model } = outcome.change;
    expect(sealEvent(event, model, GENESIS, input.now).bytes.length).toBeLessThanOrEqual(EVENT_MAX_BYTES);
  });
});

describe('rows that others wrote', () => {
  const judged = async (change: (release: Release) => Release) => {
    const scene = await loweredCase();
    const signed = [
      ['ada', 'ml_lead'],
      ['grace', 'risk_owner'],
      ['carla', 'compliance_officer'],
    ].map(([who = '', role = '']) =>
      signedApproval(anApprovalOf(who, role, { evidenceDigestVerified: scene.release.evidenceDigest }), scene.release),
    );
    return (approvals = signed) =>
      decisionReasons({
        release: change(scene.release),
        policy: scene.policy,
        checks: scene.checks,
        content: contentOf(scene.release),
        approvals,
        request: undefined,
        former: [],
        ended: undefined,
        decisionKeyPem: DECISION_KEY.pem,
      }).map(({ rule, explanation }) => `${rule}: ${explanation}`);
  };

  it('count with every signature, and with none missing', async () => {
    const reasons = await judged((release) => release);

    expect(reasons()).toEqual([]);
    expect(reasons([])).toEqual([
      'quorum: nobody has approved as ml_lead',
      'quorum: nobody has approved as risk_owner',
      'quorum: nobody has approved as compliance_officer',
    ]);
  });

  it('do not make a decision about a lower tier one about no lower tier', async () => {
    const reasons = await judged(({ tierOverride: _, ...release }) => release);

    expect(reasons().join('\n')).toContain('what was signed has another tier_override');
  });

  it('do not change the reason that people agreed to', async () => {
    const reasons = await judged((release) => ({ ...release, tierOverride: { ...LOWERED, reason: 'Another one.' } }));

    expect(reasons().join('\n')).toContain('what was signed has another tier_override');
  });

  it('do not resume the machine without those who have to agree', async () => {
    const { release, request, policy } = await loweredCase();
    const approvals = [anApprovalOf('ada', 'ml_lead'), anApprovalOf('grace', 'risk_owner')];

    expect(resumptionProblem({ release, request: { ...request, status: 'approved' }, policy, approvals })).toContain(
      'nobody approved as compliance_officer',
    );
  });
});

describe('what a lower tier no longer asks for', () => {
  const highOnly = ['bias_and_fairness', 'security_review'];
  const policy = rankingPolicy();
  const demanding = rankingPolicy({
    stages: policy.stages.map((stage) => ({
      ...stage,
      ...(highOnly.includes(stage.name) ? { required_for_risk_tiers: ['high'] } : {}),
      checks: stage.checks.map((check) => ({
        ...check,
        ...(check.name === 'intended_use_defined' ? { require_known: { high: 'verified' } } : {}),
        ...(check.name === 'git_ref_allowed' ? { mode: 'warn' } : {}),
      })),
    })),
    tiers: {
      ...policy.tiers,
      high: {
        ...policy.tiers.high,
        roles: ['ml_lead', 'risk_owner', 'legal'],
        checklist: [
          ...policy.tiers.high.checklist,
          { id: 'rates_read', question: 'Have you read the rates of each group?' },
          { id: 'first', question: 'Is nothing there to go back to?', when: { first_release: true } },
          { id: 'later', question: 'Is the way back tried?', when: { first_release: false } },
        ],
      },
    },
  });
  const lost = async (checks: ReturnType<typeof aCheck>[]) => {
    const { release } = await loweredCase();
    return loweredDemands({ release, policy: demanding, checks });
  };

  it('is who else would have to approve, and the checks that would stop the release', async () => {
    const attested = { ...aCheck('intended_use_defined'), knownBy: 'attested' };

    expect(
      await lost([
        aCheck('demographic_parity_within_threshold', { status: 'failed' }),
        aCheck('model_artifact_signed'),
        aCheck('git_ref_allowed', { status: 'failed' }),
        aCheck('consent_basis_documented', { status: 'failed' }),
        attested,
      ]),
    ).toEqual({
      roles: ['legal'],
      checks: ['demographic_parity_within_threshold', 'intended_use_defined'],
      questions: ['Have you read the rates of each group?', 'Is nothing there to go back to?'],
    });
  });

  it('is nothing where the tier is not lowered', async () => {
    const { release } = await loweredCase();
    const { tierOverride: _, ...plain } = release;

    expect(loweredDemands({ release: plain, policy: demanding, checks: [] })).toBeUndefined();
  });
});
