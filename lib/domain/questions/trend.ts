import { MODEL, type Question, SINCE, shown, UNTIL } from './question.ts';

/** what was decided in each month. A row counts every entry from the first to the last that it names. */
export const TREND: Question = {
  name: 'trend',
  title: 'How did requests, refusals, approvals, rollbacks and deviations develop, month by month?',
  parameters: [{ ...MODEL, about: 'the model; all if it is empty', otherwise: '' }, SINCE, UNTIL],
  subjects: ['model'],
  sql: 'trend.sql',
  selects: [
    shown('month', 'month'),
    shown('entries', 'entries', 'count'),
    shown('requested', 'requested', 'count'),
    shown('rejected', 'rejected by checks', 'count'),
    shown('denied', 'denied by people', 'count'),
    shown('approved', 'approved', 'count'),
    shown('promoted', 'promoted', 'count'),
    shown('refused', 'promotions refused', 'count'),
    shown('rolled_back', 'rolled back', 'count'),
    shown('deviations', 'deviations', 'count'),
    shown('expired', 'expired', 'count'),
    shown('leaf_index', 'first entry', 'count'),
    shown('last_leaf_index', 'last entry', 'count'),
  ],
};
