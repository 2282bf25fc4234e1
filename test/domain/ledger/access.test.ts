import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  Access,
  AccessLine,
  accessBytes,
  accessKey,
  Hour,
  hourAfter,
  hourOf,
  minuteOf,
  readAccessObject,
} from '../../../lib/domain/ledger/access.ts';
import { at } from '../../support/approval-case.ts';

const root = new URL('../../../', import.meta.url);
const vector = readFileSync(new URL('test/vectors/access-log.ndjson', root), 'utf8');
const accesses = vector
  .trimEnd()
  .split('\n')
  .map((line) => Access.parse(JSON.parse(line)));

describe('the object of an hour', () => {
  it('has the bytes of its vector, in whatever order the rows are read', () => {
    expect(Buffer.from(accessBytes(accesses)).toString()).toBe(vector);
    expect(Buffer.from(accessBytes(accesses.toReversed())).toString()).toBe(vector);
    expect(accesses.map(({ at: instant }) => instant)).toEqual(accesses.map(({ at: it }) => it).toSorted());
  });

  it('is shown on the page of the format, under its key', () => {
    const page = readFileSync(new URL('docs/formats/access-log.md', root), 'utf8');

    expect(page).toContain(`\`\`\`json\n${vector}\`\`\``);
    expect(page).toContain(accessKey(hourOf(accesses[0]?.at ?? at('2026-01-01T00:00:00.000Z'))));
  });

  it('has lines of what was read beside those of files, in the same order', () => {
    const later = readFileSync(new URL('test/vectors/access-log.2.ndjson', root), 'utf8');
    const key = 'access/v1/dt=2026-11-30/09.ndjson';
    const lines = readAccessObject(key, Buffer.from(later));

    expect(lines).toHaveLength(7);
    expect(Buffer.from(accessBytes(lines.toReversed())).toString()).toBe(later);
    const page = readFileSync(new URL('docs/formats/access-log.md', root), 'utf8');
    expect(page).toContain(`\`\`\`json\n${later}\`\`\``);
    expect(page).toContain(key);
  });

  it('says the same line twice if a person was given the same twice in a millisecond', () => {
    const [first] = accesses;

    expect(
      first &&
        Buffer.from(accessBytes([first, first]))
          .toString()
          .split('\n'),
    ).toHaveLength(3);
  });

  it('has four members in each line, whatever a row has besides', () => {
    const [line = ''] = vector.split('\n');
    const row = { ...JSON.parse(line), pk: 'ACCESS#2026-11-29T13', sk: 'ruth.meyer#00', ttl: 1 };

    expect(Buffer.from(accessBytes([Access.parse(row)])).toString()).toBe(`${line}\n`);
  });
});

describe('an object that is read', () => {
  const key = 'access/v1/dt=2026-11-29/13.ndjson';

  it('gives the accesses of its hour', () => {
    expect(readAccessObject(key, Buffer.from(vector))).toEqual(accesses);
  });

  it.each([
    ['of another hour', 'access/v1/dt=2026-11-29/14.ndjson', vector],
    ['out of order', key, vector.trimEnd().split('\n').toReversed().join('\n').concat('\n')],
    ['without its last newline', key, vector.trimEnd()],
    ['with another member', key, vector.replace('{"at"', '{"a":1,"at"')],
  ])('is refused if its lines are %s', (_, as, text) => {
    expect(() => readAccessObject(as, Buffer.from(text))).toThrow('could not read');
  });
});

describe('an hour', () => {
  it('has one key, by its day', () => {
    expect(accessKey(Hour.parse('2026-11-29T07'))).toBe('access/v1/dt=2026-11-29/07.ndjson');
  });

  it('is followed by the next, over days and years', () => {
    expect(hourAfter(Hour.parse('2026-12-31T23'))).toBe('2027-01-01T00');
    expect(hourAfter(hourOf(at('2026-11-29T12:59:59.999Z')))).toBe('2026-11-29T13');
  });
});

describe('what was read', () => {
  const read = { at: '2026-11-30T09:14:00.000Z', who: 'ruth.meyer', what: 'GET /v1/releases/{id} credit-1' };

  it.each([
    [{ at: '2026-11-30T09:14:00.001Z' }],
    [{ who: 'ruth@bank.example' }],
    [{ who: '_else' }],
    [{ what: 'GET /v1/releases?model=credit' }],
    [{ what: 'GET /v1/releases/{id} ruth@bank.example' }],
    [{ what: 'DELETE /v1/releases' }],
    [{ what: 'credit-1/predictions' }],
    [{ times: 0 }],
  ])('is a route and ids in a minute, and not %j', (changes) => {
    expect(AccessLine.safeParse(read).success).toBe(true);
    expect(AccessLine.safeParse({ ...read, ...changes }).success).toBe(false);
  });

  it('is of the minute that an instant is in', () => {
    expect(minuteOf(at('2026-11-30T09:14:59.999Z'))).toBe('2026-11-30T09:14:00.000Z');
  });
});

describe('an access', () => {
  it.each(['credit', 'credit/', '/predictions', 'credit/pre dictions', 'credit/predictions/x', 'a\nb/predictions'])(
    'is about one file of one release, and not %j',
    (what) => {
      expect(Access.safeParse({ ...accesses[0], what }).success).toBe(false);
    },
  );

  it.each(['ruth@bank.example', 'Ruth', 'a#b'])('names somebody by an id of the directory, and not %s', (who) => {
    expect(Access.safeParse({ ...accesses[0], who }).success).toBe(false);
  });
});
