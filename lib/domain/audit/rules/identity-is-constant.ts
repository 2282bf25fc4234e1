import type { Rule } from '../history.ts';
import { identityOf } from '../identity.ts';

/** What is known of a release does not change, and is not left out later: model, version, policy, artifact, evidence, change request. */
export const identityIsConstant: Rule = (event, { identity }) => {
  if (event.model_name !== event.model) return `it is of model ${event.model_name}, on the chain of ${event.model}`;
  const said = identityOf(event);
  if (event.event_type === 'release_requested') {
    const missing = (['model_version', 'policy_sha256'] as const).find((name) => said[name] === '');
    if (missing !== undefined) return `it does not say ${missing}`;
  }
  const changed = [...identity].find(([name, known]) => said[name] !== known);
  if (changed === undefined) return undefined;
  const [name, known] = changed;
  return `${name} is ${said[name] || 'not said'}, but it was ${known}`;
};
