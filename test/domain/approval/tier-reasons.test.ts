import { describe, expect, it } from 'vitest';
import { judgePromotion } from '../../../lib/domain/gate/gate.ts';
import { judgeRelease } from '../../../lib/domain/gate/stages.ts';
import { HOUR_MS, plusMilliseconds } from '../../../lib/domain/instant.ts';
import { policySha256 } from '../../../lib/domain/policy/policy-record.ts';
import { evidenceDigest } from '../../../lib/domain/records/evidence-digest.ts';
import { Release } from '../../../lib/domain/release/release.ts';
import { aManifest, aRelease, contentOf, digestOf, NOW } from '../../support/approval-case.ts';
import { DECISION_KEY, signedApproval } from '../../support/decision-key.ts';
import { ASKING, LOWERED, rankingPolicy } from '../../support/lowered-tier.ts';
import {
  anApprovalOf,
  approved,
  approvedRequest,
  checks,
  NOTHING_BEFORE,
  resulting,
} from '../../support/release-life.ts';

const { risk_tier_override: _, ...NOT_ASKING } = ASKING;
const policy = rankingPolicy();
const validated = aRelease(policy, checks, aManifest(ASKING));
const { state, approvedUntil, approvalRequestId, modelPackageArn } = approved;
const release = Release.parse({ ...validated, state, approvedUntil, approvalRequestId, modelPackageArn });

const decided = (who: string, role: string, of: Release) =>
  signedApproval(anApprovalOf(who, role, { evidenceDigestVerified: of.evidenceDigest }), of);
const approvalsOf = (of: Release) => [
  decided('ada', 'ml_lead', of),
  decided('grace', 'risk_owner', of),
  decided('carla', 'compliance_officer', of),
];
const reasonsOf = (changes: Partial<Parameters<typeof judgePromotion>[0]> = {}) => {
  const decision = judgePromotion({
    ...NOTHING_BEFORE,
    release,
    policy,
    checks,
    approvals: approvalsOf(release),
    decisionKeyPem: DECISION_KEY.pem,
    request: approvedRequest,
    former: [],
    content: contentOf(release),
    artifactSha256: digestOf('artifact'),
    departures: [],
    now: plusMilliseconds(NOW, HOUR_MS),
    ...changes,
  });
  return decision.outcome === 'allow' ? [] : decision.reasons.map(({ rule, explanation }) => `${rule}: ${explanation}`);
};
/** A row that somebody wrote, and decisions that fit it. */
const forged = (changes: Partial<Release>): Release => {
  const changed = { ...release, ...changes };
  return { ...changed, evidenceDigest: evidenceDigest(changed, checks) };
};

describe('the gate, of a release whose tier is lowered (RT-3)', () => {
  it('promotes what everybody agreed to who has to', () => {
    expect(release).toMatchObject({ riskTier: 'low', tierOverride: LOWERED });
    expect(reasonsOf()).toEqual([]);
  });

  it('promotes nothing without one of them', () => {
    expect(reasonsOf({ approvals: approvalsOf(release).slice(0, 2) })).toEqual([
      'quorum: nobody has approved as compliance_officer',
    ]);
  });

  it.each([
    [
      'another tier than people were asked about',
      rankingPolicy({ tier_rules: [{ name: 'regulated_area', tier: 'medium', when: {} }] }),
      'the policy gives low in place of medium by rule regulated_area',
    ],
    [
      'a tier that is no higher',
      rankingPolicy({ tier_rules: [{ name: 'nobody', tier: 'low', when: {} }] }),
      'the policy gives no lower tier; people were asked about low in place of high',
    ],
    [
      'other people',
      rankingPolicy({ tier_override_roles: ['legal', 'legal'] }),
      'with legal, legal; people were asked',
    ],
  ])('promotes nothing if the policy gives %s', (_, by, why) => {
    expect(reasonsOf({ policy: by }).join('\n')).toContain(why);
  });

  it.each<[string, Partial<Release>, string]>([
    ['says nothing of the lowering', { tierOverride: undefined }, 'people were asked about no lower tier'],
    [
      'names fewer people',
      { tierOverride: { ...LOWERED, roles: ['risk_owner', 'risk_owner'] } },
      'with risk_owner, risk_owner',
    ],
    [
      'names another reason',
      { tierOverride: { ...LOWERED, reason: 'It is harmless, believe me.' } },
      'people were asked',
    ],
    [
      'has a lower tier than it asks for',
      { riskTier: 'low', manifest: aManifest(NOT_ASKING), tierOverride: undefined },
      'the release has tier low, but the policy gives high',
    ],
  ])('promotes nothing by a row that %s, whatever people signed', (_, changes, why) => {
    const row = forged(changes);
    const reasons = reasonsOf({ release: row, approvals: approvalsOf(row) });

    expect(reasons.filter((one) => one.startsWith('risk_tier')).join('\n')).toContain(why);
  });

  it('keeps a release whose tier is higher than the policy gives', () => {
    const plain = Release.parse({ ...approved, policySha256: policySha256(rankingPolicy()) });
    const everyLow = rankingPolicy({ tier_rules: [{ name: 'every', tier: 'low', when: {} }] });
    const reasons = reasonsOf({ release: { ...plain, riskTier: 'high' }, policy: everyLow });

    expect(reasons.filter((one) => one.startsWith('risk_tier'))).toEqual([]);
  });

  it('rejects it before anybody is asked, where the row is not what the policy gives', () => {
    const { evidenceDigest: _, ...unjudged } = release;
    const draft = { ...unjudged, state: 'draft', riskTier: 'low' as const, tierOverride: undefined };
    const found = { attestationReasons: [], pointer: undefined, endpoint: undefined, content: contentOf(release) };
    const judged = { policy, checks, ...found, now: NOW };

    const change = judgeRelease({ release: draft, ...judged });

    expect(resulting(change, 'release')).toMatchObject({ state: 'rejected', reasons: [{ rule: 'risk_tier' }] });
    expect(resulting(judgeRelease({ ...judged, release: { ...release, state: 'draft' } }), 'release').state).toBe(
      'validated',
    );
  });
});
