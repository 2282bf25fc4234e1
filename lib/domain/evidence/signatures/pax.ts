/** Records of a PAX header (POSIX.1-2001): what they say about the next file of an archive. */
import { quoted } from './archive-refusal.ts';

/** What may be said, and how: nothing else is meant by every tool, and a value that is malformed ends the archive for some. */
const MEANT: readonly (readonly [RegExp, RegExp])[] = [
  [/^path$/, /^[^\0]+$/],
  [/^size$/, /^(0|[1-9]\d{0,14})$/],
  [/^[mac]time$/, /^-?\d{1,11}(\.\d{1,20})?$/],
  [/^[ug]id$/, /^\d{1,10}$/],
  [/^([ug]name|comment)$/, /^[^\0]*$/],
  // Attributes beside the content, of Linux and of macOS.
  [/^(SCHILY\.(xattr|acl)|LIBARCHIVE\.xattr)\.[^\0]+$/, /^/],
  [/^(SCHILY\.(dev|ino|nlink|fflags)|LIBARCHIVE\.creationtime|RHT\.security\.selinux)$/, /^[^\0]*$/],
];

export type Extension = { readonly path?: Buffer; readonly size?: number };

/** What records say of the path and the size of a file, or why not every tool reads them alike. */
export const readPax = (bytes: Buffer): Extension | { readonly problem: string } => {
  // Python looks for it in the values as well, and then reads names by another encoding.
  if (bytes.includes('hdrcharset=')) return { problem: `has the PAX record ${quoted('hdrcharset')}` };
  const values = new Map<string, Buffer>();
  for (let at = 0; at < bytes.length; ) {
    const record = recordAt(bytes, at);
    if (record === undefined) return { problem: 'has a malformed PAX record' };
    const { key, value, end } = record;
    const allowed = MEANT.find(([keys]) => keys.test(key))?.[1];
    if (allowed === undefined) return { problem: `has the PAX record ${quoted(key)}` };
    if (!allowed.test(value.toString('latin1')))
      return { problem: `has an odd value in the PAX record ${quoted(key)}` };
    if (values.has(key)) return { problem: `has the PAX record ${quoted(key)} twice` };
    values.set(key, value);
    at = end;
  }
  const [path, size] = [values.get('path'), values.get('size')];
  return { ...(path && { path }), ...(size && { size: Number(size) }) };
};

type PaxRecord = { readonly key: string; readonly value: Buffer; readonly end: number };

/** `LENGTH KEY=VALUE`, with a line feed that LENGTH counts as well. */
const recordAt = (bytes: Buffer, at: number): PaxRecord | undefined => {
  const [space, equals] = [bytes.indexOf(' ', at), bytes.indexOf('=', at)];
  const digits = bytes.toString('latin1', at, space);
  const end = at + Number(digits);
  const isWhole = /^[1-9]\d{0,7}$/.test(digits) && space < equals && equals < end && bytes[end - 1] === 0x0a;
  return isWhole
    ? { key: bytes.toString('utf8', space + 1, equals), value: bytes.subarray(equals + 1, end - 1), end }
    : undefined;
};
