import * as z from 'zod';
import type { Dataset } from '../../evidence/data-provenance.ts';
import { Sha256 } from '../../identifiers.ts';
import { defineCheck } from '../check.ts';
import { conclude, isSaid, judgeRead, listed, notProvided, shown, unwrittenProblems } from '../finding.ts';

const THRESHOLD = 'every data set with source, digest and records; one is the training data set';

/**
 * Establishes that every data set has a name, a source and a count, and that the one trained on is among them, by
 * digest.
 */
export const trainingDataSourcesDocumented = defineCheck({
  name: 'training_data_sources_documented',
  stage: 'data_provenance',
  knownBy: 'attested',
  reads: ['manifest', 'dataProvenance'],
  parameters: z.strictObject({}),
  judge: ({ manifest, dataProvenance }) =>
    judgeRead(dataProvenance, 'data provenance', THRESHOLD, ({ datasets }) => {
      if (datasets.length === 0) {
        return notProvided(
          THRESHOLD,
          'No data set is listed. Add datasets, each with name, source, sha256 and records.',
        );
      }
      const wrong = datasets.flatMap((dataset, index) => {
        const lacking = findGaps(dataset);
        return lacking.length === 0
          ? []
          : [`Data set ${shown(dataset.name ?? `${index + 1}`)} lacks ${listed(lacking)}.`];
      });
      const documented = datasets.length - wrong.length;
      wrong.push(...unwrittenProblems(datasets, 'datasets'));
      if (!datasets.some(({ sha256 }) => sha256 === manifest.training_dataset_sha256)) {
        wrong.push(
          `No data set has the digest ${manifest.training_dataset_sha256} that the manifest gives as training_dataset_sha256. List the data set that the model was trained on.`,
        );
      }
      const measured = `${documented} of ${datasets.length} data sets documented`;
      return conclude(
        THRESHOLD,
        measured,
        'Every data set names its source, digest and records, and the training data set is among them.',
        wrong,
      );
    }),
});

const findGaps = (dataset: Dataset): string[] => [
  ...(isSaid(dataset.name) ? [] : ['name']),
  ...(isSaid(dataset.source) ? [] : ['source']),
  ...(Sha256.safeParse(dataset.sha256).success ? [] : ['sha256 (64 lower-case hexadecimal digits)']),
  ...(dataset.records !== undefined && dataset.records > 0 ? [] : ['records (more than 0)']),
];
