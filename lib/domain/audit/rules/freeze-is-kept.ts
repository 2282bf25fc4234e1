import type { AuditEvent } from '../../ledger/event.ts';
import { isLetPass, isOrder } from '../break-glass.ts';
import { deployedPolicyIn } from '../deployed-policies.ts';
import type { History, Model, Rule } from '../history.ts';

/**
 * Nothing is ordered of a promotion within a window of the deployed policy, but by a break-glass that is open. Each order names that
 * policy, and nothing reaches production without one that does. What is under way when a window begins goes on.
 */
export const freezeIsKept: Rule = (event, history, model) => {
  if (isOrder(event)) return orderProblem(event, history, model);
  if (event.event_type !== 'deployment_promoted' || history.isWindowNamed) return undefined;
  const orderedAt = history.promotingSince || event.timestamp;
  return model.deployedPolicies.isNamedAt(orderedAt)
    ? 'no order of it names the policy whose windows counted'
    : undefined;
};

const orderProblem = (event: AuditEvent, { tier }: History, { deployedPolicies, breakGlass }: Model) => {
  const digest = deployedPolicyIn(event);
  if (digest === undefined)
    return deployedPolicies.isNamedAt(event.timestamp) ? 'it names no deployed policy' : undefined;
  if (!deployedPolicies.mayBeDeployed(event))
    return `its windows are those of the policy ${digest}, which was not deployed then`;
  if (isLetPass(event, breakGlass)) return undefined;
  const { freeze, unread } = deployedPolicies.freezesAt(event, tier);
  if (freeze !== undefined) return `the freeze “${freeze.name}” was on, until ${freeze.untilThere} (${freeze.until})`;
  return unread && `whether a freeze was on cannot be judged: ${unread}`;
};
