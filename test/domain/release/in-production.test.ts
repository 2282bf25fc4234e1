import { expect, it } from 'vitest';
import { InProduction, requireReadable } from '../../../lib/domain/release/in-production.ts';
import { inProduction } from '../../support/release-life.ts';

it('a judgement about all that serves is not made of less', () => {
  const found = [InProduction.parse(inProduction)];

  expect(requireReadable({ found, unreadable: [] })).toBe(found);
  expect(() => requireReadable({ found, unreadable: ['RELEASE#r-1', 'RELEASE#r-2'] })).toThrow(
    'could not read 2 of the releases in production, such as RELEASE#r-1',
  );
});
