/** The border where an interaction of Slack comes in, after its signature was verified. Slack vouches for it; its texts are untrusted. */
import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { DecisionAnswer } from '../../domain/approval/decision-answer.ts';
import { PersonId, Sha256 } from '../../domain/identifiers.ts';
import { Decision } from '../../domain/records/approval.ts';
import { Word } from '../../domain/stored.ts';

export const CHECKLIST = 'checklist.';

const Id = z.string().min(1).max(64);
const Person = z.object({
  /** Null where the app is installed for a whole organisation. */
  team: z.object({ id: Id }).nullish(),
  user: z.object({ id: Id, team_id: Id.nullish() }),
});

/** Which place in which request a message was about. Whose place it is, only the account says that presses. */
const Place = z.strictObject({
  request: z.string().min(1).max(80),
  role: Word,
  acting_for: PersonId.optional(),
});
export type Place = z.infer<typeof Place>;

/** What the form keeps for its answer. Whoever sends it is who Slack says, and never what is in here. */
const FormMetadata = z.strictObject({
  ...Place.shape,
  decision: Decision,
  /** Of the evidence that the person was asked about when the form was opened. */
  digest: Sha256,
  version: z.string().min(1).max(128),
  channel: z.string().max(64).optional(),
  ts: z.string().max(64).optional(),
});
export type FormMetadata = z.infer<typeof FormMetadata>;

const Pressed = Person.extend({
  type: z.literal('block_actions'),
  trigger_id: z.string().min(1).max(512),
  container: z.object({ channel_id: Id.optional(), message_ts: Id.optional() }).optional(),
  actions: z
    .array(z.object({ action_id: z.string(), value: z.string().max(2000).optional() }))
    .min(1)
    .max(25),
});

const Field = z.object({
  value: z.string().max(8192).nullish(),
  selected_option: z.object({ value: z.string().max(64) }).nullish(),
});
const Sent = Person.extend({
  type: z.literal('view_submission'),
  view: z.object({
    id: Id,
    callback_id: z.string(),
    private_metadata: z.string().max(3000),
    blocks: z.array(z.object({ block_id: z.string().max(255).optional() })).max(100),
    state: z.object({ values: z.record(z.string(), z.record(z.string(), Field)) }),
  }),
});

/** The workspace and the member that Slack names, by its signature. */
export type SlackAccount = { readonly team_id: string; readonly user_id: string };

export type Interaction =
  | {
      readonly kind: 'pressed';
      readonly account: SlackAccount;
      readonly triggerId: string;
      readonly place: Place;
      readonly decision: Decision;
      readonly message?: { readonly channel: string; readonly ts: string } | undefined;
    }
  | {
      readonly kind: 'sent';
      readonly account: SlackAccount;
      readonly viewId: string;
      readonly metadata: FormMetadata;
      readonly answer: DecisionAnswer;
      /** The items of the checklist that the form had, by their ids. */
      readonly asked: readonly string[];
    }
  /** Nothing that decides: the button of the link, a message, anything that this app did not ask for. */
  | { readonly kind: 'other' };

const OTHER = { kind: 'other' } as const;

/** Reads the raw body of a verified request. What it does not know is nothing to act on, and no error. */
export const readInteraction = (body: Uint8Array): Interaction => {
  const payload = payloadIn(body);
  const pressed = Pressed.safeParse(payload);
  if (pressed.success) return readPressed(pressed.data);
  const sent = Sent.safeParse(payload);
  return sent.success ? readSent(sent.data) : OTHER;
};

const payloadIn = (body: Uint8Array): unknown => {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(body);
    return JSON.parse(new URLSearchParams(text).get('payload') ?? '');
  } catch {
    return undefined;
  }
};

/** Members of several workspaces meet in one conversation: the workspace is that of the person. */
const accountOf = ({ team, user }: z.infer<typeof Person>): SlackAccount => ({
  team_id: user.team_id ?? team?.id ?? '',
  user_id: user.id,
});

const readPressed = (payload: z.infer<typeof Pressed>): Interaction => {
  const [action] = payload.actions;
  const decision = Decision.safeParse(action?.action_id);
  const place = Place.safeParse(jsonIn(action?.value ?? ''));
  if (!decision.success || !place.success) return OTHER;
  const { channel_id: channel, message_ts: ts } = payload.container ?? {};
  return {
    kind: 'pressed',
    account: accountOf(payload),
    triggerId: payload.trigger_id,
    place: place.data,
    decision: decision.data,
    ...(channel === undefined || ts === undefined ? {} : { message: { channel, ts } }),
  };
};

const readSent = ({ view, ...person }: z.infer<typeof Sent>): Interaction => {
  const metadata = FormMetadata.safeParse(jsonIn(view.private_metadata));
  if (!metadata.success) return OTHER;
  const values = Object.entries(view.state.values).map(([block, fields]) => [block, Object.values(fields)[0]] as const);
  const typed = (block: string): string => values.find(([name]) => name === block)?.[1]?.value ?? '';
  const checklist = values.flatMap(([block, field]): [string, 'yes' | 'no'][] => {
    const answer = field?.selected_option?.value;
    return block.startsWith(CHECKLIST) && (answer === 'yes' || answer === 'no')
      ? [[block.slice(CHECKLIST.length), answer]]
      : [];
  });
  return {
    kind: 'sent',
    account: accountOf(person),
    viewId: view.id,
    metadata: metadata.data,
    asked: view.blocks.flatMap(({ block_id: id = '' }) =>
      id.startsWith(CHECKLIST) ? [id.slice(CHECKLIST.length)] : [],
    ),
    answer: {
      decision: metadata.data.decision,
      checklist: new Map(checklist),
      // The keyboard of a phone often adds a space, as on the page.
      typedConfirmation: typed('confirmation').trim(),
      comment: typed('comment'),
    },
  };
};

const jsonIn = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** The view that a press opens, by a name that follows from the press alone. */
export const viewOfPress = (triggerId: string): string =>
  `assay-${createHash('sha256').update(triggerId).digest('hex')}`;
