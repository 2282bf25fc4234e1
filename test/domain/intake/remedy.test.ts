import { expect, it } from 'vitest';
import { remedyOf } from '../../../lib/domain/intake/remedy.ts';

it('says what to do about a refusal, and nothing about one that only another version knows', () => {
  expect(remedyOf('VersionTaken')).toContain('submit the release again');
  expect(remedyOf('SomethingNew')).toBe('');
  expect(remedyOf('toString')).toBe('');
});
