import { describe, expect, it, vi } from 'vitest';
import type { QueryState } from '../../lib/adapters/history/athena-questions.ts';
import { NOTHING_YET } from '../../lib/domain/questions/history-reach.ts';
import type { RawRow } from '../../lib/domain/questions/question.ts';
import { askingEngine } from '../../lib/runtime/ask-question.ts';
import { logger } from '../../lib/runtime/logger.ts';
import { anEngine, aQuestionsDoor, aQuestionsWorld } from '../support/a-questions-door.ts';
import { claimsOf } from '../support/api.ts';
import { anIntake } from '../support/intake.ts';

const intake = anIntake();
const username = intake.directory.people[0]?.id ?? '';
const aRow = (seq: number): RawRow => ({ actor_id: `person-${seq}`, leaf_index: `${seq}` });
const rowsOf = (count: number): RawRow[] => Array.from({ length: count }, (_, seq) => aRow(seq));

type Door = ReturnType<typeof aQuestionsDoor>;
const call = async (door: Door, path: string, init: RequestInit = {}) => {
  const response = await door.request(
    `/v1/questions${path}`,
    init,
    claimsOf({ sub: 's', username, groups: ['auditor'] }),
  );
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
};
const ask = (door: Door, body: unknown = { parameters: { model: 'credit' } }) =>
  call(door, '/approvals', { method: 'POST', body: JSON.stringify(body) });

describe('a question that takes long', () => {
  it('is answered under the name of its run, with how far the rows reached when it was asked', async () => {
    const door = aQuestionsDoor(intake, {
      engine: anEngine(rowsOf(2), 8),
      reach: async () => ({ ...NOTHING_YET, entries: 7, until: '2026-11-20T00:00:00.000Z' }),
    });

    const first = await ask(door);
    expect(first).toEqual({ status: 202, body: { state: 'running', run: expect.any(String) } });

    const later = await call(door, `/runs/${first.body['run']}`);
    expect(later).toMatchObject({
      status: 200,
      body: { state: 'answered', total: 2, covers: { entries: 7, until: '2026-11-20T00:00:00.000Z' } },
    });
  });
});

describe('the name of a run', () => {
  type Named = { question: string; given: Record<string, string>; covers: { entries: number; until: string } };
  const changed = (run: unknown, change: (named: Named) => object): string => {
    const named = JSON.parse(Buffer.from(String(run), 'base64url').toString()) as Named;
    return Buffer.from(JSON.stringify({ ...named, ...change(named) })).toString('base64url');
  };

  it.each([
    ['reaches further', ({ covers }: Named) => ({ covers: { ...covers, entries: 9_999 } })],
    ['reaches until later', ({ covers }: Named) => ({ covers: { ...covers, until: '2027-01-01T00:00:00.000Z' } })],
    ['is of another question', () => ({ question: 'rollbacks' })],
    ['is about another model', () => ({ given: { model: 'another' } })],
    ['has a blank more in what was asked', () => ({ given: { model: 'credit', release: 'a  b' } })],
    ['is of another query', () => ({ query: 'query-7' })],
  ])('is not believed where it %s than what was asked', async (_, change) => {
    const door = aQuestionsDoor(intake, { engine: anEngine(rowsOf(2)) });
    const { body } = await ask(door);

    expect((await call(door, `/runs/${body['run']}`)).status).toBe(200);
    expect((await call(door, `/runs/${changed(body['run'], change)}`)).status).toBeGreaterThanOrEqual(404);
    expect((await call(door, `/runs/${changed(body['run'], change)}`)).status).toBeLessThan(500);
  });

  it('is believed whatever blanks are between the words of the statement, and none within a literal', async () => {
    const engine = anEngine(rowsOf(1));
    const respelt = (spell: (statement: string) => string) => ({
      ...engine,
      look: async (id: string) => {
        const found = await engine.look(id);
        return found && { ...found, statement: spell(found.statement) };
      },
    });
    const between = aQuestionsDoor(intake, { engine: respelt((text) => text.replaceAll('\n', '  ')) });
    const within = aQuestionsDoor(intake, { engine: respelt((text) => text.replace("'credit'", "'credit '")) });

    expect((await ask(between)).status).toBe(200);
    expect((await ask(within)).status).toBe(404);
  });

  it('names nothing any more once its rows are gone', async () => {
    const engine = anEngine(rowsOf(2));
    let isGone = false;
    const forgetful = {
      ...engine,
      rows: async (id: string, most: number) => (isGone ? undefined : engine.rows(id, most)),
    };
    const door = aQuestionsDoor(intake, { engine: forgetful });
    const { body } = await ask(door);
    isGone = true;

    expect(await call(door, `/runs/${body['run']}`)).toMatchObject({
      status: 404,
      body: { title: 'NotFound', detail: expect.stringContaining('results are kept for a day: ask again') },
    });
  });
});

