/** Who answers for a model: its card names them. */
import { readPinnedDocument } from '../domain/checks/read-pinned-document.ts';
import { MODEL_CARD_MAX_BYTES } from '../domain/evidence/model-card.ts';
import { parseModelCard } from '../domain/evidence/readers/model-card.ts';
import type { Release } from '../domain/release/release.ts';
import type { ReadKept } from './release-facts.ts';

const CARDS_KEPT = 5000;

/**
 * Reads the owner that the card of a release names; empty if it has no card, or one that names nobody or cannot be read. A card
 * never changes, because it is read by its digest: a container reads each one once.
 */
export const ownerReader = (readKept: ReadKept): ((release: Pick<Release, 'pinned'>) => Promise<string>) => {
  const known = new Map<string, string>();
  return async ({ pinned }) => {
    const card = pinned?.evidence.model_card;
    if (card === undefined) return '';
    const before = known.get(card.sha256);
    if (before !== undefined) return before;
    const read = await readPinnedDocument(card, { maxBytes: MODEL_CARD_MAX_BYTES, parse: parseModelCard }, readKept);
    const owner = read.kind === 'read' ? (read.value.owner ?? '').trim() : '';
    if (known.size >= CARDS_KEPT) known.clear();
    known.set(card.sha256, owner);
    return owner;
  };
};
