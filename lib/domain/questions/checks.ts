import { instant, LAST_INSTANT, MODEL, type Question } from './question.ts';
import { OF_CHECKS } from './verdicts.ts';

/** the checks that were made of what was in production at an instant, as far as they were made by then. */
export const CHECKS_OF_LIVE: Question = {
  name: 'checks',
  title: 'Which checks were applied to what is in production, and what did they find?',
  parameters: [MODEL, instant('at', 'the instant', LAST_INSTANT)],
  subjects: ['model'],
  sql: 'checks.sql',
  ...OF_CHECKS,
};
