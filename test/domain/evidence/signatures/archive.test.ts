/** An archive counts only if every tool unpacks exactly the files that are signed: each case here was unpacked otherwise by one. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { compareFiles } from '../../../../lib/domain/evidence/signatures/compare-files.ts';
import type { SignedFiles } from '../../../../lib/domain/evidence/signatures/signed-files.ts';
import { refusalOf } from '../../../support/refusals.ts';
import { BLOCK, END, entry, GNU, header, longName, pax, paxRecord } from '../../../support/tar-blocks.ts';

const MODEL = 'weights';
const CODE = 'print("signed")';
const FILTERS = 'filter on';

const signedOf = (files: Readonly<Record<string, string>>): SignedFiles => ({
  hash: 'sha256',
  shardBytes: undefined,
  files: new Map(
    Object.entries(files).map(([name, content]) => [
      name,
      new Map([['', createHash('sha256').update(content).digest('hex')]]),
    ]),
  ),
});
const SIGNED = signedOf({ 'model.bin': MODEL, 'inference.py': CODE, 'filters.json': FILTERS });
const NONE = { changed: [], missing: [], unsigned: [] };

const inChunks = (bytes: Uint8Array, length: number) => async () =>
  (async function* () {
    for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
  })();

const compare = (bytes: Uint8Array, signed = SIGNED, chunk = 100) => compareFiles(inChunks(bytes, chunk), signed, []);
const refusal = (bytes: Uint8Array, chunk = 100) => refusalOf(() => compare(bytes, SIGNED, chunk));

const TWO = Buffer.concat([entry('model.bin', MODEL), entry('inference.py', CODE)]);
const ALL = Buffer.concat([TWO, entry('filters.json', FILTERS)]);
/** The two files, and the third in some odd way. */
const with3rd = (...blocks: readonly Buffer[]): Buffer => Buffer.concat([TWO, ...blocks, END]);
const filters = entry('filters.json', FILTERS);

