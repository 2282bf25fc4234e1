import { expect, it } from 'vitest';
import { BreakGlass, breakGlassInWords, breakGlassTable } from '../../../lib/cli/terminal/break-glass-account.ts';

const asked = {
  ...{ model_name: 'm', number: 1, release_id: 'r-1', environment: 'prod', endpoint: 'e', status: 'requested' },
  ...{ incident: 'INC-1', requested_by: 'olga', confirm_by: '2026-12-01T03:10:00.000Z', is_undocumented: false },
};
const open = { ...asked, status: 'open', confirmed_by: 'otto', open_until: '2026-12-01T04:00:00.000Z' };
const owed = { ...open, is_undocumented: true, document_by: '2999-12-02T03:00:00.000Z' };
const overdue = { ...owed, status: 'over', document_by: '2001-12-02T03:00:00.000Z' };

it.each([
  ['nobody asked for', undefined, ''],
  ['waits', asked, 'INC-1, by olga: another person confirms it by 2026-12-01 03:10 UTC'],
  ['is open', open, 'INC-1, by olga and otto: open until 2026-12-01 04:00 UTC'],
  [
    'is open and owed',
    owed,
    'INC-1, by olga and otto: open until 2026-12-01 04:00 UTC; it was used, and has to be documented by 2999-12-02 03:00 UTC',
  ],
  [
    'is overdue',
    overdue,
    'INC-1, by olga and otto: it was used, and has to be documented by 2001-12-02 03:00 UTC; that is overdue, and closes the gate of the model',
  ],
  ['is over, and owes nothing', { ...open, status: 'over' }, ''],
])('a release says of a break-glass what somebody has to know: one that %s', (_, glass, words) => {
  const parsed = glass && BreakGlass.parse(glass);

  expect(breakGlassInWords(parsed, { env: { TZ: 'UTC' } })).toBe(words);
});

it('the list says what is overdue, and of one that is over not until when it could have been open', () => {
  const table = breakGlassTable([open, owed, overdue].map((one) => BreakGlass.parse(one)));

  expect(table).toMatch(/otto +2026-12-01T04:00:00.000Z *\n/);
  expect(table).toMatch(/2999-12-02T03:00:00.000Z *\n/);
  expect(table).toMatch(/over +INC-1 +olga +otto +2001-12-02T03:00:00.000Z, overdue/);
});
