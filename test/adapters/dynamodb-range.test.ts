import { describe, expect, it } from 'vitest';
import { isWithin, meet, rangeCondition } from '../../lib/adapters/dynamodb-range.ts';

describe('a range of sort keys', () => {
  it('is the part that two have in common, and undefined if they have none', () => {
    expect(meet({}, {})).toEqual({});
    expect(meet({ from: 'b' }, { from: 'a', to: 'd' })).toEqual({ from: 'b', to: 'd' });
    expect(meet({ from: 'a', to: 'c' }, { to: 'b' })).toEqual({ from: 'a', to: 'b' });
    expect(meet({ from: 'b' }, { to: 'b' })).toEqual({ from: 'b', to: 'b' });
    expect(meet({ from: 'c' }, { to: 'b' })).toBeUndefined();
  });

  it('has both of its ends', () => {
    expect(['a', 'b', 'c', 'd'].map((at) => isWithin({ from: 'b', to: 'c' }, at))).toEqual([false, true, true, false]);
    expect(isWithin({}, 'x')).toBe(true);
  });

  it('is one condition, as a query takes no two of one key', () => {
    expect(rangeCondition('at', {})).toEqual({ expression: '', values: {} });
    expect(rangeCondition('at', { from: 'a' })).toEqual({ expression: ' AND at >= :from', values: { ':from': 'a' } });
    expect(rangeCondition('at', { to: 'b' })).toEqual({ expression: ' AND at <= :to', values: { ':to': 'b' } });
    expect(rangeCondition('at', { from: 'a', to: 'b' })).toEqual({
      expression: ' AND at BETWEEN :from AND :to',
      values: { ':from': 'a', ':to': 'b' },
    });
  });
});
