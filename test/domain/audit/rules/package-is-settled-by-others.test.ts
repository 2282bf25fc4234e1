import { describe } from 'vitest';
import { packageIsSettledByOthers } from '../../../../lib/domain/audit/rules/package-is-settled-by-others.ts';
import type { EventDraft } from '../../../../lib/domain/ledger/event.ts';
import { aDraft } from '../../ledger/a-ledger.ts';
import { describeRule, story } from './describe-rule.ts';

const about = { approval_state: 'production' };
const drifted = aDraft({ ...about, event_type: 'model_package_drifted' });
const rejected = aDraft({ ...about, event_type: 'model_package_rejected' });
const settled = (actor_id: string, changes: Partial<EventDraft> = {}): EventDraft => {
  const said = { ...about, event_type: 'model_package_settled' as const, linked_incident: 'INC-1' };
  return aDraft({ ...said, actor_id, actor_role: 'operator', ...changes });
};
const [requested] = story;
const maker = requested?.actor_id ?? '';

describe('the settlement of what was done to a package by hand', () => {
  describeRule(packageIsSettledByOthers, {
    keptBy: [
      ['an operator', [...story, drifted, settled('olga')]],
      ['an operator, after a rejection', [...story, rejected, settled('olga')]],
      ['whoever requested the release, where nobody rejected its package', [...story, drifted, settled(maker)]],
    ],
    brokenBy: [
      ['nothing to settle', [...story, settled('olga')], 'nothing was done to its package by hand'],
      [
        'a second settlement',
        [...story, rejected, settled('olga'), settled('omar')],
        'nothing was done to its package by hand',
      ],
      ['no operator', [...story, drifted, settled('olga', { actor_role: 'system' })], 'olga is no operator'],
      ['no incident', [...story, drifted, settled('olga', { linked_incident: '' })], 'it names no incident'],
      ['whoever requested the release', [...story, rejected, settled(maker)], `${maker} made or requested it`],
    ],
  });
});
