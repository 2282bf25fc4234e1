/** Tables of predictions that are malicious: made to harm the code that counts them. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { EngineLimits } from '../../../lib/adapters/counting/duckdb-engine.ts';
import { countOutcomes } from '../../../lib/adapters/counting/duckdb-outcome-counts.ts';
import { Refusal } from '../../../lib/domain/refusal.ts';

const folder = mkdtempSync(join(tmpdir(), 'hostile-'));
afterAll(() => rmSync(folder, { recursive: true }));

const QUESTION = {
  label_column: 'label',
  prediction_column: 'prediction',
  favorable_value: '1',
  protected_attributes: ['race', 'sex'],
};
const HEADER = 'race,sex,label,prediction\n';

const aFile = (content: string | Uint8Array, name = 'table'): string => {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
};

const aParquet = async (select: string, name = 'table.parquet', options = ''): Promise<string> => {
  const file = join(folder, name);
  const instance = await DuckDBInstance.create(':memory:', { threads: '2' });
  const connection = await instance.connect();
  await connection.run(`COPY (${select}) TO '${file}' (FORMAT parquet${options})`);
  connection.closeSync();
  return file;
};

const problemOf = async (file: string, limits: Partial<EngineLimits> = {}): Promise<string> => {
  const thrown: unknown = await countOutcomes(file, QUESTION, limits).catch((cause: unknown) => cause);
  if (!(thrown instanceof Refusal)) throw new Error(`not refused: ${String(thrown)}`);
  expect(thrown.name).toBe('EvidenceUnreadable');
  return thrown.violations.map(({ field, problem }) => `${field} ${problem}`).join('; ');
};

describe('a gzip file', () => {
  it('that unpacks to more than the budget is refused while it is unpacked', async () => {
    const bomb = gzipSync(HEADER + 'a,f,1,1\n'.repeat(500_000));
    expect(bomb.length).toBeLessThan(20_000);

    expect(await problemOf(aFile(bomb), { unpackedBytes: 1_000_000 })).toBe(
      'predictions.uri unpacks to more than 1000000 bytes',
    );
  });

  it.each([
    ['breaks off where a line ends', (bytes: Buffer) => bytes.subarray(0, -9)],
    [
      'has another checksum',
      (bytes: Buffer) => Buffer.concat([bytes.subarray(0, -8), Buffer.alloc(4), bytes.subarray(-4)]),
    ],
    ['is gzip by its first bytes only', () => Buffer.from('\x1f\x8bnothing of the kind', 'latin1')],
  ])('that %s is refused: its last rows could be missing', async (_, damage) => {
    const whole = gzipSync(`${HEADER}a,f,1,1\nb,m,0,1\n`);

    expect(await problemOf(aFile(damage(whole)))).toContain('is not a readable gzip file');
  });

  it('of several members is read to its end', async () => {
    const file = aFile(Buffer.concat([gzipSync(`${HEADER}a,f,1,1\n`), gzipSync('b,m,0,1\n')]));

    expect((await countOutcomes(file, QUESTION)).rows).toBe(2);
  });

  it('with more behind its end is refused', async () => {
    const file = aFile(Buffer.concat([gzipSync(`${HEADER}a,f,1,1\n`), Buffer.from('b,m,0,1\n')]));

    expect(await problemOf(file)).toContain('not a readable');
  });

  it('around Parquet is refused, because Parquet compresses itself', async () => {
    const parquet = readFileSync(await aParquet(`SELECT 'a' race, 'f' sex, 1 AS label, 1 AS prediction`));

    expect(await problemOf(aFile(gzipSync(parquet)))).toContain('is Parquet inside gzip');
  });
});

describe('a Parquet file', () => {
  it('with more rows than the budget is refused by its metadata', async () => {
    const file = await aParquet(`SELECT 'a' race, 'f' sex, 1 AS label, 1 AS prediction FROM range(100000)`);

    expect(await problemOf(file, { rows: 99_999 })).toBe('predictions.uri has 100000 rows, at most 99999 are counted');
  });

  it('whose pages unpack to more than the memory is refused', async () => {
    const file = await aParquet(
      `SELECT repeat('a', 200000000) race, 'f' sex, 1 AS label, 1 AS prediction`,
      'page.parquet',
      ', COMPRESSION zstd',
    );

    expect(await problemOf(file, { memoryMegabytes: 100, threads: 1 })).toContain('takes more than 100 MB of memory');
  });

  it('with a value of megabytes is refused without showing it', async () => {
    const file = await aParquet(`SELECT repeat('a', 5000000) race, 'f' sex, 1 AS label, 1 AS prediction`);

    expect(await problemOf(file)).toBe('predictions have a value of more than 256 characters');
  });

  it.each([
    ['claims ten million columns in ten bytes', [0x15, 2, 0x19, 0xfc, 0x80, 0xad, 0xe2, 0x04, 0, 0]],
    ['claims more columns than a number can say', [0x19, ...Array(12).fill(0xff)]],
    ['is nested without end', Array(64).fill(0x1c)],
    ['has lists in lists without end', [0x19, ...Array(64).fill(0x19)]],
    ['claims a name of four gigabytes', [0x18, 0xff, 0xff, 0xff, 0xff, 0x0f, 0]],
    ['has fields of a type that there is not', [0x1e, 0]],
    ['breaks off in a number', [0x16, 0x80]],
    ['is a map that breaks off', [0x1b, 2]],
    ['is empty', []],
  ])('whose metadata %s is refused before an engine believes it', async (_, metadata) => {
    const length = Buffer.alloc(4);
    length.writeUInt32LE(metadata.length);
    const file = aFile(Buffer.concat([Buffer.from('PAR1'), Buffer.from(metadata), length, Buffer.from('PAR1')]));

    expect(await problemOf(file)).toContain('is not a readable Parquet table');
  });

  it.each([
    ['is longer than the file', 1_000_000],
    ['is longer than any', 0xffffffff],
  ])('whose metadata %s is refused', async (_, claimed) => {
    const length = Buffer.alloc(4);
    length.writeUInt32LE(claimed);
    const file = aFile(Buffer.concat([Buffer.from(`PAR1${'x'.repeat(100)}`), length, Buffer.from('PAR1')]));

    expect(await problemOf(file)).toContain('is not a readable Parquet table');
  });

  it('with any byte changed is counted or refused, and never anything else', async () => {
    const file = await aParquet(
      `SELECT ['a', 'b', 'c'][i % 3 + 1] race, ['f', 'm'][i % 2 + 1] sex, i % 5 // 3 AS label, i % 7 // 4 AS prediction FROM range(500) t(i)`,
      'whole.parquet',
    );
    const whole = readFileSync(file);
    const changes = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 });

    await fc.assert(
      fc.asyncProperty(changes, async (some) => {
        const bytes = Buffer.from(whole);
        for (const [at, value] of some) bytes[at] = value;

        const answer: unknown = await countOutcomes(aFile(bytes, 'changed'), QUESTION, { seconds: 10 }).catch(
          (cause: unknown) => cause,
        );

        if (answer instanceof Error) expect(answer).toBeInstanceOf(Refusal);
      }),
      { numRuns: 60 },
    );
  });
});

describe('any file', () => {
  it('that is larger than the budget is refused before it is read', async () => {
    expect(await problemOf(aFile(`${HEADER}a,f,1,1\n`), { fileBytes: 20 })).toBe(
      'predictions.uri has 34 bytes; at most 20 are read here',
    );
  });

  it('with a line without end is refused', async () => {
    const endless = `${HEADER}a,f,1,${'1'.repeat(40_000_000)}`;

    expect(await problemOf(aFile(gzipSync(endless)))).toContain('not a readable CSV table');
    expect(await problemOf(aFile(gzipSync(`{"race":"${'a'.repeat(40_000_000)}"}`)))).toContain(
      'not a readable JSON lines table',
    );
  });

  it('with an object nested without end is refused', async () => {
    const nested = `{"race":${'['.repeat(100_000)}${']'.repeat(100_000)},"sex":"f","label":1,"prediction":1}\n`;

    expect(await problemOf(aFile(nested))).not.toBe('');
  });
});

describe('a column that is there more than once', () => {
  it.each([
    ['in CSV', 'race,sex,label,prediction,race\na,f,1,1,b\n'],
    ['in CSV, as the engine takes upper and lower case for the same', 'Race,sex,label,prediction,race\na,f,1,1,b\n'],
    ['in CSV, with a blank before it', 'race,sex,label,prediction, race\na,f,1,1,b\n'],
    ['in CSV, packed', gzipSync('race,sex,label,prediction,RACE\na,f,1,1,b\n')],
  ])('%s is refused: programs differ in which of them they read', async (_, content) => {
    expect(await problemOf(aFile(content))).toBe('predictions has column race more than once (read as CSV)');
  });

  it('in JSON lines is refused, however its name is spelt', async () => {
    const line = '{"race":"a","sex":"f","label":1,"prediction":0,"\\u0070rediction":1}\n';

    expect(await problemOf(aFile(line))).toBe('predictions has column prediction more than once (read as JSON lines)');
  });

  it('in Parquet is refused, and the parts of a nested column are no columns', async () => {
    const parts = `{'race': 'x', 'sex': {'race': 'y'}} AS nested, ['a'] AS label_list`;
    const select = `SELECT ${parts}, 'a' AS race, 'f' AS sex, 1 AS label, 1 AS prediction`;
    const written = readFileSync(await aParquet(`${select}, 'b' AS rave`)).toString('latin1');

    expect((await countOutcomes(await aParquet(select), QUESTION)).rows).toBe(1);
    expect(await problemOf(aFile(Buffer.from(written.replaceAll('rave', 'race'), 'latin1')))).toBe(
      'predictions has column race more than once (read as Parquet)',
    );
  });

  it('does not affect a caller who does not read it', async () => {
    const file = aFile('race,sex,label,prediction,note,note\na,f,1,1,,\n');

    expect((await countOutcomes(file, QUESTION)).rows).toBe(1);
  });
});

describe('a value with a null character', () => {
  it('is refused: who reads it in another language reads another value', async () => {
    expect(await problemOf(aFile(`${HEADER}a\0b,f,1,1\n`))).toBe('predictions have a value with a null character');
  });
});

describe('an integer that no double can say', () => {
  it('is not mistaken for the next one', async () => {
    const file = aFile(`${HEADER}a,f,9007199254740993,9007199254740992\na,f,9007199254740993.0,+9007199254740993\n`);
    const question = { ...QUESTION, favorable_value: '9007199254740993' };

    expect((await countOutcomes(file, question)).groups[0]).toMatchObject({ favorable: 1, actualFavorable: 2 });
  });
});
