import { describe, expect, it } from 'vitest';
import { withoutFormulas } from '../../lib/domain/spreadsheet-text.ts';

describe('a text in a spreadsheet', () => {
  it.each([
    ['=1+2', "'=1+2"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['＝HYPERLINK("x")', '\'＝HYPERLINK("x")'],
    ['－1', "'－1"],
    ['\rx', "'\rx"],
    ['fine;=cmd', "fine;'=cmd"],
    ['fine; \t=cmd', "fine; \t'=cmd"],
    ['fine\t＋1;@x', "fine\t'＋1;'@x"],
    ['fine\r\n-1', "fine\r\n'-1"],
  ])('%j is no formula', (text, harmless) => {
    expect(withoutFormulas(text)).toBe(harmless);
  });

  it.each(['a-b = c', 'ana@example.com', 'one; two', ''])('%j is as it is', (text) => {
    expect(withoutFormulas(text)).toBe(text);
  });
});
