import { expect, it } from 'vitest';
import { ratesOfPairs } from '../../../lib/domain/questions/group-rates.ts';
import { worstTogether } from '../../../lib/domain/questions/impact.ts';

const pair = (value: string, favorable: number) => ({ attribute: 'race × sex', value, count: 100, favorable });
const PAIRS = [pair('a × x', 40), pair('a × y', 10), pair('b × x', 30), pair('b × y', 50)];

it('the worst of two attributes together is found in any order, and only if it is worse than one alone', () => {
  for (const pairs of [PAIRS, PAIRS.toReversed()]) {
    const found = worstTogether(ratesOfPairs(pairs, 30), undefined);

    expect(found).toMatchObject({ value: 'a × y', ratio: 0.2, highest: { value: 'b × y' } });
    expect(worstTogether(ratesOfPairs(pairs, 30), found)).toBeUndefined();
  }
});
