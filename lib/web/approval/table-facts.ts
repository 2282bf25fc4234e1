/** What is known of the table of predictions without a row of it: a link is forwarded, and its rows are about people. */
import { html } from 'hono/html';
import type { OutcomeTotals } from '../../domain/evidence/outcome-record.ts';
import { rowIdOf } from '../../domain/evidence/predictions/reference.ts';
import type { ManifestRecord } from '../../domain/release/manifest-record.ts';
import type { Html } from '../parts/layout.ts';

type Table = {
  readonly predictions: ManifestRecord['predictions'];
  /** Undefined if nothing was counted, or a former version did. */
  readonly totals: OutcomeTotals | undefined;
};

export const tableFacts = ({
  predictions,
  totals,
}: Table): Html => html`<details><summary>Its columns and rows</summary>
<p>${rowsInWords(totals)}</p>
<table><thead><tr><th scope="col">Column</th><th scope="col">What it is, by the manifest</th></tr></thead>
<tbody>${columnsOf(predictions).map(([column, what]) => html`<tr><th scope="row"><code>${column}</code></th><td>${what}</td></tr>`)}</tbody></table></details>`;

/** Never a sum over groups: rows without a value of an attribute are in none of them. */
const rowsInWords = (totals: OutcomeTotals | undefined): Html | string => {
  if (totals === undefined) return 'How many rows it has is not kept.';
  const { rows, missing } = totals;
  const lacking = Object.entries({ decision: missing.predictions, label: missing.labels, ...missing.attributes })
    .filter(([, count]) => count > 0)
    .map(([what, count]) => `${count.toLocaleString('en')} without ${what}`);
  return html`<strong>${rows.toLocaleString('en')}</strong> rows were counted${lacking.length === 0 ? '' : `: ${lacking.join(', ')}`}. Counts by group are <a href="#groups">above</a>.`;
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
