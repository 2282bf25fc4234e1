import { createHash, randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { type Header, pack } from 'tar-stream';
import { describe, expect, it } from 'vitest';
import { compareFiles } from '../../../../lib/domain/evidence/signatures/compare-files.ts';
import type { SignedFiles } from '../../../../lib/domain/evidence/signatures/signed-files.ts';
import { signedFilesIn } from '../../../../lib/domain/evidence/signatures/signed-files.ts';
import { refusalOf } from '../../../support/refusals.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const SIGNED: SignedFiles = {
  hash: 'sha256',
  shardBytes: undefined,
  files: new Map([
    ['a', new Map([['', sha256('one')]])],
    ['b/c', new Map([['', sha256('two')]])],
  ]),
};
const NONE = { changed: [], missing: [], unsigned: [] };

type Entry = readonly [Partial<Header> & { name: string }, string?];
const BOTH: readonly Entry[] = [
  [{ name: 'a' }, 'one'],
  [{ name: 'b/c' }, 'two'],
];

const tar = async (entries: readonly Entry[]): Promise<Buffer> => {
  const archive = pack();
  for (const [header, content = ''] of entries) archive.entry(header, content);
  archive.finalize();
  const chunks: Uint8Array[] = [];
  for await (const chunk of archive) if (chunk instanceof Uint8Array) chunks.push(chunk);
  return Buffer.concat(chunks);
};

const inChunks = (bytes: Uint8Array) => async () =>
  (async function* () {
    for (let at = 0; at < bytes.length; at += 100) yield bytes.subarray(at, at + 100);
  })();
const compare = async (entries: readonly Entry[], allowed: readonly string[] = []) =>
  compareFiles(inChunks(await tar(entries)), SIGNED, allowed);

describe('an archive', () => {
  it('is what was signed, packed or not, if it has exactly the files', async () => {
    const bytes = await tar([[{ name: './', type: 'directory' }], ...BOTH]);

    expect(await compareFiles(inChunks(bytes), SIGNED, [])).toEqual(NONE);
    expect(await compareFiles(inChunks(gzipSync(bytes)), SIGNED, [])).toEqual(NONE);
  });

  it.each<[string, readonly Entry[], object]>([
    [
      'a file that nobody signed',
      [...BOTH, [{ name: 'code/inference.py' }, 'import os']],
      { unsigned: ['code/inference.py'] },
    ],
    ['an empty file that nobody signed', [...BOTH, [{ name: '__init__.py' }]], { unsigned: ['__init__.py'] }],
    ['a link', [...BOTH, [{ name: 'd', type: 'symlink', linkname: '/etc/passwd' }]], { unsigned: ['d'] }],
    ['a link for a file', [[{ name: 'a', type: 'link', linkname: 'b/c' }], ...BOTH.slice(1)], { unsigned: ['a'] }],
    ['a second file of one name', [...BOTH, [{ name: './b//c' }, 'other']], { unsigned: ['./b//c'] }],
    ['a file that leads out of it', [...BOTH, [{ name: '../a' }, 'one']], { unsigned: ['../a'] }],
    [
      'a file at the root of the disk',
      [...BOTH.slice(1), [{ name: '/a' }, 'one']],
      { unsigned: ['/a'], missing: ['a'] },
    ],
    ['another file', [[{ name: 'a' }, 'One'], ...BOTH.slice(1)], { changed: ['a'] }],
    ['one file less', BOTH.slice(1), { missing: ['a'] }],
  ])('is not what was signed with %s', async (_, entries, differences) => {
    expect(await compare(entries)).toEqual({ ...NONE, ...differences });
  });

  it('may have a file that the policy allows, but no link and no second file in its place', async () => {
    const extra: Entry = [{ name: 'README' }, 'text'];

    expect(await compare([...BOTH, extra], ['README'])).toEqual(NONE);
    expect(await compare([...BOTH, extra, extra], ['README'])).toEqual({ ...NONE, unsigned: ['README'] });
    expect(await compare([...BOTH, [{ name: 'README', type: 'symlink', linkname: 'a' }]], ['README'])).toEqual({
      ...NONE,
      unsigned: ['README'],
    });
  });

  it('of many files that nobody signed is not read to its end', async () => {
    const many = Array.from({ length: 150 }, (_, index): Entry => [{ name: `file-${index}` }, 'x']);

    expect((await compare(many))?.unsigned).toHaveLength(100);
  });

  it('that breaks off is refused, and says so', async () => {
    const bytes = await tar(BOTH);
    const packed = gzipSync(Buffer.concat([bytes, Buffer.alloc(4096, 'x')]));

    for (const broken of [
      bytes.subarray(0, 514),
      bytes.subarray(0, 700),
      gzipSync(bytes.subarray(0, 700)),
      packed,
      packed.subarray(0, 150),
    ]) {
      const refusal = await refusalOf(() => compareFiles(inChunks(broken), SIGNED, []));
      expect(refusal.message).toMatch(/^could not read the artifact: its archive (breaks off|goes on after its end)/);
    }
  });

  it('that could not be fetched is no broken archive: the fault stays one', async () => {
    const bytes = await tar([
      [{ name: 'a' }, 'one'],
      [{ name: 'b/c' }, randomBytes(5000).toString('hex')],
    ]);
    const fault = new Error('the connection was reset');
    const breaking = (start: Uint8Array) => async () =>
      (async function* () {
        yield start;
        throw fault;
      })();

    for (const start of [bytes.subarray(0, 1600), gzipSync(bytes).subarray(0, 1600)]) {
      await expect(compareFiles(breaking(start), SIGNED, [])).rejects.toBe(fault);
    }
  });
});

describe('a file that is no archive', () => {
  it('is one of those that are signed, or not', async () => {
    expect(await compareFiles(inChunks(Buffer.from('one')), SIGNED, [])).toEqual(NONE);
    expect(await compareFiles(inChunks(Buffer.from('three')), SIGNED, [])).toBeUndefined();
    expect(await compareFiles(inChunks(Buffer.alloc(0)), SIGNED, [])).toBeUndefined();
  });

  it('may be compressed: its bytes are compared as they are', async () => {
    const packed = gzipSync('one');
    const files = new Map([['a.gz', new Map([['', createHash('sha256').update(packed).digest('hex')]])]]);

    expect(await compareFiles(inChunks(packed), { ...SIGNED, files }, [])).toEqual(NONE);
  });

  it('that is empty has no shard, so nothing says that it is signed', async () => {
    const sharded = { ...SIGNED, shardBytes: 2, files: new Map([['a', new Map<string, string>()]]) };

    expect(await compareFiles(inChunks(Buffer.alloc(0)), sharded, [])).toBeUndefined();
  });
});

describe('a statement', () => {
  const resource = (name: string, text: string) => ({ name, algorithm: 'sha256', digest: sha256(text) });
  const statement = (resources: readonly ReturnType<typeof resource>[]) => {
    const root = Buffer.from(resources.map(({ digest }) => digest).join(''), 'hex');
    return Buffer.from(
      JSON.stringify({
        _type: 'https://in-toto.io/Statement/v1',
        predicateType: 'https://model_signing/signature/v1.0',
        subject: [{ name: 'm', digest: { sha256: createHash('sha256').update(root).digest('hex') } }],
        predicate: { serialization: { method: 'files', hash_type: 'sha256' }, resources },
      }),
    );
  };

  it('lists a file once: of two digests either could be meant', () => {
    expect(signedFilesIn(statement([resource('a', 'one'), resource('a', 'two')]), 10_000)).toEqual({
      problem: 'it lists a file twice',
    });
  });
});
