import type { Change } from '../change/change.ts';
import type { Refusal } from '../refusal.ts';
import { releaseEvent } from '../release/release-event.ts';
import type { DecisionInput } from './decide.ts';

type Refused = Pick<DecisionInput, 'release' | 'request' | 'payload' | 'answer' | 'authMethod'> & {
  readonly refusal: Refusal;
};

/** Records a refused decision by the holder of a valid link, with the reasons. Nothing else changes. */
export const refuseDecision = ({ release, request, payload, answer, authMethod, refusal }: Refused): Change => ({
  model: release.modelName,
  event: releaseEvent(
    release,
    { id: payload.p, role: payload.o, auth: authMethod },
    {
      event_type: 'approval_refused',
      idempotency_key: `${request.requestId}:${payload.p}:${refusal.code}:${answer.decision}`,
      reason: refusal.code,
      details: {
        code: refusal.code,
        decision: answer.decision,
        request_id: request.requestId,
        request_status: request.status,
        faults: refusal.violations
          .slice(0, 24)
          .map(({ field, problem }) => ({ field, problem: problem.slice(0, 200) })),
      },
    },
  ),
  // The event says what state the release is in, so it must be in that state when the event is appended.
  writes: [{ kind: 'expect', entity: release }],
  intents: [],
});
