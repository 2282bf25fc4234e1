type Turns<Item> = {
  readonly attributeOf: (item: Item) => string;
  /** Attributes whose items have their room before all others. */
  readonly isFirst: (attribute: string) => boolean;
};

/**
 * The first `maximum` of a list that is in order already, so that no attribute takes the room of another: attributes take
 * turns. Who names the columns of a table also chooses how many groups they have; a list that is only cut would show or keep
 * what its submitter wants.
 */
export const byTurns = <Item>(items: readonly Item[], maximum: number, turns: Turns<Item>): Item[] => {
  const chosen = new Set(inTurns(items, turns).slice(0, maximum));
  return items.filter((item) => chosen.has(item));
};

/** The first item of each attribute, then the second of each, and so on. */
export const inTurns = <Item>(items: readonly Item[], { attributeOf, isFirst }: Turns<Item>): Item[] => {
  const turns = new Map<string, number>();
  return items
    .map((item) => {
      const attribute = attributeOf(item);
      const turn = turns.get(attribute) ?? 0;
      turns.set(attribute, turn + 1);
      return { item, turn, isLate: !isFirst(attribute) };
    })
    .sort((a, b) => Number(a.isLate) - Number(b.isLate) || a.turn - b.turn)
    .map(({ item }) => item);
};
