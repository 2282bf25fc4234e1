import { describe } from 'vitest';
import { assayActsItself } from '../../../../lib/domain/audit/rules/assay-acts-itself.ts';
import type { EventDraft } from '../../../../lib/domain/ledger/event.ts';
import { changed, describeRule, story } from './describe-rule.ts';

const byOlga = (type: EventDraft['event_type']) => changed(type, { actor_id: 'olga', actor_role: 'operator' });

describe('an act that is nobody’s but the product’s', () => {
  describeRule(assayActsItself, {
    keptBy: [['a release on its way to production', story]],
    brokenBy: [
      ['an evaluation', byOlga('evaluation_completed'), 'it is no act of a person, but olga did it as operator'],
      ['a request for approval', byOlga('approval_requested'), 'approval_requested of release credit-1: it is no act'],
      ['an approval', byOlga('release_approved'), 'release_approved of release credit-1: it is no act of a person'],
      ['a promotion', byOlga('deployment_promoted'), 'deployment_promoted of release credit-1: it is no act of a'],
    ],
  });
});