describe('what is newer than the rows', () => {
  it('is derived before the question is asked', async () => {
    let entries = 3;
    const said: string[] = [];
    const door = aQuestionsDoor(intake, {
      reach: async () => ({ ...NOTHING_YET, entries }),
      isLogBeyond: async (size) => size < 5,
      derive: async () => {
        said.push('derived');
        entries = 5;
      },
    });

    expect((await ask(door)).body['covers']).toEqual({ entries: 5, until: '' });
    expect((await ask(door)).body['covers']).toEqual({ entries: 5, until: '' });
    expect(said).toEqual(['derived']);
  });

  it('is not claimed to be covered if it could not be derived', async () => {
    const door = aQuestionsDoor(intake, {
      reach: async () => ({ ...NOTHING_YET, entries: 3 }),
      isLogBeyond: async () => true,
    });

    expect((await ask(door)).body['covers']).toEqual({ entries: 3, until: '' });
  });
});

describe('an answer', () => {
  it('comes in pages, each of which says where the next one begins', async () => {
    const door = aQuestionsDoor(intake, { engine: anEngine(rowsOf(1200)) });

    const { body } = await ask(door);
    const second = await call(door, `/runs/${body['run']}?from=${body['next']}`);
    const last = await call(door, `/runs/${body['run']}?from=${second.body['next']}`);

    const found = [body, second.body, last.body].map(({ rows }) => (rows as unknown[]).length);
    expect(found).toEqual([500, 500, 200]);
    expect(last.body).not.toHaveProperty('next');
    expect(last.body['total']).toBe(1200);
  });

  it('is looked at whole where Assay asks itself, or not at all', async () => {
    const given = { model: 'credit' };
    const answered = askingEngine(aQuestionsWorld({ engine: anEngine(rowsOf(1200)) }));
    const late = askingEngine(aQuestionsWorld({ engine: anEngine([], 99) }));

    const { rows } = await answered('approvals', given);

    expect(rows.map((row) => row['leaf_index'])).toEqual(rowsOf(1200).map((_, index) => index));
    await expect(late('approvals', given)).rejects.toThrow('approvals was not answered in time');
  });

  it('has no page that is too large for a response', async () => {
    const door = aQuestionsDoor(intake, {
      engine: anEngine(Array.from({ length: 20 }, () => ({ reason: 'x'.repeat(300_000) }))),
    });

    const { body } = await ask(door);

    expect((body['rows'] as unknown[]).length).toBeGreaterThan(1);
    expect(JSON.stringify(body).length).toBeLessThan(6_000_000);
    expect(body['next']).toBe((body['rows'] as unknown[]).length);
  });

  it('is refused rather than cut', async () => {
    expect(await ask(aQuestionsDoor(intake, { engine: anEngine(rowsOf(10_001)) }))).toMatchObject({
      status: 422,
      body: { detail: expect.stringContaining('more than 10000 rows: ask about a shorter period') },
    });
    const engine = { ...anEngine([]), look: async () => undefined };
    expect(await ask(aQuestionsDoor(intake, { engine }))).toMatchObject({ status: 404 });
  });

  it('is refused if it would read more than one question may', async () => {
    const engine = anEngine([]);
    const wide = {
      ...engine,
      look: async (id: string) => {
        const found = await engine.look(id);
        return found && { ...found, state: 'too_wide' as const };
      },
    };

    expect(await ask(aQuestionsDoor(intake, { engine: wide }))).toMatchObject({
      status: 422,
      body: { detail: expect.stringContaining('reads more than one question may') },
    });
  });

  it('is on record before it is given, with who asked what', async () => {
    const asked: unknown[] = [];
    const door = aQuestionsDoor(intake, { answered: async (one) => void asked.push(one) });
    await ask(door);

    expect(asked).toEqual([{ who: username, question: 'approvals', given: { model: 'credit' } }]);
    const failing = aQuestionsDoor(intake, { answered: () => Promise.reject(new Error('the table is away')) });
    expect((await ask(failing)).status).toBe(500);
  });
});

