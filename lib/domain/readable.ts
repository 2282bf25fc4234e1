/** Text that is signed, or shown to those who decide, says to every reader what it says to the next one. */

/** What changes the shape of the character before it: joiners of letters and emoji, and variation selectors. */
const SHAPING = String.raw`[\u200c\u200d\ufe0e\ufe0f]`;
/** A character that is seen and can have a shape, with a variation selector or without. */
const SHAPED = String.raw`(?!\p{Default_Ignorable_Code_Point})[\p{L}\p{M}\p{Extended_Pictographic}\p{Emoji_Modifier}][\ufe0e\ufe0f]?`;
/**
 * A mark that stands over, under or in the letter before it, after so many that more of them draw over the lines around. No
 * language needs more on one letter.
 */
const STACKED = String.raw`[\p{Mn}\p{Me}]`;
const STACKED_MAX = 4;
const STACKED_TOO_HIGH = String.raw`(?<=(?:${STACKED}[\u200c\u200d]?){${STACKED_MAX}})${STACKED}`;
/**
 * What is not seen but changes what is: control characters, other than tab and line feed; separators of lines and
 * paragraphs; marks and overrides of the reading direction; and whatever Unicode lets a reader ignore, such as zero-width
 * spaces, fillers and tags, in which a second text can be hidden. Two texts that look the same would not be.
 */
const UNREADABLE = new RegExp(
  [
    String.raw`[^\P{Cc}\t\n]`,
    String.raw`[\p{Zl}\p{Zp}\p{Bidi_Control}]`,
    String.raw`(?!${SHAPING})\p{Default_Ignorable_Code_Point}`,
    `(?<!${SHAPED})${SHAPING}`,
    STACKED_TOO_HIGH,
  ].join('|'),
  'u',
);
const ALL_UNREADABLE = new RegExp(UNREADABLE, 'gu');
const MARK = new RegExp(`(?!\\p{Default_Ignorable_Code_Point})${STACKED}`, 'u');

/** At least one character that leaves a mark: neither space nor control, zero-width, filler, a place for an object, or a mark without a letter. */
const VISIBLE = /[^\p{Z}\p{C}\p{M}\p{Default_Ignorable_Code_Point}\u2800\ufffc\u{1d159}]/u;

/** Whether a person who looks at a text sees nothing. */
export const isBlank = (text: string): boolean => !VISIBLE.test(text);

/** How many characters of a text a person sees. */
export const visibleCharacters = (text: string): number => [...text].filter((one) => VISIBLE.test(one)).length;

/** Why a text cannot be read as it is; undefined if it can. The text is not repeated, because it may be kept. */
export const unreadableIn = (text: string): string | undefined => {
  const found = UNREADABLE.exec(text)?.[0].codePointAt(0);
  if (found === undefined) return undefined;
  const name = `U+${found.toString(16).toUpperCase().padStart(4, '0')}`;
  return MARK.test(String.fromCodePoint(found))
    ? `has more than ${STACKED_MAX} marks on one letter, the next of which is ${name}`
    : `has a character that is not seen, ${name}`;
};

/** A text of a machine, which cannot be asked to write another: what is not seen, or draws over other lines, becomes U+FFFD. */
export const madeReadable = (text: string): string => text.toWellFormed().replaceAll(ALL_UNREADABLE, '\ufffd');

type Path = readonly (string | number)[];
type Part = { readonly path: Path; readonly value: unknown };

/** Every part of a document, in its order. It is walked without recursion: it may be hostile. */
export const partsIn = (document: unknown): Part[] => {
  const found: Part[] = [];
  const parts: Part[] = [{ path: [], value: document }];
  for (let part = parts.pop(); part !== undefined; part = parts.pop()) {
    found.push(part);
    parts.push(...partsOf(part).toReversed());
  }
  return found;
};

/** Every part of a document that cannot be read as it is, a key being a part of what holds it. */
export const unreadableParts = (document: unknown): { path: Path; problem: string }[] =>
  partsIn(document).flatMap(({ path, value }) => {
    const problem = typeof value === 'string' ? unreadableIn(value) : keyProblem(value);
    return problem === undefined ? [] : [{ path, problem }];
  });

const keyProblem = (value: unknown): string | undefined => {
  const problem = keysOf(value)
    .map(unreadableIn)
    .find((inKey) => inKey !== undefined);
  return problem && `has a key that ${problem}`;
};

const partsOf = ({ path, value }: Part): Part[] =>
  keysOf(value).map((key) => ({
    path: [...path, Array.isArray(value) ? Number(key) : key],
    value: Reflect.get(Object(value), key),
  }));

const keysOf = (value: unknown): string[] => (typeof value === 'object' && value !== null ? Object.keys(value) : []);
