import type { AuditEvent } from '../ledger/event.ts';

/** Of whatever shape the details are: what is not as it should be is an envelope that nothing tells of. */
export const renewalsIn = ({ details }: AuditEvent): { from: string; to: string }[] =>
  [details['renewed'] ?? []].flat().map((one) => {
    const { from_sha256: from, to_sha256: to } = Object(one) as Record<string, unknown>;
    return { from: String(from), to: String(to) };
  });
