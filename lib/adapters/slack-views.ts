/**
 * Forms in Slack, by one request each. The Lambdas that people wait for open and change views and do nothing else there: the client
 * of Slack, which has hundreds of methods and retries of its own, is in the one that sends messages (ADR 0060).
 */
import type { ModalView } from '@slack/web-api';
import * as z from 'zod';
import type { Secret } from './secrets-manager.ts';
import { withToken } from './slack-token.ts';

export type SlackViews = {
  /** Opens a form over what the person sees. False if the moment for it has passed, or it is open already. */
  readonly openView: (triggerId: string, view: ModalView) => Promise<boolean>;
  readonly updateView: (
    which: { readonly external_id: string } | { readonly view_id: string },
    view: ModalView,
  ) => Promise<void>;
};

export type SlackPlace = {
  /** The token of the app in one workspace. */
  readonly token: Secret;
  /** It ends in a slash; the name of a method follows. */
  readonly apiUrl: string;
  readonly timeoutMs: number;
};

/** By these words, Slack says that a press of a button has had its answer, or had to get it earlier. */
const PASSED = ['expired_trigger_id', 'exchanged_trigger_id', 'duplicate_external_id'];
/** The person has closed it. */
const GONE = 'not_found';

/** It tries once: whoever calls it tries again, or has no time to. */
export const slackViews = ({ token, apiUrl, timeoutMs }: SlackPlace): SlackViews => {
  const call = (method: string, args: object): Promise<void> =>
    withToken(token, problemOf, async (value) => {
      const answer = await fetch(new URL(method, apiUrl), {
        method: 'POST',
        headers: { authorization: `Bearer ${value}`, 'content-type': 'application/json; charset=utf-8' },
        body: JSON.stringify(args),
        signal: AbortSignal.timeout(timeoutMs),
        // The token is for this address alone.
        redirect: 'error',
      });
      const { ok, error } = Answer.parse(await answer.json().catch(() => ({ ok: false, error: `${answer.status}` })));
      if (!ok) throw new SlackRefusal(method, error ?? 'unknown_error');
    });
  return {
    openView: async (trigger_id, view) => {
      try {
        await call('views.open', { trigger_id, view });
        return true;
      } catch (cause) {
        if (PASSED.includes(problemOf(cause))) return false;
        throw cause;
      }
    },
    updateView: async (which, view) => {
      try {
        await call('views.update', { ...which, view });
      } catch (cause) {
        if (problemOf(cause) !== GONE) throw cause;
      }
    },
  };
};

const Answer = z.object({ ok: z.boolean(), error: z.string().max(200).optional() });

class SlackRefusal extends Error {
  override readonly name = 'SlackRefusal';
  readonly problem: string;

  constructor(method: string, problem: string) {
    super(`Slack did not answer ${method}: ${problem}`);
    this.problem = problem;
  }
}

/** The word of Slack for what is wrong; empty if Slack did not answer. */
const problemOf = (cause: unknown): string => (cause instanceof SlackRefusal ? cause.problem : '');
