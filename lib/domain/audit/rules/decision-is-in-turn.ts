import { decisionOf } from '../../ledger/event.ts';
import { decidedAtIn, holderIn, type Rule } from '../history.ts';
import { isOutOfTurn } from '../stages.ts';

/** Where stages come in order, nobody decides in one before those before it are complete. The signed instants count. */
export const decisionIsInTurn: Rule = (event, { stages, granted }, { signing }) => {
  const { event_type: type, actor_id: approverId, actor_role: role } = event;
  if (decisionOf(type) === undefined || stages === undefined) return undefined;
  const timestamp = decidedAtIn(event, signing);
  return isOutOfTurn(stages, [...granted.values()], { approverId, role, holder: holderIn(event), timestamp })
    ? `${approverId} decided as ${role} before the stages before it were complete`
    : undefined;
};
