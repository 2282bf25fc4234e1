import type { EvidenceFile } from '../../domain/release/evidence-files.ts';
import type { Release } from '../../domain/release/release.ts';

/** Endings that no system runs. The submitter chose the name of the source. */
const ENDINGS = ['json', 'jsonl', 'ndjson', 'yaml', 'yml', 'txt', 'csv', 'parquet', 'sig', 'dsse'];

/** What an evidence file is called where it is kept: by the ids of Assay, with the ending of its source. */
export const downloadName = (
  { name }: Pick<EvidenceFile, 'name'>,
  { releaseId, sources }: Pick<Release, 'releaseId' | 'sources'>,
): string => {
  const source = Object.entries(sources.evidence).find(([other]) => other === name)?.[1];
  const ending = source?.key.split('.').at(-1) ?? '';
  return `${releaseId}.${name}.${ENDINGS.includes(ending) ? ending : 'txt'}`;
};
