import type { Rule } from '../history.ts';
import { keyIn } from '../signing.ts';

/** Each key of decisions is published once, whole. */
export const decisionKeyIsWhole: Rule = (event, _, { published }) => {
  if (event.event_type !== 'decision_key_published') return undefined;
  const key = keyIn(event);
  if (key === undefined) return 'it names no key on P-256 with this fingerprint';
  return published.has(key.fingerprint) ? `the key was published before: ${key.fingerprint}` : undefined;
};
