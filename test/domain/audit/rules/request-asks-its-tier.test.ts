import { describe } from 'vitest';
import { requestAsksItsTier } from '../../../../lib/domain/audit/rules/request-asks-its-tier.ts';
import { describeRule, story } from './describe-rule.ts';

type Story = typeof story;
const and = (...changes: readonly ((story: Story) => Story)[]): Story =>
  changes.reduce((told, change) => change(told), story);
const says =
  (type: string, details: object) =>
  (told: Story): Story =>
    told.map((event) => (event.event_type === type ? { ...event, details: { ...event.details, ...details } } : event));

const requested = says('release_requested', { risk_tier: 'medium', required_roles: ['ml_lead', 'risk_owner'] });
const asked = says('approval_requested', {
  risk_tier: 'medium',
  required_roles: ['ml_lead', 'risk_owner'],
  invited: [
    { person_id: 'mia', role: 'ml_lead' },
    { person_id: 'rob', role: 'risk_owner' },
  ],
});

const STAGED = {
  stage_order: 'in_order',
  stages: [
    { name: 'technical', roles: ['ml_lead'] },
    { name: 'deployment', roles: ['risk_owner'] },
  ],
};
const OTHER_STAGES = 'it asks in other stages than the release was requested with';

describe('a request that asks whom the tier of its release needs', () => {
  describeRule(requestAsksItsTier, {
    keptBy: [
      ['a release that an earlier version requested and asked about', story],
      ['one that this version requested', and(requested, asked)],
      [
        'one that was requested with stages',
        and(requested, asked, says('release_requested', STAGED), says('approval_requested', STAGED)),
      ],
      ['one that an earlier version requested', and(says('release_requested', { risk_tier: 'medium' }), asked)],
    ],
    brokenBy: [
      [
        'fewer roles',
        and(requested, asked, says('approval_requested', { required_roles: ['ml_lead'] })),
        'it does not ask risk_owner, whom tier medium needs',
      ],
      [
        'one person for a role that two have to fill',
        and(says('release_requested', { risk_tier: 'high', required_roles: ['ml_lead', 'ml_lead'] })),
        'it does not ask ml_lead, whom tier high needs',
      ],
      [
        'another tier',
        and(requested, asked, says('approval_requested', { risk_tier: 'low' })),
        'it asks at tier low, but the release was requested at tier medium',
      ],
      ['no stages, where there were some', and(requested, asked, says('release_requested', STAGED)), OTHER_STAGES],
      ['stages, where there were none', and(requested, asked, says('approval_requested', STAGED)), OTHER_STAGES],
      [
        'all at once what comes in order',
        and(
          ...[requested, asked, says('release_requested', STAGED)],
          says('approval_requested', { ...STAGED, stage_order: 'side_by_side' }),
        ),
        OTHER_STAGES,
      ],
      [
        'a maker',
        and(requested, asked, says('approval_requested', { invited: [{ person_id: 'tom', role: 'risk_owner' }] })),
        'it asks tom, who made the release',
      ],
    ],
  });
});
