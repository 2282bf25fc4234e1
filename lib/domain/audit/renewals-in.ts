import type { AuditEvent } from '../ledger/event.ts';

/**
 * Reads the renewals of an event, whatever the shape of its details. A malformed renewal reads as one of an envelope
 * that no event mentions, which the rule rejects.
 */
export const renewalsIn = ({ details }: AuditEvent): { from: string; to: string }[] =>
  [details['renewed'] ?? []].flat().map((one) => {
    const { from_sha256: from, to_sha256: to } = Object(one) as Record<string, unknown>;
    return { from: String(from), to: String(to) };
  });
