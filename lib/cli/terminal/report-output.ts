/** A report as people and programs want it: a table, CSV, JSON or a page. Nothing in it may control what shows it. */
import type { Column, Row } from '../../domain/questions/question.ts';
import type { Report } from '../../domain/questions/reports/report.ts';
import type { Section } from '../../domain/questions/reports/section.ts';
import { inSnakeCase } from './snake-case.ts';
import { columns, count, jsonText, paragraph, plain } from './text.ts';

/** How far the report reaches. Nothing proves nothing. */
const reachOf = ({ covers, period }: Report): string =>
  `From ${period.since} to ${period.until}, both included. Made from ${count(covers.events, 'event')}, the newest of ${covers.eventsUntil || 'none'}, and ${count(covers.accesses, 'line')} of the access log, the newest of ${covers.accessesUntil || 'none'}. It counts what the copy of the ledger says; assay audit verify says whether that holds.`;

const cellsOf = (shown: readonly Column[], row: Row) => shown.map(({ name }) => row[name] ?? '');

export const asTables = (report: Report): string => [...report.sections.map(tableOf), reachOf(report)].join('\n\n');

const tableOf = ({ title, says, columns: all, rows }: Section): string => {
  const shown = all.filter(({ isAside }) => isAside !== true);
  const table =
    rows.length === 0
      ? 'none'
      : columns(
          headings(shown),
          rows.map((row) => cellsOf(shown, row)),
        );
  return [title, paragraph(says), '', table].join('\n');
};

const headings = (shown: readonly Column[]): string[] => shown.map(({ heading }) => heading);

/** RFC 4180, one table after another, each row with the name of its section. Spreadsheets take some first characters for a formula. */
export const asCsv = ({ sections }: Report): string =>
  sections
    .flatMap(({ name, columns: all, rows }) => [
      ['section', ...all.map((one) => one.name)],
      ...rows.map((row) => [name, ...cellsOf(all, row)]),
    ])
    .map((cells) => cells.map(csvCell).join(','))
    .join('\r\n');

const csvCell = (cell: string | number): string => {
  const text = plain(String(cell));
  const safe = typeof cell === 'string' && /^[=+\-@\t]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

export const asJson = ({ sections, ...rest }: Report): string =>
  jsonText(inSnakeCase({ ...rest, sections: sections.map(({ columns: _, ...section }) => section) }));

export const asPage = (report: Report): string =>
  `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Audit report</title>
<style>body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:80rem;padding:0 1rem}table{border-collapse:collapse;width:100%}
th,td{border-bottom:1px solid #ccc;padding:.3rem .6rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}</style></head>
<body><h1>Audit report</h1>
<p>${escaped(reachOf(report))}</p>
${report.sections.map(pageSection).join('\n')}
</body></html>`;

const pageSection = ({ title, says, columns: all, rows }: Section): string => {
  const head = headings(all).map((heading) => `<th scope="col">${escaped(heading)}</th>`);
  const body = rows.map(
    (row) =>
      `<tr>${cellsOf(all, row)
        .map((cell) => `<td>${escaped(String(cell))}</td>`)
        .join('')}</tr>`,
  );
  const table =
    rows.length === 0
      ? '<p>None.</p>'
      : `<table><thead><tr>${head.join('')}</tr></thead>\n<tbody>${body.join('\n')}</tbody></table>`;
  return `<section><h2>${escaped(title)}</h2><p>${escaped(says)}</p>\n${table}</section>`;
};

const escaped = (text: string): string => plain(text).replace(/[&<>"']/g, (found) => `&#${found.charCodeAt(0)};`);
