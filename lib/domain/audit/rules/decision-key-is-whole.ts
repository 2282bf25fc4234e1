import type { Rule } from '../history.ts';
import { KEY_EVENTS, keyIn } from '../signing.ts';

/** Each key of decisions, or of attestations, is published once, whole. */
export const decisionKeyIsWhole: Rule = (event, _, { published }) => {
  const type = KEY_EVENTS.find((known) => known === event.event_type);
  if (type === undefined) return undefined;
  const key = keyIn(event, type);
  if (key === undefined) return 'it names no key on P-256 with this fingerprint';
  return published.has(key.fingerprint) ? `the key was published before: ${key.fingerprint}` : undefined;
};
