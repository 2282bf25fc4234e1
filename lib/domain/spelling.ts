/** The word of a vocabulary that was probably meant, if one is close enough. */
export const nearestWord = (word: string, vocabulary: readonly string[]): string | undefined => {
  const meant = foldWord(word);
  const best = vocabulary
    .map((known) => ({ known, distance: editDistance(meant, foldWord(known)) }))
    .sort((a, b) => a.distance - b.distance)[0];
  const isNear = best !== undefined && best.distance < meant.length && best.distance <= Math.max(1, meant.length / 3);
  return isNear ? best.known : undefined;
};

/**
 * Whether two names probably mean the same: they differ only by case, spaces and punctuation, or by one letter of a word
 * long enough for that to be a slip. Digits never are one: 65-74 and 65-75 are two bands.
 */
export const isLikelySame = (a: string, b: string): boolean => {
  const [first, second] = [foldName(a), foldName(b)];
  if (first === second) return first !== '';
  const isLong = Math.min(first.length, second.length) >= SLIP_MIN_LENGTH;
  return isLong && digitsOf(first) === digitsOf(second) && editDistance(first, second) === 1;
};

const SLIP_MIN_LENGTH = 5;
const digitsOf = (word: string): string => word.replaceAll(/\P{N}/gu, '');
const foldName = (name: string): string =>
  name
    .slice(0, WORD_MAX_LENGTH)
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, '');

/** Vocabularies consist of short words. Only this much of a word is compared, which bounds the work. */
const WORD_MAX_LENGTH = 64;

const foldWord = (word: string): string => word.slice(0, WORD_MAX_LENGTH).toLowerCase().replaceAll(/[\s-]/g, '_');

/** How many letters must be put in, left out, replaced, or swapped with their neighbour (optimal string alignment). */
const editDistance = (a: string, b: string): number => {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  const at = (i: number, j: number): number => Number(rows[i]?.[j]); // Both are within the table.
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    rows.push(row);
    for (let j = 1; j <= b.length; j += 1) {
      const isSame = a[i - 1] === b[j - 1];
      const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row.push(
        Math.min(
          at(i - 1, j) + 1,
          at(i, j - 1) + 1,
          at(i - 1, j - 1) + (isSame ? 0 : 1),
          ...(isSwapped ? [at(i - 2, j - 2) + 1] : []),
        ),
      );
    }
  }
  return at(a.length, b.length);
};
