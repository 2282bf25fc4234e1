import { ReleaseId, Sha256 } from '../identifiers.ts';
import type { Log } from '../ledger/log.ts';
import { digestKey, isRowLevel, ROWS_PERIODS, rowsKey } from '../release/evidence-copy.ts';

/** An object of the evidence bucket whose digest the log has, which S3 must not give to who audits. */
export type ProbedObject = { readonly what: string; readonly key: string };

const PROBED = { predictions: 'rows about people', model_card: 'a document of the evidence' } as const;

/**
 * Rows about people first, since they are what is protected; of the release whose evidence was pinned last. Where its rows lie the log does
 * not say: under their period, and an earlier version kept them beside the documents. S3 denies a key also where nothing lies.
 */
export const probedIn = ({ entries }: Pick<Log, 'entries'>): ProbedObject[] => {
  const pinned = entries.findLast(({ event }) => event.event_type === 'evidence_pinned');
  if (pinned === undefined) return [];
  const release = ReleaseId.parse(pinned.event.release_id);
  return Object.entries(PROBED).flatMap(([name, said]) => {
    const sha256 = Sha256.safeParse(pinned.event.details[name]);
    if (!sha256.success) return [];
    const what = `${said}, of ${release}`;
    const byDigest = { what, key: digestKey(sha256.data) };
    if (!isRowLevel(name)) return [byDigest];
    return [
      ...[undefined, ...ROWS_PERIODS].map((days) => ({ what, key: rowsKey(days, release, sha256.data) })),
      byDigest,
    ];
  });
};
