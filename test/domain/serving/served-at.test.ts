import { describe, expect, it } from 'vitest';
import { plusMilliseconds } from '../../../lib/domain/instant.ts';
import { intervalsOf, isServedAt } from '../../../lib/domain/serving/served-at.ts';
import { NOW } from '../../support/approval-case.ts';
import { aPeriod } from '../../support/looks.ts';

const LATER = plusMilliseconds(NOW, 60_000);
const [variant] = aPeriod().variants;
if (variant === undefined) throw new Error('there is no variant');
const first = aPeriod({ to: LATER });
const split = aPeriod({
  from: LATER,
  variants: [
    { ...variant, weight: '9' },
    { ...variant, variantName: 'canary', weight: '1', releaseId: 'next', modelVersion: '1.3.0' },
  ],
});

describe('what served when (TR-2)', () => {
  it('is a row for each variant of each period, in their order', () => {
    expect(
      intervalsOf([split, first]).map(({ variantName, weight, from, to }) => [variantName, weight, from, to]),
    ).toEqual([
      ['AllTraffic', '1', NOW, LATER],
      ['AllTraffic', '9', LATER, undefined],
      ['canary', '1', LATER, undefined],
    ]);
  });

  it.each([
    ['before anything was seen', plusMilliseconds(NOW, -1), []],
    ['from the first instant of a period on', NOW, ['1.2.0']],
    ['at its end, which belongs to the next', LATER, ['1.2.0', '1.3.0']],
    ['in one that is open', plusMilliseconds(LATER, 1), ['1.2.0', '1.3.0']],
  ])('says which release answered (TR-1): %s', (_, at, versions) => {
    const answered = intervalsOf([first, split]).filter((one) => isServedAt(one, at));
    expect(answered.map(({ modelVersion }) => modelVersion)).toEqual(versions);
  });

  it('names the configuration of each fleet while traffic goes from one to the other', () => {
    const coming = { ...variant, releaseId: 'next', endpointConfigName: 'next-e3', instances: 1, stage: 'Baking' };
    const shifting = aPeriod({ variants: [{ ...variant, endpointConfigName: 'former-e2' }, coming] });

    expect(intervalsOf([shifting])).toMatchObject([
      { endpointName: 'mortgage', endpointConfigName: 'former-e2' },
      { endpointConfigName: 'next-e3', stage: 'Baking', from: NOW },
    ]);
  });

  it('is nothing after the endpoint was gone', () => {
    expect(intervalsOf([first]).filter((one) => isServedAt(one, LATER))).toEqual([]);
  });
});