const ODD: readonly (readonly [string, Buffer, string])[] = [
  ['a file after the end', Buffer.concat([TWO, END, filters, END]), 'goes on after its end'],
  [
    'a file after one block of zeros',
    Buffer.concat([TWO, Buffer.alloc(BLOCK), filters, END]),
    'goes on after a block of zeros',
  ],
  ['no end', ALL, 'breaks off'],
  ['half an end', Buffer.concat([ALL, Buffer.alloc(BLOCK)]), 'breaks off'],
  [
    'holes in a file, as GNU writes them in PAX',
    with3rd(pax({ 'GNU.sparse.size': '100', 'GNU.sparse.map': '76,24' }), filters),
    'has an entry “PaxHeader” that has the PAX record “GNU.sparse.size”',
  ],
  ['another name for holes', with3rd(pax({ 'GNU.sparse.name': 'inference.py' }), filters), '“GNU.sparse.name”'],
  ['holes, as another tool writes them', with3rd(pax({ 'SCHILY.realsize': '9' }), filters), '“SCHILY.realsize”'],
  ['a name in another character set', with3rd(pax({ hdrcharset: 'BINARY' }), filters), '“hdrcharset”'],
  [
    'the same within a value',
    with3rd(pax({ 'SCHILY.xattr.user.a': `\n${paxRecord('hdrcharset', 'BINARY')}` }), filters),
    '“hdrcharset”',
  ],
  [
    'records about all that follows',
    with3rd(entry('pax_global_header', paxRecord('path', 'inference.py'), { type: 'g' }), filters),
    'has an entry “pax_global_header” that is of type “g”',
  ],
  ['a long name before records', with3rd(longName('inference.py'), pax({ path: 'filters.json' }), filters), '“x”'],
  ['records before a long name', with3rd(pax({ path: 'filters.json' }), longName('inference.py'), filters), '“L”'],
  [
    'a long name of an earlier GNU tar',
    with3rd(entry('././@LongLink', 'filters.json\0', { type: 'N', format: GNU }), entry('inference.py', FILTERS)),
    '“N”',
  ],
  ['a file of type S', with3rd(entry('filters.json', FILTERS, { type: 'S', format: GNU })), '“S”'],
  ['a long link', with3rd(entry('././@LongLink', 'a\0', { type: 'K', format: GNU }), filters), '“K”'],
  ['a type that cannot be read', with3rd(entry('filters.json', FILTERS, { type: '\u0007' })), '“\ufffd”'],
  [
    'a file with the name of a folder',
    with3rd(pax({ path: 'filters.json/' }), entry('x', FILTERS)),
    'has an entry “filters.json/” that is a file with the name of a folder',
  ],
  ['a file with the name of a folder in it', with3rd(entry('filters.json/.', FILTERS)), 'with the name of a folder'],
  ['a file without a name', with3rd(entry('', FILTERS)), 'has an entry “” that is a file with the name of a folder'],
  ['a folder with content', with3rd(entry('d/', FILTERS, { type: '5' }), filters), 'has content, and is no file'],
  ['a name that is empty', with3rd(pax({ path: '' }), filters), 'an odd value in the PAX record “path”'],
  ['a name with a zero', with3rd(pax({ path: 'filters.json\0x' }), filters), 'in the PAX record “path”'],
  ['a size that is no number', with3rd(pax({ size: '9junk' }), filters), 'in the PAX record “size”'],
  ['a second size', with3rd(pax({ size: '3' }), filters), 'has an entry “filters.json” that has two sizes'],
  ['a second size for nothing', with3rd(pax({ size: '9' }), header('filters.json')), 'has two sizes'],
  ['a time that is no number', with3rd(pax({ mtime: '1e9' }), filters), 'in the PAX record “mtime”'],
  [
    'a record twice',
    with3rd(entry('P', `${paxRecord('uid', '1')}${paxRecord('uid', '2')}`, { type: 'x' }), filters),
    'has the PAX record “uid” twice',
  ],
  ['a record in the padding', with3rd(pax({ uid: '1' }, paxRecord('path', 'inference.py')), filters), 'bytes between'],
  ['bytes after a file', with3rd(entry('filters.json', FILTERS, {}, 'more')), 'has bytes between its entries'],
  ...['3 a', '9 path=xy\n', '09 path=x\n', '9path=xyz\n', '99 path=x\n', '9 path=xx', '6 path\n', '\n'].map(
    (record) =>
      [
        `a record that reads ${JSON.stringify(record)}`,
        with3rd(entry('P', record, { type: 'x' }), filters),
        'has an entry “P” that has a malformed PAX record',
      ] as const,
  ),
  ...['', '\0', 'filters.json', 'filters\0json\0'].map(
    (name) =>
      [
        `a long name that reads ${JSON.stringify(name)}`,
        with3rd(entry('././@LongLink', name, { type: 'L', format: GNU }), entry('x', FILTERS)),
        'has an entry “././@LongLink” that has a malformed long name',
      ] as const,
  ),
  ['records about nothing', with3rd(filters, pax({ uid: '1' })), 'is about another that is missing'],
  [
    'records that are a megabyte',
    with3rd(header('P', { type: 'x', size: 2 ** 20 + 1 })),
    'says more than 1048576 bytes',
  ],
  [
    'a name that is not UTF-8',
    with3rd(entry('x', FILTERS, { changes: { 0: Buffer.from('filters\xff.json', 'latin1') } })),
    'has a name that is not UTF-8',
  ],
  [
    'a name that one tool composes',
    with3rd(pax({ path: 'filte\u0301rs.json' }), entry('x', FILTERS)),
    'that is not in the composed form of Unicode (NFC)',
  ],
  ['a folder of such a name', with3rd(header('e\u0301/', { type: '5' }), filters), '(NFC)'],
  [
    'a name with a part that is longer than a file may be called',
    with3rd(pax({ path: `d/${'é'.repeat(128)}` }), entry('x', FILTERS)),
    'has a name of more than 1024 bytes, or a part of it of more than 255',
  ],
  [
    'a name that is longer than a path may be',
    with3rd(longName(`${'d/'.repeat(512)}f`), entry('x', FILTERS)),
    'has a name of more than 1024 bytes',
  ],
  // It would be remembered, with thousands of others.
  [
    'a folder of a name of a megabyte',
    with3rd(pax({ path: `${'a'.repeat(90_000)}/` }), header('d', { type: '5' })),
    'bytes',
  ],
  ['another format', with3rd(entry('filters.json', FILTERS, { format: 'ustar\0\0\0' })), 'an odd format in its header'],
  ['a wrong checksum', with3rd(header('d/', { type: '5', changes: { 148: '0000000\0' } }), filters), 'odd checksum'],
  ...(
    [
      [100, '000064x\0', 'mode'],
      [108, '999\0', 'owner'],
      [108, '\xff', 'owner'],
      [116, Buffer.from([0x80, 0, 0, 1, 0, 0, 0, 0]), 'group'],
      [124, '\0'.repeat(12), 'size'],
      [124, '-0000000009\0', 'size'],
      [124, Buffer.from([0x80, ...Array(11).fill(0xff)]), 'size'],
      [136, '1 2', 'time'],
      [329, 'x', 'major device'],
      [337, 'x', 'minor device'],
      [90, 'x', 'name'],
      [200, 'x', 'link'],
      [280, 'x', 'name of an owner'],
      [310, 'x', 'name of a group'],
      [400, 'x', 'prefix of a name'],
      [500, 'x', 'rest'],
    ] as const
  ).map(
    ([at, text, field]) =>
      [
        `a header with an odd ${field} at ${at}`,
        with3rd(header('filters.json', { changes: { [at]: text } })),
        `has an entry “filters.json” that has an odd ${field} in its header`,
      ] as const,
  ),
  [
    'a prefix behind a header of GNU',
    with3rd(entry('filters.json', FILTERS, { format: GNU, changes: { 345: 'code' } })),
    'an odd rest in its header',
  ],
  [
    'several odd fields',
    with3rd(entry('filters.json', FILTERS, { changes: { 100: 'x', 136: 'x' } })),
    'an odd mode, time in its header',
  ],
  [
    'a name that nobody can read, and that is long',
    with3rd(pax({ [`\u202e${'long'.repeat(100)}`]: '' }), filters),
    `the PAX record “\ufffd${'long'.repeat(100).slice(0, 127)}”`,
  ],
];

