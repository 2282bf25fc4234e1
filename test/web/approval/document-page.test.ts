import { describe, expect, it } from 'vitest';
import { documentPage } from '../../../lib/web/approval/document-page.ts';
import { digestOf } from '../../support/approval-case.ts';

const MEBIBYTE = 1_048_576;
/** What a Lambda may answer, in JSON. */
const ANSWER_MAX_BYTES = 6 * MEBIBYTE;

const answerTo = (text: string): string => {
  const file = {
    name: 'evaluation_report',
    sizeBytes: MEBIBYTE,
    sha256: digestOf('x'),
    bucket: 'b',
    key: 'k',
  } as never;
  const release = { modelName: 'mortgage-approval', modelVersion: '1.2.0' } as never;
  return JSON.stringify(String(documentPage({ file, release, text })));
};
/** One line of JSON of a mebibyte, of so many short values in nested lists, and then one string of this character. */
const oneLine = (values: number, character: string): string => {
  const [before, after] = [`${'['.repeat(12)}${'0,'.repeat(values)}"`, `"${']'.repeat(12)}`];
  return `${before}${character.repeat(MEBIBYTE - before.length - after.length)}${after}`;
};

describe('a file of a mebibyte', () => {
  it.each([
    ['laid out, of what is five times as long in markup', oneLine(50_000, '&')],
    ['laid out, of values alone', oneLine(500_000, '&')],
    ['laid out, of quotation marks', JSON.stringify(['"'.repeat(MEBIBYTE / 2 - 8)])],
    ['as it was written', '&'.repeat(MEBIBYTE)],
    ['of characters that nobody sees', '\u0001'.repeat(MEBIBYTE)],
    ['of line breaks', '\n'.repeat(MEBIBYTE)],
  ])('fits into an answer: %s', (_, text) => {
    expect(Buffer.byteLength(answerTo(text))).toBeLessThan(ANSWER_MAX_BYTES);
  });

  it('is laid out where that fits', () => {
    expect(answerTo('{"a":[1,2]}')).toContain('Line breaks were added');
    expect(answerTo(oneLine(1000, 'x'))).toContain('Line breaks were added');
    expect(answerTo(oneLine(50_000, '&'))).not.toContain('Line breaks were added');
  });
});
