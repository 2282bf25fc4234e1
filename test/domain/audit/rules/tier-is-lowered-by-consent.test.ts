import { describe } from 'vitest';
import { approvalHasQuorum } from '../../../../lib/domain/audit/rules/approval-has-quorum.ts';
import { tierIsLoweredByConsent } from '../../../../lib/domain/audit/rules/tier-is-lowered-by-consent.ts';
import type { EventDraft } from '../../../../lib/domain/ledger/event.ts';
import { LOWERED } from '../../../support/lowered-tier.ts';
import { aDraft } from '../../ledger/a-ledger.ts';
import { describeRule, place, saying, story } from './describe-rule.ts';

const TIERS = { declared_risk_tier: 'low', risk_tier: 'low', computed_risk_tier: 'high', tier_rule: 'regulated_area' };
const tierOverride = { ...LOWERED, roles: ['risk_owner', 'ml_lead'] };
const tier_override = tierOverride;

/** The story of a release whose tier is lowered: by those who approve it in the other story, unless others have to. */
const lowered = (said: EventDraft['details'] = {}, signed: EventDraft['details'] = { tier_override }): EventDraft[] =>
  story.map((draft) => {
    if (draft.event_type === 'release_requested') {
      return { ...draft, details: { ...draft.details, ...TIERS, tier_override, ...said } };
    }
    return draft.event_type === 'approval_granted' ? { ...draft, details: { ...draft.details, ...signed } } : draft;
  });
const asked = lowered().slice(0, place('approval_granted'));
const unanswered = (said: Partial<EventDraft>): EventDraft =>
  aDraft({ event_type: 'evaluation_completed', approval_state: 'rejected', details: { outcome: 'deny' }, ...said });

describe('a tier that is lowered', () => {
  describeRule(tierIsLoweredByConsent, {
    keptBy: [
      ['a release of the tier that was computed', saying('release_requested', { ...TIERS, risk_tier: 'high' })],
      [
        'a release of a higher one',
        saying('release_requested', { ...TIERS, risk_tier: 'high', computed_risk_tier: 'low' }),
      ],
      ['a release of a former version, which did not say what was computed', story],
      ['a release that says so, and whose decisions say the same', lowered()],
      ['a rejection, where nobody answers', [...asked, unanswered({})]],
      [
        'the expiry of the approval that it had',
        [
          ...lowered().slice(0, place('release_approved') + 1),
          aDraft({ event_type: 'approval_expired', approval_state: 'expired' }),
        ],
      ],
    ],
    brokenBy: [
      ['a release that does not say it', saying('release_requested', TIERS), 'its tier is low, but high was computed'],
      [
        'a request that names one person',
        lowered({ tier_override: { ...tierOverride, roles: ['risk_owner'] } }),
        'its tier_override is not whole',
      ],
      ['a request that is no override', lowered({ tier_override: 'yes' }), 'its tier_override is not whole'],
      [
        'a request for a tier that it does not have',
        lowered({ tier_override: { ...tierOverride, declared: 'medium' } }),
        'its tier_override does not fit',
      ],
      [
        'a request that names another computed tier',
        lowered({ tier_override: { ...tierOverride, computed: 'medium' } }),
        'its tier_override does not fit',
      ],
      [
        'a request that does not say what was computed',
        lowered({ computed_risk_tier: '' }),
        'its tier_override does not fit',
      ],
      ['decisions that do not say it', lowered({}, {}), 'it does not say which tier is lowered, and why'],
      [
        'decisions about another reason',
        lowered({}, { tier_override: { ...tierOverride, reason: 'Another.' } }),
        'it does not say which tier is lowered',
      ],
      [
        'decisions that say it of a release whose tier is not',
        story.map((draft) =>
          draft.event_type === 'approval_granted' ? { ...draft, details: { ...draft.details, tier_override } } : draft,
        ),
        'it does not say which tier is lowered',
      ],
      [
        'a release that is left to expire',
        [...asked, aDraft({ event_type: 'approval_expired', approval_state: 'expired' })],
        'nobody agreed to its lower tier: it is rejected',
      ],
    ],
  });
});

describe('the quorum of a release whose tier is lowered', () => {
  describeRule(approvalHasQuorum, {
    keptBy: [['those who have to agree', lowered()]],
    brokenBy: [
      [
        'a request that asks fewer people than its own release names',
        lowered({ tier_override: { ...LOWERED } }, { tier_override: { ...LOWERED } }),
        'nobody has approved it as compliance_officer',
      ],
    ],
  });
});
