/** What can go wrong with a sign-in or a session, in words for the person who meets it. */
import type { Problem } from '../parts/problem-page.ts';
import { TOKEN_MAX_BYTES } from './visit.ts';

export const SESSION_PROBLEMS = {
  beginAgain: {
    title: 'Please sign in again',
    explanation:
      'This sign-in was not begun in this browser, or more than ten minutes ago, or it has been used already.',
    remedy: 'Open the page that you wanted again. Cookies must be allowed for this site.',
  },
  notSignedIn: {
    title: 'You were not signed in',
    explanation: 'What came back from your issuer was not accepted.',
    remedy: 'Open the page that you wanted again, and sign in. If it happens again, tell your platform owner.',
  },
  issuerSilent: {
    title: 'Your issuer did not answer',
    explanation: 'Until it answers, nobody can sign in, and no session can be verified.',
    remedy: 'Open the page again in a minute.',
  },
  tokenTooLarge: {
    title: 'Your token is too large for a session',
    explanation: `The issuer made an ID token of more than ${TOKEN_MAX_BYTES} bytes. No browser keeps it, so nobody was signed in.`,
    remedy: 'Ask your platform owner to let the issuer put fewer claims into it, such as only the groups of Assay.',
  },
  ended: {
    title: 'Your session has ended',
    explanation: 'What you sent was not taken: nobody is signed in here any more. Nothing was recorded.',
    remedy: 'Open the page again: it asks you to sign in. Then send the form again.',
  },
  notFromHere: {
    title: 'You were not signed out',
    explanation: 'The request did not come from a page of Assay.',
    remedy: 'Use the button on the page that shows who is signed in.',
  },
} as const satisfies Readonly<Record<string, Problem>>;