describe('a query that ends without an answer', () => {
  const endingAs = (ended: QueryState) => {
    const engine = anEngine([]);
    const look = async (id: string) => {
      const found = await engine.look(id);
      return found && { ...found, ...ended };
    };
    return { ...engine, look };
  };

  it.each([
    [
      'stopped',
      { state: 'cancelled' } as const,
      409,
      'QuestionCancelled',
      'query query-0 was stopped before it had an answer',
    ],
    [
      'failed',
      { state: 'failed', why: 'SYNTAX_ERROR' } as const,
      502,
      'QuestionFailed',
      'query-0 failed in Athena (SYNTAX_ERROR)',
    ],
    ['too wide', { state: 'too_wide' } as const, 422, 'RequestInvalid', 'ask about a shorter period'],
  ])('because it was %s says so, and what to do', async (_, ended, status, title, detail) => {
    expect(await ask(aQuestionsDoor(intake, { engine: endingAs(ended) }))).toMatchObject({
      status,
      body: { type: `https://assay.dev/problems/${title}`, title, status, detail: expect.stringContaining(detail) },
    });
  });

  it('by a fault is logged as one, with the query', async () => {
    const logged = vi.spyOn(logger, 'error').mockImplementation(() => undefined);
    await ask(aQuestionsDoor(intake, { engine: endingAs({ state: 'failed', why: 'no code' }) }));

    expect(logged).toHaveBeenCalledWith('refused', {
      code: 'QuestionFailed',
      path: '/v1/questions/approvals',
      message: expect.stringContaining('query-0'),
    });
    logged.mockRestore();
  });
});

describe('an Athena that has too much to do', () => {
  const throttled = () => Object.assign(new Error('slow down'), { name: 'TooManyRequestsException' });

  it('takes no question, and says when to ask again', async () => {
    const engine = { ...anEngine([]), start: () => Promise.reject(throttled()) };
    const response = await aQuestionsDoor(intake, { engine }).request(
      '/v1/questions/approvals',
      { method: 'POST', body: JSON.stringify({ parameters: { model: 'credit' } }) },
      claimsOf({ sub: 's', username, groups: ['auditor'] }),
    );

    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('5');
    expect(await response.json()).toMatchObject({ title: 'ServiceUnavailable', status: 503 });
  });

  it('loses no question that it took', async () => {
    const engine = anEngine(rowsOf(2));
    let isThrottled = true;
    const look = async (id: string) => (isThrottled ? Promise.reject(throttled()) : engine.look(id));
    const door = aQuestionsDoor(intake, { engine: { ...engine, look } });

    const first = await ask(door);
    const meanwhile = await call(door, `/runs/${first.body['run']}`);
    isThrottled = false;
    const later = await call(door, `/runs/${first.body['run']}`);

    expect(first).toMatchObject({ status: 202, body: { state: 'running' } });
    expect(meanwhile).toMatchObject({ status: 503, body: { title: 'ServiceUnavailable' } });
    expect(later).toMatchObject({ status: 200, body: { total: 2 } });
    expect(engine.asked).toHaveLength(1);
  });

  it('is a fault where it refuses for another reason', async () => {
    const engine = { ...anEngine([]), look: () => Promise.reject(new Error('no right')) };
    expect(await ask(aQuestionsDoor(intake, { engine }))).toMatchObject({ status: 500, body: { title: 'Fault' } });
  });
});

describe('what cannot be asked', () => {
  it.each([
    ['a body that is too large', 413, 'x'.repeat(20_000)],
    ['a body that is not JSON', 400, '{'],
    ['a parameter that is no text', 422, '{"parameters":{"model":1}}'],
  ])('%s is refused', async (_, status, body) => {
    expect(await call(aQuestionsDoor(intake), '/approvals', { method: 'POST', body })).toMatchObject({ status });
  });

  it('is not there', async () => {
    expect(await call(aQuestionsDoor(intake), '/runs/x/y')).toMatchObject({ status: 404 });
  });
});
