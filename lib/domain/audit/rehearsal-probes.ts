import type { Log } from '../ledger/log.ts';

/** An object of the evidence whose digest the log has: it is there, and who audits must not be given it by S3. */
export type ProbedObject = { readonly what: string; readonly sha256: string };

/** Rows about people first, since they are what is protected; of the release whose evidence was pinned last. */
export const probedIn = ({ entries }: Pick<Log, 'entries'>): ProbedObject[] => {
  const pinned = entries.findLast(({ event }) => event.event_type === 'evidence_pinned');
  if (pinned === undefined) return [];
  const { release_id: release, details } = pinned.event;
  const probed = (name: string, what: string): ProbedObject[] => {
    const sha256 = details[name];
    return typeof sha256 === 'string' ? [{ what: `${what}, of ${release}`, sha256 }] : [];
  };
  return [...probed('predictions', 'rows about people'), ...probed('model_card', 'a document of the evidence')];
};
