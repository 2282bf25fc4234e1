import fc from 'fast-check';

/**
 * Units that take most bytes in JSON, or are half a character: control characters, quotes, wide scripts, surrogates.
 */
const HOSTILE_UNITS = [0x00, 0x01, 0x22, 0x5c, 0x7f, 0x4e2d, 0x2028, 0xfeff, 0xd83d, 0xde00];

/** Texts of any UTF-16 units, well formed or not. */
export const hostileText = (maxLength: number): fc.Arbitrary<string> =>
  fc
    .array(fc.oneof(fc.constantFrom(...HOSTILE_UNITS), fc.integer({ min: 0, max: 0xffff })), { maxLength, size: 'max' })
    .map((units) => String.fromCharCode(...units));
