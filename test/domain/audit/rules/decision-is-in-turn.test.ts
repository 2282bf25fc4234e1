import { describe } from 'vitest';
import { decisionIsInTurn } from '../../../../lib/domain/audit/rules/decision-is-in-turn.ts';
import type { EventDraft } from '../../../../lib/domain/ledger/event.ts';
import { describeRule, place, story } from './describe-rule.ts';

const stage = (name: string, role: string) => ({ name, roles: [role] });
const staged = (stage_order: string, ...stages: ReturnType<typeof stage>[]): EventDraft[] =>
  story.map((draft) =>
    draft.event_type === 'release_requested' || draft.event_type === 'approval_requested'
      ? { ...draft, details: { ...draft.details, stage_order, stages } }
      : draft,
  );
const technical = stage('technical', 'ml_lead');
const deployment = stage('deployment', 'risk_owner');
const TOO_EARLY = 'mia decided as ml_lead before the stages before it were complete';

describe('a decision in the stage whose turn it is', () => {
  describeRule(decisionIsInTurn, {
    keptBy: [
      ['a release without stages', story],
      ['approvals one after the other, in the order of the stages', staged('in_order', technical, deployment)],
      ['approvals in any order, where stages are side by side', staged('side_by_side', deployment, technical)],
    ],
    brokenBy: [
      ['an approval of a later stage', staged('in_order', deployment, technical), TOO_EARLY],
      ['one under an order that this version does not know', staged('by_lot', deployment, technical), TOO_EARLY],
      [
        'a denial of a later stage',
        staged('in_order', deployment, technical).map((draft, index) =>
          index === place('approval_granted') ? { ...draft, event_type: 'approval_denied' as const } : draft,
        ),
        TOO_EARLY,
      ],
    ],
  });
});
