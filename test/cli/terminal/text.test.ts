import { expect, it } from 'vitest';
import { jsonText } from '../../../lib/cli/terminal/text.ts';

it('JSON keeps its values, and nothing in it that could steer a terminal', () => {
  const value = { said: 'a\u202eb\u009bc\u{e0001}' };

  const text = jsonText(value);

  expect(text).toContain('a\\u202eb\\u009bc\\udb40\\udc01');
  expect(JSON.parse(text)).toEqual(value);
});
