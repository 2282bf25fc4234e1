import { expect, it } from 'vitest';
import { asCsv, asPage, asTables } from '../../../lib/cli/terminal/report-output.ts';
import type { Report } from '../../../lib/domain/questions/reports/report.ts';

const aReport = (cell: string | number): Report => ({
  period: { since: '2026-01-01', until: '2027-01-01' },
  covers: { events: 1, eventsUntil: '2026-01-01T00:00:00.000Z', accesses: 0, accessesUntil: '' },
  sections: [
    {
      name: 's',
      title: 'T',
      says: 'what',
      columns: [{ name: 'c', heading: 'C', type: 'text' }],
      rows: [{ c: cell }],
    },
  ],
});

it('gives a spreadsheet no formula, and a program no cell that is two', () => {
  expect(asCsv(aReport('=HYPERLINK("x"),1'))).toBe('section,c\r\ns,"\'=HYPERLINK(""x""),1"');
  expect(asCsv(aReport(-3))).toBe('section,c\r\ns,-3');
});

it('gives a browser text only', () => {
  expect(asPage(aReport('<script>&"'))).toContain('<td>&#60;script&#62;&#38;&#34;</td>');
});

it('says that there is nothing where there is nothing', () => {
  const empty: Report = { ...aReport(''), sections: [{ name: 's', title: 'T', says: 'what', columns: [], rows: [] }] };

  expect(asTables(empty)).toMatch(/^T\n.*what\n\nnone\n/);
  expect(asTables(empty)).toContain('the newest of none');
  expect(asPage(empty)).toContain('<p>None.</p>');
});
