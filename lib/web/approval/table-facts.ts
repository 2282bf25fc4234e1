/** What is known of the table of predictions without a row of it: a link is forwarded, and its rows are about people. */
import { html } from 'hono/html';
import { rowIdOf } from '../../domain/evidence/predictions/reference.ts';
import type { GroupRates } from '../../domain/questions/group-rates.ts';
import type { ManifestRecord } from '../../domain/release/manifest-record.ts';
import type { Html } from '../parts/layout.ts';

type Table = {
  readonly predictions: ManifestRecord['predictions'];
  /** Of single attributes, as they were counted. */
  readonly groups: readonly GroupRates[];
};

export const tableFacts = ({
  predictions,
  groups,
}: Table): Html => html`<details><summary>Its columns and rows</summary>
<p>${rowsInWords(groups)}</p>
<table><thead><tr><th scope="col">Column</th><th scope="col">What it is, by the manifest</th></tr></thead>
<tbody>${columnsOf(predictions).map(([column, what]) => html`<tr><th scope="row"><code>${column}</code></th><td>${what}</td></tr>`)}</tbody></table></details>`;

/** Every row with a decision has a value of each attribute, or is counted among those without one. */
const rowsInWords = (groups: readonly GroupRates[]): Html | string => {
  const [first] = groups;
  if (first === undefined) return 'Its rows were not counted.';
  const rows = groups
    .filter(({ attribute }) => attribute === first.attribute)
    .reduce((sum, { count }) => sum + count, 0);
  return html`<strong>${rows.toLocaleString('en')}</strong> rows with a decision were counted by <code>${first.attribute}</code>. Counts by group are <a href="#groups">above</a>.`;
};

const columnsOf = (predictions: ManifestRecord['predictions']): [string, string][] =>
  (
    [
      [rowIdOf(predictions), 'Tells rows apart'],
      [predictions.prediction_column, 'The decision of the model'],
      [predictions.label_column, 'What was true, or decided by people'],
      [predictions.score_column, 'The score behind the decision'],
      [predictions.weight_column, 'How much a row counts'],
      ...predictions.protected_attributes.map((column): [string, string] => [column, 'A protected attribute']),
    ] satisfies [string | undefined, string][]
  ).flatMap(([column, what]): [string, string][] => (column === undefined ? [] : [[column, what]]));
