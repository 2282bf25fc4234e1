/**
 * What Slack documents of messages and views (https://docs.slack.dev/reference/block-kit), as far as the product uses it: anything
 * else is refused, and so is what Slack would refuse. Lengths are in characters as JavaScript counts them.
 */
import * as z from 'zod';

const Id = z.string().min(1).max(255);

const plainText = (max: number) =>
  z.strictObject({
    type: z.literal('plain_text'),
    text: z.string().min(1).max(max),
    emoji: z.boolean().optional(),
  });

const anyText = (max: number) =>
  z.discriminatedUnion('type', [
    plainText(max),
    z.strictObject({
      type: z.literal('mrkdwn'),
      text: z.string().min(1).max(max),
      verbatim: z.boolean().optional(),
    }),
  ]);

const Button = z.strictObject({
  type: z.literal('button'),
  action_id: Id,
  text: plainText(75),
  value: z.string().max(2000).optional(),
  url: z.url().max(3000).optional(),
  style: z.enum(['primary', 'danger']).optional(),
});
export type Button = z.infer<typeof Button>;

const RadioButtons = z.strictObject({
  type: z.literal('radio_buttons'),
  action_id: Id,
  options: z
    .array(z.strictObject({ text: anyText(75), value: z.string().min(1).max(150) }))
    .min(1)
    .max(10),
});

const TextInput = z.strictObject({
  type: z.literal('plain_text_input'),
  action_id: Id,
  multiline: z.boolean().optional(),
  min_length: z.int().min(0).max(3000).optional(),
  max_length: z.int().min(1).max(3000).optional(),
});

const Block = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('divider'), block_id: Id.optional() }),
  z.strictObject({ type: z.literal('header'), block_id: Id.optional(), text: plainText(150) }),
  z.strictObject({ type: z.literal('section'), block_id: Id.optional(), text: anyText(3000) }),
  z.strictObject({
    type: z.literal('context'),
    block_id: Id.optional(),
    elements: z.array(anyText(3000)).min(1).max(10),
  }),
  z.strictObject({ type: z.literal('actions'), block_id: Id.optional(), elements: z.array(Button).min(1).max(25) }),
  z.strictObject({
    type: z.literal('input'),
    block_id: Id.optional(),
    label: plainText(2000),
    hint: plainText(2000).optional(),
    optional: z.boolean().optional(),
    element: z.discriminatedUnion('type', [RadioButtons, TextInput]),
  }),
]);
type BlockAsSent = z.infer<typeof Block>;

/** A block as Slack keeps it: those without a name have got one. */
export type Block = BlockAsSent & { readonly block_id: string };
export type InputBlock = Extract<Block, { type: 'input' }>;

export const isInput = (block: Block): block is InputBlock => block.type === 'input';

const isUnique = (names: readonly string[]): boolean => new Set(names).size === names.length;

const hasUniqueNames = (blocks: readonly BlockAsSent[]): boolean =>
  isUnique(blocks.flatMap(({ block_id }) => block_id ?? [])) &&
  blocks.every((block) => block.type !== 'actions' || isUnique(block.elements.map(({ action_id }) => action_id)));

const blocks = (max: number) =>
  z
    .array(Block)
    .max(max)
    .refine(hasUniqueNames, 'block_id and action_id must be unique')
    .transform((sent) => sent.map((block, index): Block => ({ ...block, block_id: block.block_id ?? `b${index}` })));

export const MessageBlocks = blocks(50);

export const ModalView = z
  .strictObject({
    type: z.literal('modal'),
    title: plainText(24),
    blocks: blocks(100),
    close: plainText(24).optional(),
    submit: plainText(24).optional(),
    private_metadata: z.string().max(3000).default(''),
    callback_id: z.string().max(255).default(''),
    external_id: z.string().max(255).default(''),
    clear_on_close: z.boolean().default(false),
    notify_on_close: z.boolean().default(false),
  })
  .refine((view) => view.submit !== undefined || !view.blocks.some(isInput), 'submit is required beside an input');
export type ModalView = z.infer<typeof ModalView>;

/** A text as people see it: Slack shows the three characters of its markup that are written as entities. */
export const readable = (text: string): string =>
  text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