describe('an archive that two tools unpack into different files (SG-3)', () => {
  it.each(ODD)('is refused, with %s', async (_, bytes, says) => {
    for (const archive of [bytes, gzipSync(bytes)]) {
      const { code, message, violations } = await refusal(archive);

      expect({ code, message }).toEqual({
        code: 'EvidenceUnreadable',
        message: expect.stringContaining(`could not read the artifact: its archive`),
      });
      expect(message).toContain(says);
      expect(violations).toEqual([{ field: 'artifact', problem: expect.stringContaining(says) }]);
    }
  });

  it('is refused for more entries than a signature has room for', async () => {
    const folder = header('d/', { type: '5' });

    expect((await refusal(Buffer.concat(Array(20_001).fill(folder)), 65_536)).message).toContain(
      'has more than 20000 entries',
    );
  });

  it('is not what was signed, with a folder that takes the place of a file', async () => {
    const folder = header('filters.json/', { type: '5' });

    expect(await compare(with3rd(filters, folder))).toEqual({
      ...NONE,
      missing: ['filters.json'],
      unsigned: ['filters.json/'],
    });
    expect(await compare(with3rd(folder, filters))).toEqual({ ...NONE, unsigned: ['filters.json'] });
    expect(await compare(with3rd(folder, folder))).toEqual({ ...NONE, missing: ['filters.json'] });
    expect(await compare(with3rd(filters, header('../d/', { type: '5' })))).toEqual({ ...NONE, unsigned: ['../d/'] });
  });
});

