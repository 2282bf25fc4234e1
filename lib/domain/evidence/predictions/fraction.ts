import * as z from 'zod';

/**
 * A quotient of counts or of sums of weights, kept exact: a difference of exactly 0.20 must not exceed a maximum of
 * "0.20" just because floating point cannot represent 0.20. The denominator is positive.
 */
export type Fraction = { readonly numerator: bigint; readonly denominator: bigint };

/** A share between 0 and 1 as policies write it: as text, because a policy is hashed and may have no fractions. */
export const Share = z
  .string()
  .regex(/^(0(\.\d{1,9})?|1(\.0{1,9})?)$/, 'must be a decimal between "0" and "1", in quotes');
export type Share = z.infer<typeof Share>;

/** Decimal places of every measured number. */
const DECIMALS = 4;

/** Undefined if the denominator is zero: a rate over nobody is no rate, and never 0. */
export const fraction = (numerator: number | bigint, denominator: number | bigint): Fraction | undefined =>
  denominator > 0 ? { numerator: BigInt(numerator), denominator: BigInt(denominator) } : undefined;

export const share = (text: Share): Fraction => {
  const decimals = text.split('.')[1]?.length ?? 0;
  return { numerator: scale(text, decimals), denominator: 10n ** BigInt(decimals) };
};

export const subtract = (a: Fraction, b: Fraction): Fraction => ({
  numerator: a.numerator * b.denominator - b.numerator * a.denominator,
  denominator: a.denominator * b.denominator,
});

/** Undefined if `b` is zero. */
export const divide = (a: Fraction, b: Fraction): Fraction | undefined =>
  b.numerator > 0n ? { numerator: a.numerator * b.denominator, denominator: a.denominator * b.numerator } : undefined;

/** Doubles that are further apart than this, as quotients of two rounded numbers, are in the order of the fractions. */
const CLEAR = 1e-9;

/** Negative, zero or positive if `a` is less than, equal to or greater than `b`. */
export const compare = (a: Fraction, b: Fraction): number => compareBeside(asDouble(a), a, asDouble(b), b);

/** The same where the doubles are known: few have to be compared exactly. */
export const compareBeside = (doubleA: number, a: Fraction, doubleB: number, b: Fraction): number =>
  clearOrder(doubleA, doubleB) ?? exactOrder(a, b);

const clearOrder = (a: number, b: number): number | undefined => {
  if (Math.abs(a - b) > CLEAR * Math.max(Math.abs(a), Math.abs(b))) return a < b ? -1 : 1;
  return undefined;
};

const exactOrder = (a: Fraction, b: Fraction): number => {
  const difference = a.numerator * b.denominator - b.numerator * a.denominator;
  return difference < 0n ? -1 : Number(difference > 0n);
};

/** Those of the smallest fraction first. Each fraction becomes a double once, and few have to be compared exactly. */
export const sortByFraction = <T>(items: readonly T[], of: (item: T) => Fraction): T[] =>
  measured(items, of)
    .sort(orderOf)
    .map(({ item }) => item);

type Placed = { readonly fraction: Fraction; readonly double: number };
const measured = <T>(items: readonly T[], of: (item: T) => Fraction): (Placed & { readonly item: T })[] =>
  items.map((item) => {
    const place = of(item);
    return { item, fraction: place, double: asDouble(place) };
  });

const orderOf = (a: Placed, b: Placed): number => compareBeside(a.double, a.fraction, b.double, b.fraction);

const asDouble = ({ numerator, denominator }: Fraction): number => Number(numerator) / Number(denominator);

/** The fraction as text, rounded half away from zero. Judgements compare fractions, not this text. */
export const toDecimal = ({ numerator, denominator }: Fraction, places = DECIMALS): string => {
  const isNegative = numerator < 0n;
  const magnitude = (isNegative ? -numerator : numerator) * 10n ** BigInt(places);
  const text = unscale((2n * magnitude + denominator) / (2n * denominator), places);
  return isNegative && /[1-9]/.test(text) ? `-${text}` : text;
};

/** An unsigned decimal as a whole number of units of its last place: "1.5" with three places is 1500. */
export const scale = (text: string, places: number): bigint => {
  const [whole = '0', decimals = ''] = text.split('.');
  return BigInt(whole + decimals.padEnd(places, '0'));
};

/** The inverse of `scale`, with all places. */
export const unscale = (units: bigint, places: number): string => {
  const digits = units.toString().padStart(places + 1, '0');
  return places === 0 ? digits : `${digits.slice(0, -places)}.${digits.slice(-places)}`;
};
