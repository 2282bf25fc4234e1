/** The evidence files of a release as people ask for them: which are documents to be read, and which are tables of people. */
import { type EvidenceCopy, isRowLevel } from './evidence-copy.ts';
import { EvidenceName } from './manifest.ts';
import type { Release } from './release.ts';

/** A document that a page shows. Anything larger nobody reads in a browser. */
export const DOCUMENT_MAX_BYTES = 1_048_576;

/** Its digest is part of what people sign. */
export type EvidenceFile = EvidenceCopy & {
  readonly name: string;
  readonly sizeBytes: number;
  /** A `document` opens by the link of an approval; the others only for somebody who is signed in. */
  readonly kind: 'document' | 'large' | 'table';
};

/** Every evidence file of a release, by its name. Nothing was pinned before its stages ran. */
export const evidenceFilesOf = ({ pinned }: Pick<Release, 'pinned'>): EvidenceFile[] =>
  Object.entries(pinned?.evidence ?? {})
    .map(([name, kept]) => ({ ...kept, name, kind: kindOf(name, kept.sizeBytes) }))
    .sort(({ name: one }, { name: other }) => (one < other ? -1 : 1));

/** What only another version knows may be a table. */
const kindOf = (name: string, sizeBytes: number): EvidenceFile['kind'] => {
  if (isRowLevel(name) || !EvidenceName.options.some((known) => known === name)) return 'table';
  return sizeBytes > DOCUMENT_MAX_BYTES ? 'large' : 'document';
};
