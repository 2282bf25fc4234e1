import { describe, expect, it } from 'vitest';
import { groupBars, terminalOf } from '../../../lib/cli/terminal/group-bars.ts';
import { fraction } from '../../../lib/domain/evidence/predictions/fraction.ts';

const PLAIN = { width: 60, hasColor: false, isUnicode: true };
const BARS = [
  { name: 'black', rate: fraction(30, 100) },
  { name: 'white', rate: fraction(40, 100) },
  { name: 'other', rate: undefined },
];

describe('the picture of groups', () => {
  it('draws each rate against the highest, with the four-fifths mark', () => {
    expect(groupBars(BARS, PLAIN)).toEqual([
      '  black  ██████████████████ │      0.3000  below 4/5: 0.7500',
      '  white  ███████████████████│████  0.4000',
      '  other                     │      inconclusive',
      '                            │ 4/5 of the highest',
    ]);
  });

  it('is drawn in ASCII where there is nothing else', () => {
    const [black, white] = groupBars(BARS, { ...PLAIN, isUnicode: false });

    expect(black).toMatch(/^ {2}black {2}#+ +\| +0\.3000 {2}below 4\/5: 0\.7500$/);
    expect(white).toMatch(/^ {2}white {2}#+\|#+ {2}0\.4000$/);
  });

  it('is coloured where a group falls below, if the terminal has colours', () => {
    const [black, white] = groupBars(BARS, { ...PLAIN, hasColor: true });

    expect(black).toContain('\u001b[31m█');
    expect(white).not.toContain('\u001b');
  });

  it.each([60, 72, 80, 200])('keeps within %i columns, however long the names are', (width) => {
    const long = BARS.map((bar) => ({ ...bar, name: `${bar.name} ${'x'.repeat(100)}` }));

    for (const line of groupBars(long, { ...PLAIN, width })) expect(line.length).toBeLessThanOrEqual(width);
  });

  it('is nothing when there is nothing to draw', () => {
    expect(groupBars([{ name: 'other', rate: undefined }], PLAIN)).toEqual([]);
    expect(groupBars([{ name: 'all', rate: fraction(0, 10) }], PLAIN)[0]).toMatch(/0\.0000$/);
  });
});

describe('a terminal', () => {
  it.each([
    [{}, { isTTY: true, columns: 120 }, { width: 120, hasColor: true, isUnicode: true }],
    [{ NO_COLOR: '1' }, { isTTY: true }, { width: 80, hasColor: false, isUnicode: true }],
    [{ TERM: 'dumb', COLUMNS: '20' }, { isTTY: true }, { width: 60, hasColor: false, isUnicode: true }],
    [{ LANG: 'C' }, {}, { width: 80, hasColor: false, isUnicode: false }],
    [{ LANG: 'de_DE.UTF-8', COLUMNS: 'wide' }, { columns: 999 }, { width: 200, hasColor: false, isUnicode: true }],
  ])('says by %j and %j what it can show', (env, stream, terminal) => {
    expect(terminalOf(env, stream)).toEqual(terminal);
  });
});
