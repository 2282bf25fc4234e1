/** A header block of a tar archive (POSIX ustar, or GNU), read so that no tool reads another name, size or type in it. */
import { entryRefusal } from './archive-refusal.ts';

export const BLOCK_BYTES = 512;

export type TarHeader = {
  readonly name: Buffer;
  readonly size: number;
  /** One character: `0` for a file, `5` for a directory, `x` for records about the next header. */
  readonly type: string;
};

type Field = { readonly what: string; readonly at: number; readonly length: number };
const field = (what: string, at: number, length: number): Field => ({ what, at, length });

const NAME = field('name', 0, 100);
const SIZE = field('size', 124, 12);
const CHECKSUM = field('checksum', 148, 8);
const TYPE = field('type', 156, 1);
const MAGIC = field('magic', 257, 5);
const FORMAT = field('format', 257, 8);
const PREFIX = field('prefix of a name', 345, 155);
/** A tool that cannot read one of them takes the header for the end of the archive. */
const NUMBERS = [
  field('mode', 100, 8),
  field('time', 136, 12),
  field('major device', 329, 8),
  field('minor device', 337, 8),
];
const OWNERS = [field('owner', 108, 8), field('group', 116, 8)];
/** Behind the zero that ends one of them, tools look for what their own format keeps there. */
const TEXTS = [
  NAME,
  field('link', 157, 100),
  field('name of an owner', 265, 32),
  field('name of a group', 297, 32),
  PREFIX,
];
/** GNU keeps times and the holes of sparse files where POSIX has the prefix; other formats keep times behind it. */
const RESTS: Readonly<Record<string, Field>> = {
  'ustar\u000000': field('rest', 500, 12),
  'ustar  \0': field('rest', 345, 167),
};

const OCTAL = /^ *([0-7]*)[ \0]*$/;
/** A number of more digits than fit is binary, behind this byte. */
const BINARY = 0x80;
/** Linux has none above. */
const OWNER_MAX = 2 ** 32 - 2;

/** As many as are compared at once. */
const ZEROS = Buffer.alloc(65_536);

/** Whether the first block of a file is one of a tar archive. */
export const isTar = (block: Buffer): boolean => textIn(block, MAGIC) === 'ustar';

export const isZero = (bytes: Uint8Array): boolean => ZEROS.subarray(0, bytes.length).equals(bytes);

/** Reads a header, or refuses it and names what in it not every tool reads alike. */
export const readHeader = (block: Buffer): TarHeader => {
  const name = beforeZero(bytesIn(block, NAME));
  const size = numberIn(bytesIn(block, SIZE));
  const odd = oddFields(block);
  if (size === undefined) odd.push(SIZE);
  if (size === undefined || odd.length > 0) {
    const fields = odd.map(({ what }) => what).join(', ');
    throw entryRefusal(name.toString(), `has an odd ${fields} in its header, which not every tool reads alike`);
  }
  const prefix = beforeZero(bytesIn(block, PREFIX));
  const type = textIn(block, TYPE);
  return {
    name: prefix.length === 0 ? name : Buffer.concat([prefix, Buffer.from('/'), name]),
    size,
    // Before POSIX, a file had no type.
    type: type === '\0' ? '0' : type,
  };
};

const oddFields = (block: Buffer): Field[] => {
  const rest = RESTS[textIn(block, FORMAT)];
  if (rest === undefined) return [FORMAT];
  return [
    ...[CHECKSUM].filter((each) => octalIn(bytesIn(block, each)) !== checksumOf(block)),
    ...NUMBERS.filter((each) => !OCTAL.test(textIn(block, each))),
    ...OWNERS.filter((each) => !isOwner(numberIn(bytesIn(block, each)))),
    ...TEXTS.filter((each) => !isZero(bytesIn(block, each).subarray(beforeZero(bytesIn(block, each)).length))),
    ...[rest].filter((each) => !isZero(bytesIn(block, each))),
  ];
};

/** The sum of all bytes, those of the sum itself taken as spaces. */
const checksumOf = (block: Buffer): number => {
  let sum = CHECKSUM.length * 0x20;
  for (let at = 0; at < BLOCK_BYTES; at += 1) {
    if (at < CHECKSUM.at || at >= CHECKSUM.at + CHECKSUM.length) sum += block.readUInt8(at);
  }
  return sum;
};

const numberIn = (bytes: Buffer): number | undefined => {
  if (bytes[0] !== BINARY) return octalIn(bytes);
  const number = Number(`0x${bytes.subarray(1).toString('hex')}`);
  return Number.isSafeInteger(number) ? number : undefined;
};

/** Undefined if there is no digit: some tools take that for zero, and others for the end. */
const octalIn = (bytes: Buffer): number | undefined => {
  const digits = OCTAL.exec(bytes.toString('latin1'))?.[1];
  return digits ? Number.parseInt(digits, 8) : undefined;
};

const isOwner = (number: number | undefined): boolean => number !== undefined && number <= OWNER_MAX;

const bytesIn = (block: Buffer, { at, length }: Field): Buffer => block.subarray(at, at + length);

const textIn = (block: Buffer, each: Field): string => bytesIn(block, each).toString('latin1');

const beforeZero = (bytes: Buffer): Buffer => {
  const end = bytes.indexOf(0);
  return end === -1 ? bytes : bytes.subarray(0, end);
};
