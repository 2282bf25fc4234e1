/** What an endpoint serves when a promotion, a rollback or a move has ended, on every path. */
import { describe, expect, it } from 'vitest';
import { type Machine, machine, reachable, type Step } from './machine.ts';

const answers = (word: string) => `{% $outcome = '${word}' %}`;

/** The ends that are reached if a state never gives this answer. */
const endsUnless = (graph: Machine, choice: string, word: string): string[] =>
  endsOf(graph, (from, { because }) => from !== choice || because !== answers(word));
/** The ends that are reached without a state. */
const endsWithout = (graph: Machine, state: string): string[] => endsOf(graph, (from) => from !== state);
const endsOf = (graph: Machine, isOpen: (from: string, step: Step) => boolean): string[] =>
  [...reachable(graph, isOpen)].filter((state) => /^(Succeed|Fail)$/.test(graph.states.get(state)?.Type ?? '')).sort();

describe.each([
  ['promotion', 'ReleasePromoted', 'PromotionDenied', 'PromotionFaulted'],
  ['rollback', 'RollbackExecuted', 'RollbackRefused', 'RollbackFaulted'],
] as const)('a %s', (name, succeeded, refused, faulted) => {
  const graph = machine(name);

  it('that ends without a flip has restored its endpoint, or says in the ledger that it could not', () => {
    // A promotion that waits for the end of a window has ordered nothing: the gate comes before the first order.
    const waits = name === 'promotion' ? ['PromotionWaits'] : [];
    expect(endsOf(graph, () => true)).toEqual(['EndpointNotRestored', refused, faulted, succeeded, ...waits].sort());
    // Without the restoration it ends by a success, or by a fault that had nothing to restore.
    expect(endsWithout(graph, 'RestoreEndpoint')).toEqual([faulted, succeeded, ...waits].sort());
    expect(endsWithout(graph, 'VerifyPromotion')).not.toContain('PromotionWaits');
    expect(endsUnless(graph, 'IsRestored', 'settled')).not.toContain(refused);
    expect(endsUnless(graph, 'IsRestored', 'impossible')).not.toContain('EndpointNotRestored');
    expect(endsUnless(graph, 'IsFaulted', 'recorded')).not.toContain(faulted);
    expect(endsWithout(graph, 'RecordFault')).not.toContain(faulted);
  });

  it('leads every state that can break to the restoration', () => {
    for (const [state, { Type }] of graph.states) {
      if (Type !== 'Task' && Type !== 'Choice') continue;
      expect([...reachable({ ...graph, start: state })], state).toContain('RestoreEndpoint');
    }
  });
});

describe('a move', () => {
  const graph = machine('move');

  it('that does not get to its flip closes the new endpoint, or says in the ledger that it could not', () => {
    expect(endsOf(graph, () => true)).toEqual(['EndpointMoved', 'MoveFaulted', 'MoveRefused']);
    expect(endsWithout(graph, 'CloseEndpoint')).toEqual(['MoveFaulted']);
    expect(endsWithout(graph, 'RecordFault')).not.toContain('MoveFaulted');
  });
});

describe.each(['promotion', 'rollback', 'move'] as const)('a fault of the %s machine', (name) => {
  const { start, states } = machine(name);
  const assigned = (state: string) => states.get(state)?.['Assign'] ?? {};

  it('leads on once: RecordFault hears whether it was asked before, and nothing else says so', () => {
    expect(assigned(start)).toMatchObject({ faulted: false });
    expect(assigned('RecordFault')).toMatchObject({ faulted: true });
    expect(states.get('RecordFault')?.Arguments?.['Payload']).toMatchObject({ faulted: '{% $faulted %}' });
    const others = [...states.keys()].filter((state) => state !== start && state !== 'RecordFault');
    expect(others.filter((state) => 'faulted' in Object(assigned(state)))).toEqual([]);
  });
});
