import { Hono } from 'hono/tiny';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Instant, PersonId } from '../../lib/domain/identifiers.ts';
import type { Reading } from '../../lib/domain/ledger/access.ts';
import { logger } from '../../lib/runtime/logger.ts';
import { noteReads, readerOf, readLog } from '../../lib/runtime/note-reads.ts';

afterEach(() => vi.restoreAllMocks());

const ruth = PersonId.parse('ruth.meyer');

/** A log at a clock that a test moves, and what was noted. */
const aLog = (failing?: unknown) => {
  const noted: Reading[] = [];
  let at = '2026-11-29T13:04:35.840Z';
  const note = readLog(
    async (reading) => {
      if (failing !== undefined) throw failing;
      noted.push(reading);
    },
    () => Instant.parse(at),
  );
  const pass = (to: string) => {
    at = to;
  };
  return { noted, note, pass };
};

describe('a read that is noted', () => {
  it('is one line for each person, minute and resource', async () => {
    const { note, noted, pass } = aLog();
    await note(ruth, 'GET /v1/models');
    await note(ruth, 'GET /v1/models');
    await note(ruth, 'GET /v1/releases');
    pass('2026-11-29T13:05:00.000Z');
    await note(ruth, 'GET /v1/models');

    expect(noted).toEqual([
      { at: '2026-11-29T13:04:00.000Z', who: ruth, what: 'GET /v1/models' },
      { at: '2026-11-29T13:04:00.000Z', who: ruth, what: 'GET /v1/releases' },
      { at: '2026-11-29T13:05:00.000Z', who: ruth, what: 'GET /v1/models' },
    ]);
  });

  it.each([[new Error('the table is gone')], ['a word']])(
    'is answered all the same if it cannot be noted, the log says so, and it is tried again (%s)',
    async (failure) => {
      const error = vi.spyOn(logger, 'error').mockReturnValue();
      const { note } = aLog(failure);
      const app = new Hono();
      app.use(noteReads(note, () => ruth));
      app.get('/models/:model', (c) => c.text('a model'));

      const first = await app.request('/models/credit');
      await app.request('/models/credit');

      expect([first.status, await first.text()]).toEqual([200, 'a model']);
      expect(error).toHaveBeenCalledTimes(2);
      expect(error.mock.calls[0]).toMatchObject([
        'a read was not noted',
        { who: ruth, what: 'GET /models/{model} credit' },
      ]);
    },
  );
});

describe('what a line says of a route', () => {
  const said = async (method: string, path: string) => {
    const { note, noted } = aLog();
    const app = new Hono();
    app.use(noteReads(note, () => ruth));
    app.get('/releases/:before/diff/:after', (c) => c.text(''));
    app.get('/releases/:id', (c) => c.text(''));
    app.get('/a/:link', (c) => c.text(''));
    app.post('/releases/:id', (c) => c.text(''));
    await app.request(path, { method });
    return noted.map(({ what }) => what);
  };

  it.each([
    ['GET', '/releases/credit-1?after=x', ['GET /releases/{id} credit-1']],
    ['HEAD', '/releases/credit-1', ['GET /releases/{id} credit-1']],
    ['GET', '/releases/credit-1/diff/credit-2', ['GET /releases/{before}/diff/{after} credit-1/credit-2']],
    ['GET', '/releases/ruth%40bank.example', ['GET /releases/{id}']],
    ['GET', `/releases/${'x'.repeat(200)}`, ['GET /releases/{id}']],
    ['GET', '/a/a-link-that-opens-things', ['GET /a/{link}']],
    ['POST', '/releases/credit-1', []],
    ['GET', '/nothing', []],
  ])('of %s %s', async (method, path, lines) => {
    expect(await said(method, path)).toEqual(lines);
  });
});

describe('who reads', () => {
  it('is a person, by an id or as nobody of the directory; no machine, and nobody at a public page', () => {
    const person = { id: ruth, isPerson: true, parts: [] };

    expect(readerOf({ auth: 'jwt', identity: person })).toBe(ruth);
    expect(readerOf({ auth: 'jwt', identity: undefined })).toBe('_unlisted');
    expect(readerOf({ auth: 'jwt', identity: { ...person, isPerson: false } })).toBeUndefined();
    expect(readerOf({ auth: 'iam', identity: person })).toBeUndefined();
    expect(readerOf(undefined)).toBeUndefined();
  });
});
