/** A record of data provenance with what can be computed, and with what a person has to write or to choose. */
import { toWrite } from '../../unwritten.ts';

type Described = {
  readonly dataset: { readonly name: string; readonly sha256: string; readonly rows: number };
  /** Every column of the training data and of the predictions. */
  readonly columns: readonly string[];
};

/** What has no value is for a person to choose: a word that stood there would be a claim. */
export const draftDataProvenance = ({ dataset: { name, sha256, rows }, columns }: Described) => ({
  schema_version: 1,
  datasets: [
    {
      name,
      description: toWrite('say what the rows are'),
      source: toWrite('say who collected the data, and where they can be found'),
      sha256,
      records: rows,
      collected: { from: null, to: null },
      license: toWrite('say by which terms the data may be used'),
    },
  ],
  columns: [...new Set(columns)].map((column) => ({ name: column, personal_data: null, handling: null })),
  personal_data: {
    contains_direct_identifiers: null,
    method: toWrite('say how personal data were looked for'),
  },
  consent: { basis: null, reference: toWrite('name the law, the contract or the form of consent') },
  retention: {
    policy: toWrite('say how long the data are kept, and why'),
    retention_days: null,
    review_date: null,
  },
});
