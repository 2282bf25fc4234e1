/** Requests as Slack signs them, about the payloads of its documentation. */
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { SlackRequest } from '../../lib/adapters/slack-requests.ts';

export const SIGNING_SECRET = '8f742231b10e8888abcd99yyyzzz85a5';
export const TEAM = 'T0ASSAY01';

type Json = Record<string, unknown>;

const vector = (file: string): Json =>
  JSON.parse(readFileSync(new URL(`../vectors/slack/${file}`, import.meta.url), 'utf8'));

export const signatureOf = (timestamp: string, body: string | Uint8Array, secret = SIGNING_SECRET): string =>
  `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:`).update(body).digest('hex')}`;

export const signed = (body: string | Uint8Array, at: string, secret = SIGNING_SECRET): SlackRequest => {
  const timestamp = String(Math.floor(Date.parse(at) / 1000));
  return { timestamp, signature: signatureOf(timestamp, body, secret), body: Buffer.from(body) };
};

/** As Slack posts a payload. */
export const formOf = (payload: unknown): string =>
  new URLSearchParams({ payload: JSON.stringify(payload) }).toString();

export type Who = { readonly user?: string; readonly team?: string };

const of = ({ user = 'U0GRACE01', team = TEAM }: Who): Json => ({
  user: { id: user, username: 'someone', name: 'someone', team_id: team },
  team: { id: team, domain: 'assay' },
});

type Press = Who & { readonly decision?: string; readonly place?: Json; readonly triggerId?: string };

export const aPress = ({ decision = 'approve', place, triggerId, ...who }: Press = {}): Json => {
  const payload = vector('block_actions.json');
  const [action] = payload['actions'] as [Json];
  return {
    ...payload,
    ...of(who),
    ...(triggerId === undefined ? {} : { trigger_id: triggerId }),
    actions: [{ ...action, action_id: decision, value: place === undefined ? action['value'] : JSON.stringify(place) }],
  };
};

type Sent = Who & {
  readonly metadata: Json;
  readonly answers?: Readonly<Record<string, string>>;
  readonly confirmation?: string;
  readonly comment?: string;
  /** Nothing was asked but what is answered. */
  readonly onlyThese?: boolean;
};

/** A form that was sent, with yes to everything unless it is said otherwise. */
export const aSentForm = ({
  metadata,
  answers = {},
  confirmation = '1.2.0',
  comment,
  onlyThese = false,
  ...who
}: Sent): Json => {
  const payload = vector('view_submission.json');
  const view = payload['view'] as Json;
  const { values } = view['state'] as { values: Record<string, Json> };
  const answered = Object.entries(answers).map(([id, value]) => [
    `checklist.${id}`,
    { answer: { selected_option: { value } } },
  ]);
  return {
    ...payload,
    ...of(who),
    view: {
      ...view,
      private_metadata: JSON.stringify(metadata),
      state: {
        values: {
          ...(onlyThese ? {} : values),
          ...Object.fromEntries(answered),
          confirmation: { typed: { type: 'plain_text_input', value: confirmation } },
          comment: { typed: { type: 'plain_text_input', value: comment ?? null } },
        },
      },
    },
  };
};
