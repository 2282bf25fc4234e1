import { describe, expect, it } from 'vitest';
import { requestRelease } from '../../../lib/domain/intake/request-release.ts';
import { aDirectory, aManifest } from '../../support/approval-case.ts';
import { aClaim, anIntake } from '../../support/intake.ts';
import { ASKING, LOWERED, PEOPLE, REASON, rankingPolicy } from '../../support/lowered-tier.ts';

const policy = rankingPolicy();
const request = async (changes: object = {}, people: Parameters<typeof aDirectory>[0] = PEOPLE) => {
  const world = anIntake({ policy, directory: aDirectory(people) });
  const answer = await requestRelease(aClaim({ ...ASKING, ...changes }), world);
  const [first] = await world.store.events(aManifest().model_name);
  return { answer, event: first?.event };
};
const violationsOf = ({ answer }: Awaited<ReturnType<typeof request>>) =>
  answer.outcome === 'refused' ? answer.refusal.faults : [];

describe('a release that asks for a lower tier (RT-3)', () => {
  it('is taken in with both tiers and the reason on record', async () => {
    const { answer, event } = await request();

    expect(answer).toMatchObject({ outcome: 'accepted', release: { riskTier: 'low', tierOverride: LOWERED } });
    expect(event?.details).toMatchObject({
      declared_risk_tier: 'low',
      risk_tier: 'low',
      computed_risk_tier: 'high',
      tier_rule: 'regulated_area',
      tier_override: LOWERED,
      required_roles: ['ml_lead', 'risk_owner', 'compliance_officer'],
    });
  });

  it.each([
    ['empty', ''],
    ['of what nobody sees', '\u200b'.repeat(40)],
    ['of fillers and blanks', '\u3164 \u2800'.repeat(12)],
    ['too short, whatever stands around it', `ok${'\u00a0'.repeat(30)}`],
    ['with a hidden text', `${REASON}\u{e0041}`],
    ['longer than fits into what people sign', 'x'.repeat(501)],
  ])('is refused if its reason is %s', async (_, reason) => {
    const refused = await request({ risk_tier_override: { reason } });

    expect(violationsOf(refused).map(({ field }) => field)).toEqual(['risk_tier_override.reason']);
  });

  it.each([
    ['a second field', { reason: REASON, approved_by: 'rita' }, 'risk_tier_override.approved_by'],
    ['no reason', {}, 'risk_tier_override.reason'],
  ])('is refused if it says %s', async (_, asked, field) => {
    expect(violationsOf(await request({ risk_tier_override: asked })).map((one) => one.field)).toEqual([field]);
  });

  it('is refused if the tier is not below the computed one', async () => {
    expect(violationsOf(await request({ declared_risk_tier: 'high' }))).toEqual([
      { field: 'risk_tier_override', problem: expect.stringContaining('lowers nothing') },
    ]);
  });

  it('is refused at once if the directory has nobody who could agree', async () => {
    const refused = await request({}, [
      { id: 'ada', roles: ['ml_lead'] },
      { id: 'grace', roles: ['risk_owner'] },
    ]);

    expect(violationsOf(refused)).toEqual([
      {
        field: 'compliance_officer',
        problem: 'nobody can approve as compliance_officer: nobody in the directory holds this role',
      },
    ]);
  });

  it('is refused at once if one person alone holds both roles', async () => {
    const refused = await request({}, [
      { id: 'ada', roles: ['ml_lead'] },
      { id: 'carla', roles: ['risk_owner', 'compliance_officer'] },
    ]);

    expect(violationsOf(refused)).toEqual([
      {
        field: 'compliance_officer',
        problem: 'risk_owner and compliance_officer take 2 different people, and only carla can approve as any of them',
      },
    ]);
  });

  it('is refused at once if who could agree made it', async () => {
    const refused = await request({ trained_by: 'carla' });

    expect(violationsOf(refused).map(({ field }) => field)).toEqual(['compliance_officer']);
  });
});
