/** The evidence files of a release as people ask for them: which are documents to be read, and which are tables of people. */
import type { Sha256 } from '../identifiers.ts';
import { EvidenceName } from './manifest.ts';
import type { Release } from './release.ts';

/** A document that a page shows. Anything larger nobody reads in a browser. */
export const DOCUMENT_MAX_BYTES = 1_048_576;

/** Each row of these is about a person: race and sex are among their columns. */
const TABLES: readonly string[] = ['predictions', 'perturbed_predictions'] satisfies EvidenceName[];

export type EvidenceFile = {
  readonly name: string;
  /** Part of what people sign: the evidence digest covers it. */
  readonly sha256: Sha256;
  readonly sizeBytes: number;
  /** A `document` opens by the link of an approval; the others only for somebody who is signed in. */
  readonly kind: 'document' | 'large' | 'table';
};

/** Every evidence file of a release, by its name. Nothing was pinned before its stages ran. */
export const evidenceFilesOf = ({ pinned }: Pick<Release, 'pinned'>): EvidenceFile[] =>
  Object.entries(pinned?.evidence ?? {})
    .map(([name, { sha256, sizeBytes }]) => ({ name, sha256, sizeBytes, kind: kindOf(name, sizeBytes) }))
    .sort(({ name: one }, { name: other }) => (one < other ? -1 : 1));

/** What only another version knows may be a table. */
const kindOf = (name: string, sizeBytes: number): EvidenceFile['kind'] => {
  if (TABLES.includes(name) || !EvidenceName.options.some((known) => known === name)) return 'table';
  return sizeBytes > DOCUMENT_MAX_BYTES ? 'large' : 'document';
};
