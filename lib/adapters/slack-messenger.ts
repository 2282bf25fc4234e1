import { type KnownBlock, LogLevel, type ViewsOpenArguments, WebClient } from '@slack/web-api';
import * as z from 'zod';
import type { Secret } from './secrets-manager.ts';

type Message = { readonly text: string; readonly blocks: KnownBlock[] };
type View = ViewsOpenArguments['view'];

/** Where a message is that Slack keeps. */
type Place = { readonly channel: string; readonly ts: string };

export type SlackMessenger = {
  /** Writes to one person, in the conversation that they have with the app. */
  readonly postMessage: (userId: string, message: Message) => Promise<void>;
  readonly updateMessage: (place: Place, message: Message) => Promise<void>;
  /** Opens a form over what the person sees. False if the moment for it has passed, or it is open already. */
  readonly openView: (triggerId: string, view: View) => Promise<boolean>;
  readonly updateView: (
    which: { readonly external_id: string } | { readonly view_id: string },
    view: View,
  ) => Promise<void>;
};

export type SlackPlace = {
  /** The token of the app in one workspace. */
  readonly token: Secret;
  readonly apiUrl: string;
  readonly timeoutMs: number;
};

/** Nothing here is looked up, linked or unfolded by Slack: submitters wrote a part of it. */
const AS_IT_IS = { parse: 'none', mrkdwn: false, link_names: false, unfurl_links: false, unfurl_media: false } as const;

/** By these words, Slack says that a press of a button has had its answer, or had to get it earlier. */
const PASSED = ['expired_trigger_id', 'exchanged_trigger_id', 'duplicate_external_id'];
/** The person has closed it. */
const GONE = 'not_found';
const OUTDATED = ['invalid_auth', 'token_revoked', 'token_expired', 'account_inactive'];

/** The library logs what it sends, and its log is not ours. */
const nothing = () => undefined;
const SILENT = { debug: nothing, info: nothing, warn: nothing, error: nothing, setName: nothing, setLevel: nothing };

/** Slack by its own client. It tries once: whoever calls it tries again, or has no time to. */
export const slackMessenger = ({ token, apiUrl, timeoutMs }: SlackPlace): SlackMessenger => {
  const clientOf = (value: string) =>
    new WebClient(value, {
      slackApiUrl: apiUrl,
      timeout: timeoutMs,
      retryConfig: { retries: 0 },
      rejectRateLimitedCalls: true,
      allowAbsoluteUrls: false,
      logger: { ...SILENT, getLevel: () => LogLevel.ERROR },
    });
  /** With the token that is kept, or with the one that took its place. */
  const call = async <T>(run: (client: WebClient) => Promise<T>): Promise<T> => {
    const kept = await token.current();
    try {
      return await run(clientOf(kept));
    } catch (cause) {
      if (!OUTDATED.includes(problemOf(cause))) throw cause;
      const newer = await token.newer();
      if (newer === kept) throw cause;
      return run(clientOf(newer));
    }
  };
  return {
    postMessage: async (channel, message) => {
      await call((client) => client.chat.postMessage({ channel, ...message, ...AS_IT_IS }));
    },
    updateMessage: async (place, message) => {
      const { parse, link_names } = AS_IT_IS;
      await call((client) => client.chat.update({ ...place, ...message, parse, link_names }));
    },
    openView: async (trigger_id, view) => {
      try {
        await call((client) => client.views.open({ trigger_id, view }));
        return true;
      } catch (cause) {
        if (PASSED.includes(problemOf(cause))) return false;
        throw cause;
      }
    },
    updateView: async (which, view) => {
      try {
        await call((client) => client.views.update({ ...which, view }));
      } catch (cause) {
        if (problemOf(cause) !== GONE) throw cause;
      }
    },
  };
};

const Refused = z.object({ data: z.object({ error: z.string() }) });

/** The word of Slack for what is wrong; empty if Slack did not answer. */
const problemOf = (cause: unknown): string => Refused.safeParse(cause).data?.data.error ?? '';
