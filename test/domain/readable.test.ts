import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isBlank, madeReadable, unreadableIn, unreadableParts } from '../../lib/domain/readable.ts';

describe('a text that nobody can see', () => {
  it.each([
    ['nothing', ''],
    ['spaces of all widths', ' \t\n\u00a0\u2003\u3000'],
    ['zero-width characters', '\u200b\u200c\u200d\u2060\ufeff'],
    ['soft hyphens and fillers', '\u00ad\u115f\u3164\uffa0'],
    ['blank braille', '\u2800'],
    ['a place for an object, and a note without a head', '\ufffc\u{1d159}'],
    ['marks without a letter', '\u0301\ufe0f'],
    ['directions of nothing', '\u202e\u2066'],
    ['tags', '\u{e0061}\u{e0062}'],
  ])('is blank: %s', (_, text) => {
    expect(isBlank(text)).toBe(true);
  });

  it.each(['x', '.', '—', '否', 'नहीं', 'می‌خواهم', '👩‍🔬', ' 7 ', '\u200bno'])('is not %j', (text) => {
    expect(isBlank(text)).toBe(false);
  });
});

describe('a text that does not say the same to every reader', () => {
  it.each([
    ['turns the reading direction', 'approved \u202eton', 'U+202E'],
    ['isolates a part of it', 'a\u2066b', 'U+2066'],
    ['marks a direction', 'a\u200f', 'U+200F'],
    ['marks an Arabic letter', '\u061c', 'U+061C'],
    ['controls a terminal', '\u001b[2J', 'U+001B'],
    ['goes back to the beginning of the line', 'no\ryes', 'U+000D'],
    ['deletes', 'a\u007f', 'U+007F'],
    ['breaks a line where others do not', 'a\u2028b', 'U+2028'],
    ['hides a text in tags', 'fine\u{e006e}\u{e006f}', 'U+E006E'],
    ['has no width', '7\u200b', 'U+200B'],
    ['joins words', 'a\u2060b', 'U+2060'],
    ['may break a word', 'a\u00adb', 'U+00AD'],
    ['joins graphemes', 'a\u034f', 'U+034F'],
    ['fills the place of a letter', '\u3164', 'U+3164'],
    ['selects a variation of a digit', '0.5\ufe00', 'U+FE00'],
    ['selects one of many', '0.5\u{e0100}', 'U+E0100'],
    ['joins what has no shape', '7\u200d', 'U+200D'],
    ['joins a joiner', 'a\u200d\u200d', 'U+200D'],
  ])('has a character that is named: one that %s', (_, text, name) => {
    expect(unreadableIn(text)).toBe(`has a character that is not seen, ${name}`);
    expect(unreadableIn(madeReadable(text))).toBeUndefined();
  });

  it.each([
    ['', 'e\u0301\u0302\u0303\u0304\u0305', 'U+0305'],
    [', joiners between them', `e${'\u0301\u200d'.repeat(4)}\u0305`, 'U+0305'],
    [', around it', `e${'\u20dd'.repeat(5)}`, 'U+20DD'],
    ['', `m${'\u0489'.repeat(240)}`, 'U+0489'],
  ])('has more marks on a letter than any language%s', (_, text, name) => {
    expect(unreadableIn(text)).toBe(`has more than 4 marks on one letter, the next of which is ${name}`);
    expect(unreadableIn(madeReadable(text))).toBeUndefined();
  });

  it.each([
    'two\nlines,\ta tab',
    'بدون تغییر',
    'می‌خواهم',
    'עברית',
    '👩‍🔬',
    '👩🏽‍🔬',
    '❤️‍🔥',
    'क्‍ष',
    'a\u0301',
    'e\u0323\u0302\u0301\u0300',
    'שָׁלוֹם',
    'ที่',
    'བསྒྲུབས',
  ])('is not %j', (text) => {
    expect(unreadableIn(text)).toBeUndefined();
    expect(madeReadable(text)).toBe(text);
  });

  it('is well formed once it is made readable', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const readable = madeReadable(`${text}\ud800`);

        expect(unreadableIn(readable)).toBeUndefined();
        expect(readable.isWellFormed()).toBe(true);
      }),
    );
  });
});

describe('a document', () => {
  it('is walked to every text in it, keys included', () => {
    const document = {
      fine: ['yes', { deep: 'no\u202e' }, 7, null, true],
      'bad\u0000key': 'no\u202e',
      last: '\u200e',
    };

    expect(unreadableParts(document)).toEqual([
      { path: [], problem: 'has a key that has a character that is not seen, U+0000' },
      { path: ['fine', 1, 'deep'], problem: 'has a character that is not seen, U+202E' },
      { path: ['bad\u0000key'], problem: 'has a character that is not seen, U+202E' },
      { path: ['last'], problem: 'has a character that is not seen, U+200E' },
    ]);
  });

  it('may be of any depth, or only a text', () => {
    let deep: unknown = '\u202e';
    for (let depth = 0; depth < 3000; depth += 1) deep = [deep];

    expect(unreadableParts(deep)).toHaveLength(1);
    expect(unreadableParts('\u202e')).toMatchObject([{ path: [] }]);
  });
});
