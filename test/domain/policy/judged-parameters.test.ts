import { expect, it } from 'vitest';
import { judgedParameters } from '../../../lib/domain/policy/judged-parameters.ts';
import { parameterChange } from '../../../lib/domain/policy/parameter-change.ts';

it('the parameters of a check that this version does not know are as they are stored', () => {
  const check = { name: 'change_freeze', mode: 'enforce', parameters: { frozen_from: '2026-12-18' } } as const;

  expect(judgedParameters(check as never)).toEqual({ frozen_from: '2026-12-18' });
});

it('items of a list that are no text are compared by all that is said of them', () => {
  const effects = (before: unknown, after: unknown) =>
    parameterChange('c.allowed_things', 'allowed_things', before, after).map(({ effect }) => effect);

  expect(effects([{ name: 'a' }], [{ name: 'a' }, { name: 'b' }])).toEqual(['looser']);
  expect(effects([1, 2], [1])).toEqual(['stricter']);
  expect(effects({ race: 'white' }, { race: 'black' })).toEqual(['unordered']);
});
