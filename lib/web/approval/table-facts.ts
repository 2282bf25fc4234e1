/** What is known of the table of predictions without a row of it: a link is forwarded, and its rows are about people. */
import { html } from 'hono/html';
import type { OutcomeSchema, OutcomeTotals } from '../../domain/evidence/outcome-record.ts';
import { rowIdOf } from '../../domain/evidence/predictions/reference.ts';
import type { ManifestRecord } from '../../domain/release/manifest-record.ts';
import type { Html } from '../parts/layout.ts';

type Table = {
  readonly predictions: ManifestRecord['predictions'];
  /** Undefined if nothing was counted, or a former version did. */
  readonly totals: OutcomeTotals | undefined;
  /** The same of a former version, which did not note it. */
  readonly schema: OutcomeSchema | undefined;
};

export const tableFacts = ({
  predictions,
  totals,
  schema,
}: Table): Html => html`<details><summary>Its columns and rows</summary>
<p>${rowsInWords(totals)}</p>
<p>${schema === undefined ? 'Of which types its columns are was not noted when it was counted.' : html`It was read as ${schema.format}.`}</p>
<table class="stack"><thead><tr><th scope="col">Column</th><th scope="col">What it is, by the manifest</th>${schema && html`<th scope="col">Type, by the file</th>`}</tr></thead>
<tbody>${columnsOf(predictions).map(([column, what]) => html`<tr><th scope="row"><code>${column}</code></th><td>${what}</td>${schema && html`<td data-label="Type">${typeOf(column, schema)}</td>`}</tr>`)}</tbody></table></details>`;

/** The manifest may name a column that nothing counted, such as the one that tells rows apart. */
const typeOf = (column: string, { columns }: OutcomeSchema): Html | string => {
  const type = columns.find(({ name }) => name === column)?.type;
  return type === undefined ? 'not counted' : html`<code>${type}</code>`;
};

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
