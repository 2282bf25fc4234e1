/** What stands in the way of a page or an act of the console, in words for the person who meets it. */
import type { Problem } from '../parts/problem-page.ts';

export const CONSOLE_PROBLEMS = {
  notAllowed: {
    title: 'Your session may not do that',
    explanation: 'Nothing was changed.',
    remedy:
      'The page /console/me shows who you are and which roles your session has. If the form was open for long, open its page again.',
  },
  notThere: {
    title: 'There is nothing of this name',
    explanation: 'No model, release or rollback has it, or nothing of the model is in production.',
    remedy: 'Go to Now, from where everything is a link away.',
  },
  refused: {
    title: 'This was refused',
    explanation: 'What was asked for may not be done as things stand.',
    remedy: 'Open the page again: it shows how things stand now.',
  },
  unanswered: {
    title: 'The question was not answered',
    explanation: 'The query ended without an answer. Nothing was changed, and no part of an answer is shown.',
    remedy: 'Ask again under /console/questions.',
  },
  notNow: {
    title: 'Questions are not answered now',
    explanation: 'A service of AWS did not answer, or has too much to do. A question that was asked goes on.',
    remedy: 'Open this page again in a minute.',
  },
  busy: {
    title: 'Somebody else was faster',
    explanation: 'What you looked at has changed meanwhile. Nothing was done.',
    remedy: 'Open the page again, look at what it shows now, and order it once more if it is still right.',
  },
} as const satisfies Readonly<Record<string, Problem>>;
