import { describe, expect, it } from 'vitest';
import { diffPolicies } from '../../../lib/domain/policy/diff-policies.ts';
import { GovernancePolicy } from '../../../lib/domain/policy/policy.ts';
import { aPolicy } from '../../support/approval-case.ts';
import { aStagedPolicy, DEPLOYMENT, TECHNICAL } from '../../support/staged-case.ts';

const staged = aStagedPolicy();
const withChecklists = (checklists: object): GovernancePolicy =>
  GovernancePolicy.parse({ ...structuredClone(staged), review_checklists: checklists });
const changes = (before: GovernancePolicy, after: GovernancePolicy) =>
  diffPolicies(before, after).map((one) => `${one.effect}: ${one.about}: ${one.before} -> ${one.after}`);

describe('a change of the stages of approval', () => {
  it('is stricter if they come in order from now on, and looser the other way round', () => {
    const beside = aStagedPolicy('side_by_side');

    expect(changes(beside, staged)).toEqual(['stricter: medium tier, review_order: side_by_side -> in_order']);
    expect(changes(staged, beside)).toEqual(['looser: medium tier, review_order: in_order -> side_by_side']);
  });

  it('lets pass neither more nor less if they come in another order', () => {
    expect(changes(staged, aStagedPolicy('in_order', { review_stages: ['deployment', 'technical'] }))).toEqual([
      'changed: medium tier, order of the reviews: technical, deployment -> deployment, technical',
    ]);
  });

  it('keeps its order where one more review is made in between', () => {
    const more = aStagedPolicy('in_order', { review_stages: ['technical', 'business', 'deployment'] });

    expect(changes(staged, more).map((one) => one.split(':')[0])).toEqual(['stricter', 'stricter']);
  });

  it('is looser if a question is asked of fewer roles: the first stages of a policy are', () => {
    const flat = GovernancePolicy.parse({
      ...structuredClone(aPolicy()),
      tiers: { ...aPolicy().tiers, medium: { ...aPolicy().tiers.medium, checklist: [...TECHNICAL, ...DEPLOYMENT] } },
    });

    expect(changes(flat, staged)).toEqual([
      'looser: medium tier, checklist: metrics_hold (ml_lead), metrics_hold (risk_owner), monitoring_set_up (ml_lead), monitoring_set_up (risk_owner), rollback_reviewed (ml_lead), rollback_reviewed (risk_owner) -> metrics_hold (ml_lead), monitoring_set_up (risk_owner), rollback_reviewed (risk_owner)',
      'stricter: medium tier, review_order: none -> in_order',
    ]);
    expect(changes(staged, flat)[1]).toBe('looser: medium tier, review_order: in_order -> none');
  });

  it('says which question of which stage is left out, reworded, or asked about fewer releases', () => {
    const [metrics] = TECHNICAL;
    const [monitoring] = DEPLOYMENT;

    expect(
      changes(
        staged,
        withChecklists({
          technical: [{ ...metrics, question: 'Do they?' }],
          deployment: [
            monitoring,
            { id: 'rollback_reviewed', question: DEPLOYMENT[1]?.question, when: { first_release: false } },
          ],
        }),
      ),
    ).toEqual([
      `changed: medium tier, question technical metrics_hold: ${metrics?.question} -> Do they?`,
      'looser: medium tier, question deployment rollback_reviewed, asked about: first releases, later releases -> later releases',
    ]);
    expect(changes(staged, withChecklists({ technical: TECHNICAL, deployment: [monitoring] }))).toEqual([
      'looser: medium tier, checklist: metrics_hold (ml_lead), monitoring_set_up (risk_owner), rollback_reviewed (risk_owner) -> metrics_hold (ml_lead), monitoring_set_up (risk_owner)',
    ]);
  });
});
