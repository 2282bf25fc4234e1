import { type KnownBlock, LogLevel, WebClient } from '@slack/web-api';
import * as z from 'zod';
import { withToken } from './slack-token.ts';
import type { SlackPlace } from './slack-views.ts';

type Message = { readonly text: string; readonly blocks: KnownBlock[] };

/** Where a message is that Slack keeps. */
type Place = { readonly channel: string; readonly ts: string };

export type SlackMessenger = {
  /** Writes to one person, in the conversation that they have with the app. */
  readonly postMessage: (userId: string, message: Message) => Promise<void>;
  /** Does nothing if the message cannot be changed any more. */
  readonly updateMessage: (place: Place, message: Message) => Promise<void>;
};

/** Nothing here is looked up, linked or unfolded by Slack: submitters wrote a part of it. */
const AS_IT_IS = { parse: 'none', mrkdwn: false, link_names: false, unfurl_links: false, unfurl_media: false } as const;

/** By these words, Slack says that there is no such message of ours any more, or that it stays as it is. */
const GONE = ['message_not_found', 'cant_update_message', 'edit_window_closed', 'channel_not_found', 'is_inactive'];

/** The library logs what it sends, and its log is not ours. */
const nothing = () => undefined;
const SILENT = { debug: nothing, info: nothing, warn: nothing, error: nothing, setName: nothing, setLevel: nothing };

/** Messages in Slack, by its own client. It tries once: whoever calls it tries again. */
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
  const call = (run: (client: WebClient) => Promise<unknown>) =>
    withToken(token, problemOf, (value) => run(clientOf(value)));
  return {
    postMessage: async (channel, message) => {
      await call((client) => client.chat.postMessage({ channel, ...message, ...AS_IT_IS }));
    },
    updateMessage: async (place, message) => {
      const { parse, link_names } = AS_IT_IS;
      try {
        await call((client) => client.chat.update({ ...place, ...message, parse, link_names }));
      } catch (cause) {
        if (!GONE.includes(problemOf(cause))) throw cause;
      }
    },
  };
};

const Refused = z.object({ data: z.object({ error: z.string() }) });

/** The word of Slack for what is wrong; empty if Slack did not answer. */
const problemOf = (cause: unknown): string => Refused.safeParse(cause).data?.data.error ?? '';
