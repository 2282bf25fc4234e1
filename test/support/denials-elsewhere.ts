/** Denials of the bytes of the release of the tests on the chain of another model. */
import { type Denials, denialsIn } from '../../lib/domain/audit/denials.ts';
import type { EventDraft } from '../../lib/domain/ledger/event.ts';
import { aDraft, sealAll } from '../domain/ledger/a-ledger.ts';
import { DECISION_KEY } from './decision-key.ts';
import { allSigned, signedDraft, signingSince } from './signed-drafts.ts';

/** How far apart the events are in a chain that is judged by these: further than the replay allows for a race. */
export const APART = 400;
export const SIGNING = signingSince(DECISION_KEY);
export const signedApart = (drafts: readonly EventDraft[]): EventDraft[] => allSigned(drafts, 0, DECISION_KEY, APART);

type Denial = {
  readonly by: string;
  /** When the person signs it, and when it is appended. */
  readonly at: number;
  readonly appended?: number;
  readonly changes?: Partial<EventDraft>;
  readonly isSigned?: boolean;
  /** Whether the request that was denied says what its policy asks for after a denial; former versions did not. */
  readonly saysRule?: boolean;
};

export const deniedElsewhere = (...denials: readonly Denial[]): Denials =>
  denialsIn(
    denials.flatMap(({ by, at, appended = at, changes = {}, isSigned = true, saysRule = true }, index) => {
      const draft = aDraft({
        release_id: `fraud-${index + 1}`,
        model_name: 'fraud',
        event_type: 'approval_denied',
        approval_state: 'rejected',
        actor_id: by,
        actor_role: 'ml_lead',
        ...changes,
      });
      const said = isSigned ? signedDraft(draft, at) : draft;
      const asked = aDraft({
        ...draft,
        event_type: 'approval_requested',
        approval_state: 'validated',
        details: saysRule ? { after_denial: 'shown' } : {},
      });
      const model = draft.model_name;
      const drafts = [asked, said].map((one) => ({ model, draft: one }));
      return sealAll(drafts, new Map(), appended, 0).map(({ event }) => event);
    }),
    SIGNING,
  );
