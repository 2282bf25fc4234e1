import { Sha256 } from '../identifiers.ts';

/** What an event `evidence_pinned` has besides the files. */
const NO_FILES: readonly string[] = ['change_id', 'rows_sha256'];

/** The files of evidence that an event `evidence_pinned` names, each with its digest. */
export const pinnedEvidence = (details: Readonly<Record<string, unknown>>): [name: string, sha256: Sha256][] =>
  Object.entries(details).flatMap(([name, value]): [string, Sha256][] => {
    const { data: sha256 } = Sha256.safeParse(value);
    return sha256 === undefined || NO_FILES.includes(name) ? [] : [[name, sha256]];
  });
