import { describe, expect, it } from 'vitest';
import { historyOf, type Model } from '../../../../lib/domain/audit/history.ts';
import { withdrawalIsOfTheRequester } from '../../../../lib/domain/audit/rules/withdrawal-is-of-the-requester.ts';
import type { Instant } from '../../../../lib/domain/identifiers.ts';
import { HOUR_MS, plusMilliseconds } from '../../../../lib/domain/instant.ts';
import type { EventDraft } from '../../../../lib/domain/ledger/event.ts';
import { NOW } from '../../../support/approval-case.ts';
import { aDraft, RECORDED, sealAll } from '../../ledger/a-ledger.ts';
import { describeRule, NEVER_STOPPED, NO_POLICY, NOBODY_DENIED, place, story, UNSIGNED } from './describe-rule.ts';

const withdrawal = (said: Partial<EventDraft> = {}): EventDraft =>
  aDraft({
    event_type: 'approval_withdrawn',
    approval_state: 'rejected',
    actor_id: 'rita',
    actor_role: 'requester',
    reason: 'the data was wrong',
    ...said,
  });
const asked = story.slice(0, place('approval_granted'));
const approvedStory = story.slice(0, place('release_approved') + 1);
const attempt = (type: EventDraft['event_type']): EventDraft =>
  aDraft({ event_type: type, approval_state: 'approved' });
const submittedBySam = asked.map((draft) =>
  draft.event_type === 'release_requested' ? { ...draft, actor_id: 'sam' } : draft,
);

describe('the withdrawal of a request (AP-14)', () => {
  describeRule(withdrawalIsOfTheRequester, {
    keptBy: [
      ['its requester', [...asked, withdrawal()]],
      ['the person who submitted it', [...submittedBySam, withdrawal({ actor_id: 'sam' })]],
      ['an operator', [...asked, withdrawal({ actor_id: 'olga', actor_role: 'operator' })]],
      ['its requester after one approval', [...story.slice(0, place('approval_granted') + 1), withdrawal()]],
      ...(['promotion_refused', 'deployment_failed', 'release_faulted'] as const).map(
        (type): [string, EventDraft[]] => [
          `its requester after the approval, and after ${type}`,
          [...approvedStory, attempt(type), { ...withdrawal(), subject: RECORDED }],
        ],
      ),
      [
        'nobody, where it is denied',
        [...asked, { ...withdrawal({ actor_id: 'mia', actor_role: 'ml_lead' }), event_type: 'approval_denied' }],
      ],
    ],
    brokenBy: [
      ['its trainer', [...asked, withdrawal({ actor_id: 'tom' })], 'tom did not request the release'],
      ['the product itself', [...asked, withdrawal({ actor_id: 'assay', actor_role: 'system' })], 'is no operator'],
      ['an approver', [...asked, withdrawal({ actor_id: 'mia', actor_role: 'ml_lead' })], 'mia did not request'],
      ['somebody who says no reason', [...asked, withdrawal({ reason: '' })], 'it says no reason'],
      ['its requester before anybody was asked', [...story.slice(0, 2), withdrawal()], 'nobody was asked to decide'],
      [
        'its requester while its promotion is under way',
        [...approvedStory, withdrawal()],
        'its promotion was under way',
      ],
      [
        'its requester while it is promoted again',
        [...approvedStory, attempt('promotion_refused'), attempt('promotion_requested'), withdrawal()],
        'its promotion was under way',
      ],
      [
        'its requester while it is deployed',
        [...approvedStory, attempt('promotion_refused'), attempt('deployment_started'), withdrawal()],
        'its promotion was under way',
      ],
      ['its requester once it is in production', [...story, withdrawal()], 'nobody was asked'],
    ],
  });

  it('is kept by its requester where the attempt has been silent for three hours, and not a moment earlier', () => {
    const objection = (ms: number) => objectionAfter(NOW, plusMilliseconds(NOW, ms));

    expect(objection(3 * HOUR_MS)).toBeUndefined();
    expect(objection(3 * HOUR_MS - 300_001)).toBe('its promotion was under way');
  });
});

const objectionAfter = (since: Instant, timestamp: Instant): string | undefined => {
  const [sealed] = sealAll([{ model: 'credit', draft: withdrawal() }]);
  if (sealed === undefined) throw new Error('nothing was sealed');
  const nothing = { live: '', endpoint: '', movesAsked: new Set<string>(), published: new Set<string>() };
  const line = {
    lineStoppedAt: '' as const,
    lineStoppedFor: new Map(),
    lineStops: NEVER_STOPPED,
    deployedPolicies: NO_POLICY,
    legalHolds: new Map(),
  };
  const model: Model = { ...nothing, ...line, releases: new Map(), signing: UNSIGNED, denials: NOBODY_DENIED };
  const history = Object.assign(historyOf('credit-1', model), { state: 'approved', promotingSince: since });
  history.requesters.add('rita');
  return withdrawalIsOfTheRequester({ ...sealed.event, timestamp }, history, model);
};
