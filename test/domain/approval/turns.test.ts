import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { earlyAs, inTurn, turnsOf } from '../../../lib/domain/approval/turns.ts';
import { Instant } from '../../../lib/domain/identifiers.ts';

const at = (second: number): Instant => Instant.parse(`2026-11-21T10:00:${String(second).padStart(2, '0')}.000Z`);
const approval = (approverId: string, approverRole: string, second: number, decision = 'approve') => ({
  ...{ approverId, approverRole, decision, timestamp: at(second) },
});
const three = (order: string) => ({
  order,
  stages: [
    { name: 'technical', roles: ['ml_lead', 'ml_lead'] },
    { name: 'business', roles: ['business_owner'] },
    { name: 'deployment', roles: ['release_manager'] },
  ],
});
const [ada, bob] = [approval('ada', 'ml_lead', 1), approval('bob', 'ml_lead', 3)];
const openIn = (order: string, ...given: ReturnType<typeof approval>[]) =>
  turnsOf(three(order), given).flatMap(({ name, isOpen }) => (isOpen ? [name] : []));

describe('the stages of approval, in order (AP-2)', () => {
  it('open one after the other, each when the last seat of the one before is filled', () => {
    expect(openIn('in_order')).toEqual(['technical']);
    expect(openIn('in_order', ada)).toEqual(['technical']);
    expect(openIn('in_order', ada, bob)).toEqual(['technical', 'business']);
    expect(openIn('in_order', ada, bob, approval('eve', 'business_owner', 3))).toHaveLength(3);
  });

  it('are not opened by one person twice, by a denial, or by an approval of a later stage', () => {
    expect(openIn('in_order', ada, approval('ada', 'ml_lead', 4))).toEqual(['technical']);
    expect(openIn('in_order', ada, approval('bob', 'ml_lead', 4, 'deny'))).toEqual(['technical']);
    expect(openIn('in_order', approval('eve', 'business_owner', 1))).toEqual(['technical']);
  });

  it('count no approval that was given before its stage was open, in whatever order they are read', () => {
    const early = approval('eve', 'business_owner', 2);
    const stages = three('in_order');

    const [, business, deployment] = turnsOf(stages, [early, bob, ada]);

    expect(business).toMatchObject({ isOpen: true, missingRoles: ['business_owner'], given: [], early: [early] });
    expect(deployment).toMatchObject({ isOpen: false });
    expect(inTurn(stages, [early, bob, ada])).toEqual([ada, bob]);
    expect(earlyAs('business_owner', stages, [early, ada, bob])).toBe(
      `eve approved as business_owner at ${early.timestamp}, before the stages before it were complete`,
    );
    expect(earlyAs('ml_lead', stages, [early, ada, bob])).toBeUndefined();
  });

  it('are those of an order that nobody here knows', () => {
    expect(openIn('by_lot')).toEqual(['technical']);
  });

  it('are never complete without a seat', () => {
    const [, second] = turnsOf(
      {
        order: '',
        stages: [
          { name: 'a', roles: [] },
          { name: 'b', roles: ['legal'] },
        ],
      },
      [],
    );

    expect(second?.isOpen).toBe(false);
  });
});

describe('the stages of approval, side by side', () => {
  it('are all open at once, and count what was given at any time', () => {
    const first = approval('eve', 'business_owner', 0);

    expect(openIn('side_by_side')).toHaveLength(3);
    expect(inTurn(three('side_by_side'), [ada, first])).toEqual([ada, first]);
    expect(earlyAs('business_owner', three('side_by_side'), [first])).toBeUndefined();
  });

  it('are the same as none', () => {
    expect(inTurn(undefined, [bob, ada])).toEqual([bob, ada]);
    expect(earlyAs('ml_lead', undefined, [ada])).toBeUndefined();
  });
});

type Act = { readonly approverId: string; readonly role: string; readonly second: number };

/** Walks through the approvals second by second and stage by stage: those of one second may complete a stage and begin the next. */
const walk = (roles: readonly (readonly string[])[], approvals: readonly Act[], order: string) => {
  const missing = roles.map((list) => [...list]);
  const counted: string[] = [];
  const isBarred = (index: number) => order === 'in_order' && missing.slice(0, index).some((left) => left.length > 0);
  const take = (index: number, { approverId, role }: Act): void => {
    const seats = missing[index] ?? [];
    counted.push(approverId);
    if (seats.includes(role)) seats.splice(seats.indexOf(role), 1);
  };
  for (let second = 0; second <= 20; second += 1) {
    for (const [index, list] of roles.entries()) {
      const now = approvals.filter((one) => one.second === second && list.includes(one.role));
      if (!isBarred(index)) for (const one of now) take(index, one);
    }
  }
  return { missing, counted: counted.sort() };
};

it('agree with a model that walks through the approvals one by one, for any of them', () => {
  const stages = fc.constantFrom<string[][]>(
    [['a'], ['b'], ['c']],
    [['c', 'c'], ['a'], ['b']],
    [['a', 'b'], ['c']],
    [['b', 'b', 'a', 'c']],
  );
  const act = fc.record({
    approverId: fc.constantFrom(...'pqrstuvw'),
    role: fc.constantFrom('a', 'b', 'c'),
    second: fc.nat(20),
  });
  const given = fc.uniqueArray(act, { selector: ({ approverId }) => approverId });
  fc.assert(
    fc.property(stages, given, fc.constantFrom('in_order', 'side_by_side'), (roles, approvals, order) => {
      const all = { order, stages: roles.map((list, index) => ({ name: String(index), roles: list })) };

      const turns = turnsOf(
        all,
        approvals.map(({ approverId, role, second }) => approval(approverId, role, second)),
      );

      const { missing, counted } = walk(roles, approvals, order);
      expect(turns.map(({ missingRoles }) => missingRoles)).toEqual(missing);
      expect(turns.flatMap((turn) => turn.given.map(({ approverId }) => approverId)).sort()).toEqual(counted);
    }),
  );
});
