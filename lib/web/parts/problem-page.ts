import { html } from 'hono/html';
import { type Refusal, type RefusalCode, unreachable } from '../../domain/refusal.ts';
import { type Html, page } from './layout.ts';

/** Why there is no form, or no decision, and what a person can do about it. */
export type Problem = {
  readonly title: string;
  readonly explanation: string;
  readonly remedy: string;
  readonly details?: readonly string[];
};

/** `nav` is the way to other pages, where the reader may have one. */
export const problemPage = ({ title, explanation, remedy, details = [] }: Problem, nav?: Html): Html =>
  page({
    title,
    ...(nav === undefined ? {} : { nav }),
    main: html`<h1>${title}</h1><section class="notice notice-bad"><p>${explanation}</p>
${details.length === 0 ? '' : html`<ul>${details.map((detail) => html`<li><bdi>${detail}</bdi></li>`)}</ul>`}</section>
<section><h2>What you can do</h2><p>${remedy}</p></section>`,
  });

/** Each refusal of a link or a decision in words for the person who meets it. */
export const problemOf = (refusal: Refusal): Problem => {
  const details = refusal.violations.map(({ problem }) => problem);
  const words = WORDS[refusal.code];
  return words === undefined
    ? { title: 'This was refused', explanation: refusal.message, remedy: ASK_REQUESTER, details }
    : { ...words(refusal), details };
};

const ASK_REQUESTER = 'Ask the person who requested the release, or your platform owner, what to do next.';
const NOT_RECORDED = 'Nothing was recorded.';
/** For a refusal that meets both those who open the link and those who decide. */
const NOT_COUNTED = 'No decision of yours was recorded.';

const WORDS: Partial<Record<RefusalCode, (refusal: Refusal) => Omit<Problem, 'details'>>> = {
  LinkInvalid: () => ({
    title: 'This link is not valid',
    explanation: 'It was truncated or changed, or this system did not issue it. It shows nothing and decides nothing.',
    remedy: 'Open the complete link from your mail again. If that does not help, ask for the mail to be sent again.',
  }),
  LinkExpired: () => ({
    title: 'The time to decide has passed',
    explanation:
      'The deadline of this approval request has passed. Nothing was approved by waiting: the release expires.',
    remedy: 'If the release is still wanted, its requester submits it again; you will get a new link.',
  }),
  RequestNotPending: ({ message }) => ({
    title: 'This request is closed',
    explanation: `${message}. Your decision is no longer needed. ${NOT_COUNTED}`,
    remedy: 'There is nothing to do. If you disagree with the outcome, speak to the release manager now.',
  }),
  StageNotOpen: ({ message }) => ({
    title: 'It is not your turn yet',
    explanation: `${message}. Others decide before you. ${NOT_COUNTED}`,
    remedy:
      'There is nothing to do: you get a mail with your link as soon as your stage is open. If it shows nobody who is missing, open the link again in a minute.',
  }),
  IllegalTransition: ({ message }) => ({
    title: 'This release has moved on',
    explanation: `The release can no longer be approved: ${message}. ${NOT_COUNTED}`,
    remedy: ASK_REQUESTER,
  }),
  DecisionAlreadyRecorded: ({ message }) => ({
    title: 'You have already decided',
    explanation: `${message}. While the request is open, an approval may be followed by a denial; nothing else changes a recorded decision, and this second one was not recorded.`,
    remedy:
      'If your decision was a mistake, tell the release manager at once: a release can be stopped before and rolled back after promotion.',
  }),
  EvidenceDigestMismatch: () => ({
    title: 'The evidence is not what you were asked about',
    explanation: `The stored evidence no longer has the digest that this request was made for. ${NOT_COUNTED}`,
    remedy:
      'Do not approve this release in any other way. Tell your platform owner: evidence does not change by itself.',
  }),
  JudgedByFormerVersion: () => ({
    title: 'This release has to be submitted again',
    explanation: `A former version of Assay took it in, and did not write down which image, environment and endpoint would serve it. Nobody can approve what is not written down. ${NOT_COUNTED}`,
    remedy: 'If the release is still wanted, its requester submits it again; you will get a new link.',
  }),
  ApproverNotEligible: ({ message }) => ({
    title: 'You cannot decide this release',
    explanation: `${message}. ${NOT_COUNTED}`,
    remedy: 'If your role has changed, ask the owner of the approver directory. Do not use another person’s link.',
  }),
  SeparationOfDuties: () => ({
    title: 'You cannot approve your own work',
    explanation: `Somebody else has to decide about this release. ${NOT_COUNTED}`,
    remedy: 'There is nothing to do: the other approvers have been asked.',
  }),
  NotFound: () => ({
    title: 'There is no such request',
    explanation: 'The link is genuine, but there is no such approval request here.',
    remedy: ASK_REQUESTER,
  }),
};

export type Hindrance = 'stale_form' | 'malformed' | 'too_large' | 'busy' | 'broken' | 'no_page';

/** What stops a page or a form before anything is judged. */
export const hindranceOf = (hindrance: Hindrance): Problem => {
  switch (hindrance) {
    case 'stale_form':
      return {
        title: 'Please open the link again',
        explanation: `This form was not served to this browser window, or another window has been opened since. ${NOT_RECORDED}`,
        remedy: 'Open the link in your mail again and decide there. Cookies must be allowed for this site.',
      };
    case 'malformed':
      return {
        title: 'This form could not be read',
        explanation: `It is not the form that this page serves. ${NOT_RECORDED}`,
        remedy: 'Open the link in your mail again and use the form as it is.',
      };
    case 'too_large':
      return {
        title: 'This form is too large',
        explanation: `A decision has at most 88 KB, which is more than its page lets anybody type. ${NOT_RECORDED}`,
        remedy: 'Go back in your browser, which still has what you typed, and shorten the comment to 2,000 characters.',
      };
    case 'busy':
      return {
        title: 'Several people decided at the same moment',
        explanation: `Your decision could not be recorded yet. ${NOT_RECORDED}`,
        remedy: 'Wait a few seconds, open the link in your mail again and decide once more.',
      };
    case 'broken':
      return {
        title: 'Something went wrong on our side',
        explanation: 'We cannot tell whether your decision was recorded.',
        remedy: 'Open the link in your mail again: it shows your decision if it was recorded. Deciding again is safe.',
      };
    case 'no_page':
      return {
        title: 'There is nothing at this address',
        explanation: 'To open an approval, use the complete link from your mail.',
        remedy: 'Open the complete link from your mail again.',
      };
    default:
      return unreachable(hindrance);
  }
};
