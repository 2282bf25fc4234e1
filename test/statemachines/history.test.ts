/** Step Functions ends an execution at 25,000 events of history, and nothing is on record about that. */
import { describe, expect, it } from 'vitest';
import { type Machine, type MachineName, machine, stepsOf } from './machine.ts';

const EVENTS_MAX = 25_000;
/** What a state adds to the history: a Task is entered, scheduled, started, ended and left. */
const EVENTS = { Task: 5, Choice: 2, Pass: 2, Wait: 2, Parallel: 2, Succeed: 1, Fail: 1 };

/** The events of the shortest way from a Wait back to it. */
const eventsPerRound = ({ states }: Machine, wait: string): number => {
  const cost = new Map<string, number>();
  const open = [{ name: wait, events: 0 }];
  for (let next = open.shift(); next !== undefined; next = open.shift()) {
    const state = states.get(next.name);
    if (state === undefined) throw new Error(`there is no state ${next.name}`);
    const events = next.events + EVENTS[state.Type];
    for (const { to, because } of stepsOf(state)) {
      if (because.startsWith('States.') || because === 'default') continue;
      if ((cost.get(to) ?? Number.POSITIVE_INFINITY) <= events) continue;
      cost.set(to, events);
      open.push({ name: to, events });
    }
  }
  return cost.get(wait) ?? Number.NaN;
};

/** How many hours an execution can spend in each of its waits, one after the other. */
const LONGEST: readonly [MachineName, Readonly<Record<string, number>>][] = [
  ['promotion', { AwaitRegistry: 1 / 3, AwaitEndpoint: 2, AwaitRestoration: 1 }],
  // Under a strategy that takes the eight hours that SageMaker gives it (GT-5).
  [
    'promotion',
    {
      AwaitRegistry: 1 / 3,
      AwaitEndpoint: 1,
      AwaitStrategy: 9,
      AwaitRestoration: 1,
      AwaitRestorationAfterStrategy: 8,
    },
  ],
  ['rollback', { AwaitEndpoint: 1, AwaitSwitch: 1, AwaitRestoration: 1 }],
  // A strategy that begins just before, and what SageMaker does after it.
  ['rollback', { AwaitEndpoint: 1, AwaitStrategy: 9, AwaitSwitch: 1, AwaitRestoration: 1 }],
  ['rollback', { AwaitDeletion: 1, AwaitDeletionAfterStrategy: 9, AwaitRestoration: 2 }],
  ['rollback', { AwaitSwitch: 2, AwaitRestoration: 1 }],
  ['rollback', { AwaitDeletion: 1, AwaitRestoration: 2 }],
  ['move', { AwaitEndpoint: 2, AwaitClosing: 2 }],
];

describe('the longest execution', () => {
  it.each(LONGEST)('of the %s machine has fewer events than Step Functions allows: %o', (name, waits) => {
    const built = machine(name);
    const events = Object.entries(waits).map(([wait, hours]) => {
      const seconds = Number(built.states.get(wait)?.['Seconds']);
      return ((hours * 3600) / seconds) * eventsPerRound(built, wait);
    });

    expect(events.reduce((sum, one) => sum + one)).toBeLessThan(EVENTS_MAX - 500);
  });

  it.each(['promotion', 'rollback', 'move'] as const)('is counted over every wait of the %s machine', (name) => {
    const waits = [...machine(name).states].flatMap(([state, { Type }]) => (Type === 'Wait' ? [state] : []));

    expect(LONGEST.flatMap(([of, counted]) => (of === name ? Object.keys(counted) : []))).toEqual(
      expect.arrayContaining(waits),
    );
  });
});
