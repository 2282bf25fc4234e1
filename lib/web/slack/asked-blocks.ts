import type { MailPart } from '../mail/mail-body.ts';
import { type Block, LIMITS, section, shown } from './blocks.ts';

/** The same parts that a mail is made of, so that neither says more than the other. The link is the person's own. */
export const blocksOf = (parts: readonly MailPart[]): Block[] => parts.flatMap(blockOf);

const blockOf = (part: MailPart): Block[] => {
  switch (part.look) {
    case 'list':
      return wordsIn(part.items.map((item) => `• ${item}`).join('\n'));
    case 'facts':
      return wordsIn(part.facts.map(([label, value]) => `${label}: ${value}`).join('\n'));
    case 'button':
      return [{ type: 'actions', block_id: 'page', elements: [linkTo(part.link, part.text)] }];
    case 'alert':
      return wordsIn(part.text === '' ? '' : `⚠ ${part.text}`);
    case 'small':
      return part.text === '' ? [] : [{ type: 'context', elements: [shown(part.text, LIMITS.context)] }];
    default:
      return wordsIn(part.text);
  }
};

/** Slack refuses a block without text. */
const wordsIn = (text: string): Block[] => (text === '' ? [] : [section(text)]);

/** Slack tells us when it is pressed, which decides nothing. */
const linkTo = (url: string, text: string) =>
  ({ type: 'button', action_id: 'open_page', text: shown(text, LIMITS.button), url }) as const;
