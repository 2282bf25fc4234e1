import { describe } from 'vitest';
import { transitionIsLegal } from '../../../../lib/domain/audit/rules/transition-is-legal.ts';
import type { EventDraft } from '../../../../lib/domain/ledger/event.ts';
import { aDraft, aReleaseInProduction, RECORDED } from '../../ledger/a-ledger.ts';
import { changed, describeRule, place, story, without } from './describe-rule.ts';

const twice = (type: EventDraft['event_type']) =>
  story.toSpliced(place(type), 0, ...story.slice(place(type), place(type) + 1));
const about = { release_id: 'credit-1', subject: RECORDED };

describe('a transition that is in the table, brought by the event that brings it', () => {
  describeRule(transitionIsLegal, {
    keptBy: [
      ['a release on its way to production', story],
      [
        'a fallback that was restored and replaced',
        [
          ...story,
          ...aReleaseInProduction('credit-2', 'credit-1'),
          aDraft({ event_type: 'rollback_requested', release_id: 'credit-2', approval_state: 'production' }),
          aDraft({
            event_type: 'rollback_executed',
            approval_state: 'rolled_back',
            release_id: 'credit-2',
            details: { to: 'credit-1' },
          }),
          ...aReleaseInProduction('credit-3', 'credit-1'),
          aDraft({ event_type: 'transition_refused', release_id: 'credit-1', approval_state: 'superseded' }),
        ],
      ],
      [
        'what serves, when its approval expires and when a machine breaks',
        [
          ...story,
          aDraft({ event_type: 'approval_expired', approval_state: 'production' }),
          aDraft({ event_type: 'release_faulted', approval_state: 'production' }),
        ],
      ],
      [
        'a rejected release, when the machine that was stopped breaks as well',
        [...story.slice(0, 2), ...Array(2).fill(aDraft({ event_type: 'release_faulted', approval_state: 'rejected' }))],
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
      [
        'a validation that no evaluation brought',
        changed('evaluation_completed', { event_type: 'model_registered' }),
        'only evaluation_completed makes a release validated',
      ],
      [
        'a rejection by an event that rejects nothing',
        [...story.slice(0, 2), aDraft({ event_type: 'stage_evaluated', approval_state: 'rejected' })],
        'only evaluation_completed, approval_denied, changes_requested, approval_withdrawn, release_faulted makes a release rejected',
      ],
      ...(['evaluation_completed', 'approval_denied', 'release_faulted'] as const).map(
        (type): [string, EventDraft[], string] => [
          `an approved release that ${type} rejects`,
          [
            ...story.slice(0, place('release_approved') + 1),
            aDraft({ ...about, event_type: type, approval_state: 'rejected' }),
          ],
          'only approval_withdrawn makes a release rejected that was approved',
        ],
      ),
      [
        'an expiry by an event that ends nothing',
        [...story.slice(0, 2), aDraft({ event_type: 'transition_refused', approval_state: 'expired' })],
        'only approval_expired makes a release expired',
      ],
      [
        'a release that supersedes itself',
        [...story, aDraft({ event_type: 'transition_refused', approval_state: 'superseded' })],
        'only an event of another release makes a release superseded',
      ],
      ['an evaluation that happens twice', twice('evaluation_completed'), 'it is validated already'],
      [
        'a rollback that happens twice',
        [...story, ...Array(2).fill(aDraft({ event_type: 'rollback_executed', approval_state: 'rolled_back' }))],
        'it is rolled_back already',
      ],
      [
        'a denial that happens twice',
        [...story.slice(0, 3), ...Array(2).fill(aDraft({ event_type: 'approval_denied', approval_state: 'rejected' }))],
        'it is rejected already',
      ],
      [
        'an expiry that happens twice',
        [...story.slice(0, 3), ...Array(2).fill(aDraft({ event_type: 'approval_expired', approval_state: 'expired' }))],
        'it is expired already',
      ],
      ['a request that happens twice', twice('release_requested'), 'it is draft already'],
      ['an approval that happens twice', twice('release_approved'), 'it is approved already'],
      ['a promotion that happens twice', twice('deployment_promoted'), 'it is production already'],
    ],
  });
});
