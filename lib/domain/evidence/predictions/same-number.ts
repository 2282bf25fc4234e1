const NUMBER = /^\s*(?<sign>[+-]?)(?=\.?\d)(?<whole>\d*)\.?(?<decimals>\d*)(?:e(?<exponent>[+-]?\d{1,4}))?\s*$/i;

/**
 * Whether two texts are the same number, however engines and file formats spell it: 1, 1.0, 1.0E0. Digits are compared,
 * because as doubles 9007199254740992 and 9007199254740993 are the same.
 */
export const isSameNumber = (a: string, b: string): boolean => {
  const [first, second] = [normalOf(a), normalOf(b)];
  return first !== undefined && first === second;
};

/**
 * The normal form of a number: its digits from the first to the last non-zero one, and the power of ten of the last.
 */
const normalOf = (text: string): string | undefined => {
  const { sign, whole = '', decimals = '', exponent = '0' } = NUMBER.exec(text)?.groups ?? {};
  if (sign === undefined) return undefined;
  const digits = `${whole}${decimals}`.replace(/^0+/, '');
  const kept = digits.replace(/0+$/, '');
  if (kept === '') return '0';
  return `${sign === '-' ? '-' : ''}${kept}e${Number(exponent) - decimals.length + digits.length - kept.length}`;
};
