import { LOG_CHAIN } from '../../ledger/event.ts';
import type { Rule } from '../history.ts';
import { keyIn } from '../signing.ts';

/** The log alone publishes the keys of decisions, each of them once: a key that anybody else publishes would sign for them. */
export const decisionKeyIsOfTheLog: Rule = (event, _, { published }) => {
  const { event_type: type, model, actor_id: actor, actor_role: role } = event;
  if (type !== 'decision_key_published') return undefined;
  if (model !== LOG_CHAIN) return `it is on the chain ${model}, and not on that of the log`;
  if (role !== 'system') return `it is no act of a person, but ${actor} did it as ${role}`;
  const key = keyIn(event);
  if (key === undefined) return 'it names no key on P-256 with this fingerprint';
  return published.has(key.fingerprint) ? `the key was published before: ${key.fingerprint}` : undefined;
};
