import { describe } from 'vitest';
import { transitionIsLegal } from '../../../../lib/domain/audit/rules/transition-is-legal.ts';
import { aDraft, aReleaseInProduction, SUBJECT } from '../../ledger/a-ledger.ts';
import { changed, describeRule, place, story, without } from './describe-rule.ts';

const twice = (type: 'release_requested' | 'release_approved' | 'deployment_promoted') =>
  story.toSpliced(place(type), 0, ...story.slice(place(type), place(type) + 1));
const about = { release_id: 'credit-1', subject: SUBJECT };

describe('a transition that is in the table, brought by the event that brings it', () => {
  describeRule(transitionIsLegal, {
    keptBy: [
      ['a release on its way to production', story],
      [
        'a fallback that was restored, replaced and retired',
        [
          ...story,
          ...aReleaseInProduction('credit-2', 'credit-1'),
          aDraft({
            event_type: 'rollback_executed',
            approval_state: 'rolled_back',
            release_id: 'credit-2',
            details: { to: 'credit-1' },
          }),
          ...aReleaseInProduction('credit-3', 'credit-1'),
          aDraft({ event_type: 'transition_refused', release_id: 'credit-1', approval_state: 'superseded' }),
          aDraft({ event_type: 'transition_refused', release_id: 'credit-1', approval_state: 'retired' }),
        ],
      ],
      [
        'a release that was denied after its deployment, and taken off its endpoint',
        [
          ...without('deployment_promoted'),
          aDraft({ ...about, event_type: 'promotion_refused', approval_state: 'approved' }),
          aDraft({ ...about, event_type: 'approval_expired', approval_state: 'expired' }),
          aDraft({ ...about, event_type: 'endpoint_restored', approval_state: 'expired' }),
          ...aReleaseInProduction('credit-2'),
        ],
      ],
    ],
    brokenBy: [
      [
        'a release that nobody requested',
        without('release_requested'),
        'a release that is not there yet cannot become validated',
      ],
      [
        'a skipped evaluation',
        without('evaluation_completed').filter(({ approval_state: state }) => state !== 'validated'),
        'a release that is draft cannot become approved',
      ],
      [
        'a state that does not exist',
        changed('evaluation_completed', { approval_state: 'blessed' }),
        'blessed is no state of a release',
      ],
      [
        'an approval in disguise',
        changed('release_approved', { event_type: 'stage_evaluated' }),
        'only release_approved makes a release approved',
      ],
      ['a request that happens twice', twice('release_requested'), 'it is draft already'],
      ['an approval that happens twice', twice('release_approved'), 'it is approved already'],
      ['a promotion that happens twice', twice('deployment_promoted'), 'it is production already'],
    ],
  });
});
