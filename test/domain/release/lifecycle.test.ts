import { describe, expect, it } from 'vitest';
import { assertTransition, ReleaseState, TRANSITIONS } from '../../../lib/domain/release/lifecycle.ts';
import { refusalOf } from '../../support/refusals.ts';

/** Written out a second time on purpose: a change of the product's table must change this promise too. */
const ALLOWED = [
  'draft validated',
  'draft rejected',
  'validated approved',
  'validated rejected',
  'validated expired',
  'approved production',
  'approved rejected',
  'approved expired',
  'production superseded',
  'production rolled_back',
  'superseded production',
  'superseded retired',
  'rolled_back retired',
];

const pairs = ReleaseState.options.flatMap((from) => ReleaseState.options.map((to) => ({ from, to })));
const isAllowed = ({ from, to }: { from: string; to: string }) => ALLOWED.includes(`${from} ${to}`);

describe('the states of a release (ST-1)', () => {
  it('are exactly these', () => {
    expect(ReleaseState.options.toSorted()).toEqual([
      'approved',
      'draft',
      'expired',
      'production',
      'rejected',
      'retired',
      'rolled_back',
      'superseded',
      'validated',
    ]);
  });

  it.each(pairs.filter(isAllowed))('let $from become $to', ({ from, to }) => {
    expect(() => assertTransition(from, to)).not.toThrow();
  });

  it.each(pairs.filter((pair) => !isAllowed(pair)))('do not let $from become $to', async ({ from, to }) => {
    const refusal = await refusalOf(() => assertTransition(from, to));

    expect(refusal).toMatchObject({
      code: 'IllegalTransition',
      name: 'IllegalTransition',
      message: `a release that is ${from} cannot become ${to}`,
      violations: [
        { field: 'state', problem: `${from} may be followed by ${TRANSITIONS[from].join(', ') || 'nothing'}` },
      ],
    });
  });

  it('end where nothing may follow', () => {
    expect(ReleaseState.options.filter((state) => TRANSITIONS[state].length === 0)).toEqual([
      'retired',
      'rejected',
      'expired',
    ]);
  });

  it('lead to production through an approval only', () => {
    const before = ReleaseState.options.filter((state) => TRANSITIONS[state].includes('production'));

    expect(before).toEqual(['approved', 'superseded']);
    expect(ReleaseState.options.filter((state) => TRANSITIONS[state].includes('approved'))).toEqual(['validated']);
  });
});
