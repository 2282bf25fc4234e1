import { Instant } from '../../identifiers.ts';
import type { Rule } from '../history.ts';

const PARTS = ['required_roles', 'invited', 'expires_at'] as const;

/**
 * A request says which roles are needed, whom it asks, and until when: what is not said would be no limit. The event of
 * a machine that waits again says none of it, and changes none of it.
 */
export const requestIsWhole: Rule = ({ event_type: type, details, approval_state: state }, { decideUntil }) => {
  if (type !== 'approval_requested') return undefined;
  if (decideUntil !== '' && PARTS.every((part) => details[part] === undefined)) return undefined;
  if (state !== 'validated') return `approval is asked for a release that is ${state}`;
  const missing = PARTS.find((part) => !isSaid(details[part]));
  if (missing !== undefined) return `it does not say ${missing}`;
  return Instant.safeParse(details['expires_at']).success ? undefined : 'its expires_at is no instant';
};

const isSaid = (part: unknown): boolean => (Array.isArray(part) ? part.length > 0 : typeof part === 'string');