describe('a file below a file', () => {
  const both = signedOf({ a: MODEL, 'a/b': CODE, 'a-b': FILTERS });
  const [a, below, beside] = [entry('a', MODEL), entry('a/b', CODE), entry('a-b', FILTERS)];

  it.each([
    ['after it', [a, beside, below]],
    ['before it', [below, beside, a]],
    ['as a folder', [a, beside, header('a/d/', { type: '5' })]],
  ])('is refused though both are signed: %s', async (_, blocks) => {
    const { message } = await refusalOf(() => compare(Buffer.concat([...blocks, END]), both));

    expect(message).toMatch(
      /has an entry “a\/[bd]” that lies below what is no folder, which not every tool unpacks alike/,
    );
  });

  it('is another one than a file beside it, or below a folder', async () => {
    const folder = header('a/', { type: '5' });

    expect(await compare(Buffer.concat([folder, below, beside, END]), both)).toEqual({ ...NONE, missing: ['a'] });
  });
});

describe('what gzip packed', () => {
  const whole = gzipSync(Buffer.concat([ALL, END]));
  const evil = gzipSync(Buffer.concat([entry('inference.py', 'import os'), entry('sitecustomize.py', ''), END]));
  const changed = (at: number, byte: number): Buffer => Buffer.from(whole.with(at, byte));

  it.each([
    ['zeros and a second archive', Buffer.concat([gzipSync(ALL), Buffer.alloc(8), evil]), 'goes on after'],
    ['a second member', Buffer.concat([gzipSync(TWO), gzipSync(Buffer.concat([filters, END]))]), 'goes on after'],
    ['a second archive', Buffer.concat([whole, evil]), 'goes on after what gzip packed first'],
    ['zeros', Buffer.concat([whole, Buffer.alloc(1)]), 'goes on after'],
    ['other bytes', Buffer.concat([whole, Buffer.from('junk')]), 'goes on after'],
    ['no checksum', whole.subarray(0, -1), 'breaks off'],
    ['half of it', whole.subarray(0, whole.length / 2), 'breaks off, or is not what gzip wrote'],
    ['another checksum', changed(whole.length - 8, (whole.at(-8) ?? 0) ^ 1), 'does not match the checksum of gzip'],
    ['another length', changed(whole.length - 1, 1), 'does not match the checksum of gzip'],
    ['another byte', changed(30, (whole[30] ?? 0) ^ 0xff), 'its archive'],
    ['another method', changed(2, 7), 'has a header of gzip that not every tool reads'],
    ['an extra field', changed(3, 4), 'has a header of gzip that not every tool reads'],
    ['a name without an end', changed(3, 8).subarray(0, 40).fill(0x61, 10), 'a name in the header of gzip that'],
    ['only its first bytes', whole.subarray(0, 2), 'has a header of gzip'],
    ['no deflated data', Buffer.concat([whole.subarray(0, 10), Buffer.from('junk'.repeat(9))]), 'not what gzip wrote'],
  ])('is refused with %s, in whichever chunks it comes', async (_, bytes, says) => {
    for (const chunk of [1, 7, gzipSync(ALL).length, whole.length, 1_000_000]) {
      expect((await refusal(bytes, chunk)).message).toContain(says);
    }
  });

  it('may have the name of a file', async () => {
    const named = Buffer.concat([changed(3, 8).subarray(0, 10), Buffer.from('model.tar\0'), whole.subarray(10)]);

    for (const chunk of [1, 7, 1_000_000]) expect(await compare(named, SIGNED, chunk)).toEqual(NONE);
  });

  it('is let go of when not all of it is needed', async () => {
    const closed: string[] = [];
    const source = (name: string, bytes: Uint8Array) => async () =>
      (async function* () {
        try {
          for (let at = 0; at < bytes.length; at += 100) yield bytes.subarray(at, at + 100);
        } finally {
          closed.push(name);
        }
      })();
    const many = Buffer.concat([...Array.from({ length: 150 }, (__, index) => entry(`${index}`, 'x')), END]);

    await compareFiles(source('many', gzipSync(many)), SIGNED, []);
    await compareFiles(source('text', Buffer.alloc(2000, 'x')), SIGNED, []);
    await refusalOf(() => compareFiles(source('odd', gzipSync(with3rd(header('x', { type: 'S' })))), SIGNED, []));

    // What is no archive is read twice: to see that, and for its digest.
    expect(closed).toEqual(['many', 'text', 'text', 'odd']);
  });

  it('may come from where nothing can be let go of', async () => {
    const bytes = async () => {
      const chunks = [Buffer.from('text')];
      const next = async () => {
        const value = chunks.pop();
        return value === undefined ? { done: true as const, value } : { done: false as const, value };
      };
      return { [Symbol.asyncIterator]: () => ({ next }) };
    };

    expect(await compareFiles(bytes, SIGNED, [])).toBeUndefined();
  });
});

