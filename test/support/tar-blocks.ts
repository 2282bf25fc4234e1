/** Tar archives block by block, so that a test can write what no tool writes. */

export const BLOCK = 512;
export const END = Buffer.alloc(2 * BLOCK);

const POSIX = 'ustar\u000000';
export const GNU = 'ustar  \0';

/** What stands in a header, by its offset. */
type Changes = Readonly<Record<number, string | Buffer>>;
type Header = { readonly size?: number; readonly type?: string; readonly format?: string; readonly changes?: Changes };

export const header = (name: string, { size = 0, type = '0', format = POSIX, changes = {} }: Header = {}): Buffer => {
  const block = Buffer.alloc(BLOCK);
  const fields = {
    0: name,
    100: '0000644\0',
    108: '0000000\0',
    116: '0000000\0',
    124: `${size.toString(8).padStart(11, '0')}\0`,
    136: '00000000000\0',
    148: ' '.repeat(8),
    156: type,
    257: format,
  };
  for (const [at, field] of [...Object.entries(fields), ...Object.entries(changes)]) {
    Buffer.from(field).copy(block, Number(at));
  }
  if (!('148' in changes)) {
    const sum = block.reduce((total, byte) => total + byte, 0);
    block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  }
  return block;
};

/** A header with its content, filled up with zeros, or with something else. */
export const entry = (name: string, content: string | Buffer, made: Header = {}, padding = ''): Buffer => {
  const bytes = Buffer.from(content);
  const rest = Buffer.alloc((BLOCK - (bytes.length % BLOCK)) % BLOCK);
  rest.write(padding);
  return Buffer.concat([header(name, { size: bytes.length, ...made }), bytes, rest]);
};

export const paxRecord = (key: string, value: string): string => {
  const body = ` ${key}=${value}\n`;
  const bytes = Buffer.byteLength(body);
  const length = [1, 2, 3, 4, 5].find((digits) => String(bytes + digits).length === digits) ?? 0;
  return `${bytes + length}${body}`;
};

/** The header that says something about the next one. */
export const pax = (records: Readonly<Record<string, string>>, padding = ''): Buffer =>
  entry(
    'PaxHeader',
    Object.entries(records)
      .map(([key, value]) => paxRecord(key, value))
      .join(''),
    { type: 'x' },
    padding,
  );

export const longName = (name: string): Buffer => entry('././@LongLink', `${name}\0`, { type: 'L', format: GNU });
