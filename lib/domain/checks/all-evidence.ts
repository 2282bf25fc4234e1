import { type EvidencedRelease, type EvidenceSources, readersOf } from './evidence-readers.ts';
import * as kinds from './kinds-of-evidence.ts';
import type { EvidenceReaders } from './make-checks.ts';

/** Reads every kind of evidence, for callers that run the checks of all stages. */
export const evidenceReaders = (release: EvidencedRelease, sources: EvidenceSources): EvidenceReaders =>
  readersOf(kinds, release, sources);
