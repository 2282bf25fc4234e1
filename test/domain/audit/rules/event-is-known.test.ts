import { describe } from 'vitest';
import { eventIsKnown } from '../../../../lib/domain/audit/rules/event-is-known.ts';
import type { EventDraft } from '../../../../lib/domain/ledger/event.ts';
import { aDraft } from '../../ledger/a-ledger.ts';
import { describeRule, story } from './describe-rule.ts';

const restored = aDraft({ event_type: 'endpoint_restored', approval_state: 'production' });
// As another version may write it: an event is read whatever its type is called.
const blessed = { ...restored, event_type: 'release_blessed' as EventDraft['event_type'] };

describe('an event that this version knows', () => {
  describeRule(eventIsKnown, {
    keptBy: [['an event after which the release is as it was', [...story, restored]]],
    brokenBy: [
      [
        'an event of which nobody can say here whether it was allowed',
        [...story, blessed],
        'release_blessed of release credit-1: this version does not know such an event, nor whether it was allowed',
      ],
    ],
  });
});