describe('an archive', () => {
  it.each<[string, Buffer]>([
    ['a folder that is named twice', with3rd(...Array(2).fill(header('./', { type: '5' })), filters)],
    ['a root that is written as /', with3rd(header('/', { type: '5' }), filters)],
    ['a file of a type from before POSIX', with3rd(entry('filters.json', FILTERS, { type: '\0' }))],
    [
      'numbers that begin and end with spaces',
      with3rd(entry('filters.json', FILTERS, { changes: { 100: '   644 ' } })),
    ],
    [
      'numbers that are binary',
      with3rd(
        entry('filters.json', FILTERS, {
          changes: { 124: Buffer.from([0x80, ...Array(10).fill(0), 9]), 108: Buffer.from([0x80, 0, 0, 0, 0, 9, 9, 9]) },
        }),
      ),
    ],
    ['the size in PAX as well', with3rd(pax({ size: String(FILTERS.length) }), filters)],
    [
      'attributes',
      with3rd(pax({ 'SCHILY.xattr.user.a': '\0\n', 'LIBARCHIVE.creationtime': '1.5', comment: 'c' }), filters),
    ],
    ['more zeros at the end', Buffer.concat([ALL, END, Buffer.alloc(100_000)])],
  ])('may have %s', async (_, bytes) => {
    expect(await compare(bytes)).toEqual(NONE);
  });

  it('may have a file whose size only PAX has room for, and must have the file', async () => {
    const large = with3rd(pax({ size: String(8 ** 11) }), header('filters.json'));

    expect((await refusal(large)).message).toContain('its archive breaks off');
  });

  it('may have names as long as a system can have', async () => {
    const name = `${`${'d'.repeat(255)}/`.repeat(3)}${'f'.repeat(256)}`.slice(0, 1023);
    const long = Buffer.concat([pax({ path: name }), entry('x', FILTERS), END]);

    expect(await compare(long, signedOf({ [name]: FILTERS }))).toEqual(NONE);
  });

  it('may have a name that is split between two fields', async () => {
    const split = Buffer.concat([entry('b.json', FILTERS, { changes: { 345: 'a/folder' } }), END]);

    expect(await compare(split, signedOf({ 'a/folder/b.json': FILTERS }))).toEqual(NONE);
  });
});

describe('an archive of an ordinary tool', () => {
  const FOLDER = new URL('../../../vectors/archives/', import.meta.url);
  const files = signedOf({
    'model.bin': 'weights\n',
    'code/inference.py': 'print(1)\n',
    [`code/${'long-'.repeat(22)}name.json`]: '{}\n',
    [`${'folder-'.repeat(12)}/${'long-'.repeat(12)}name.json`]: '[]\n',
    'modèle-模型.txt': 'a name\n',
    'code/empty.txt': '',
  });

  it.each(readdirSync(FOLDER).filter((name) => name.endsWith('.gz')))('%s is read', async (name) => {
    const bytes = readFileSync(new URL(name, FOLDER));

    for (const chunk of [1, 100, 1_000_000]) expect(await compare(bytes, files, chunk)).toEqual(NONE);
  });
});
