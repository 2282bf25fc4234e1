type Grouped = { readonly attribute: string };

/**
 * The first `maximum` of a list that is in order already, so that no attribute takes the room of another: attributes take
 * turns, and those that `isFirst` before all others. Who names the columns of a table also chooses how many groups they
 * have; a list that is only cut would show or keep what its submitter wants.
 */
export const byTurns = <Item extends Grouped>(
  items: readonly Item[],
  maximum: number,
  isFirst: (attribute: string) => boolean,
): Item[] => {
  const turns = new Map<string, number>();
  const taken = items
    .map((item) => {
      const turn = turns.get(item.attribute) ?? 0;
      turns.set(item.attribute, turn + 1);
      return { item, turn, isLate: !isFirst(item.attribute) };
    })
    .sort((a, b) => Number(a.isLate) - Number(b.isLate) || a.turn - b.turn)
    .slice(0, maximum);
  const chosen = new Set(taken.map(({ item }) => item));
  return items.filter((item) => chosen.has(item));
};
