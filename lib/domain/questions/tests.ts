import { type Question, RELEASE } from './question.ts';
import { OF_CHECKS } from './verdicts.ts';

/** the checks that were made of one release, whether it ever served or not. */
export const TESTS: Question = {
  name: 'tests',
  title: 'Which tests of this release were completed, and what did they find?',
  parameters: [RELEASE],
  subjects: ['release'],
  sql: 'tests.sql',
  ...OF_CHECKS,
};
