/** Ten thousand events, sealed, bundled, derived and asked as the product does it; the answers are known from elsewhere. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AskHistory, withHistory } from '../../../lib/adapters/history/duckdb-history.ts';
import { questionSql } from '../../../lib/adapters/history/question-sql.ts';
import { logSteps } from '../../../lib/domain/ledger/bundle.ts';
import { readLedgerFile } from '../../../lib/domain/ledger/ledger-file.ts';
import { EMPTY_TREE } from '../../../lib/domain/ledger/merkle.ts';
import { questionNamed } from '../../../lib/domain/questions/catalogue.ts';
import { historyRow } from '../../../lib/domain/questions/history-row.ts';
import { answerFrom, type Given, type Row, statementOf } from '../../../lib/domain/questions/question.ts';
import { auditHistory } from '../../support/audit-history.ts';
import { writeTables } from '../../support/history-paths.ts';

const EVENTS = 10_000;
const { events, truth, models } = auditHistory(EVENTS, 25);

const folder = mkdtempSync(join(tmpdir(), 'assay-golden-'));
let query: AskHistory;
let close: (ended: undefined) => void;
let closed: Promise<unknown>;
afterAll(async () => {
  close(undefined);
  await closed;
  rmSync(folder, { recursive: true });
});

beforeAll(async () => {
  const rows = logSteps(EMPTY_TREE, events).flatMap(({ bundle }) => {
    const read = readLedgerFile(bundle);
    if (!('kind' in read) || read.kind !== 'bundle') throw new Error('a bundle could not be read');
    return read.entries.map((entry, line) =>
      historyRow(entry, { leafIndex: read.firstIndex + line, bundleKey: read.key, bundleVersionId: 'v1' }),
    );
  });
  const tables = await writeTables(rows, folder);
  // One engine for all questions: each start of one takes longer than its answers.
  await new Promise<void>((ready) => {
    closed = withHistory(tables, (found) => {
      query = found;
      ready();
      return new Promise((resolve) => {
        close = resolve;
      });
    });
  });
});

const ask = async (name: string, given: Given): Promise<readonly Row[]> => {
  const question = questionNamed(name);
  if (question === undefined) throw new Error(name);
  const rows = await query(statementOf(question, questionSql(question.sql), given));
  return answerFrom(question, given, rows, { entries: EVENTS, until: '' }).rows;
};

const [model = ''] = models;
const ofModel = <T extends { readonly model: string }>(list: readonly T[]) => list.filter((one) => one.model === model);
const flips = ofModel(truth.flips);

describe('the answers to ten thousand events', () => {
  it('name every decision about a model in a period (Q-1)', async () => {
    const since = '2026-03-01';
    const expected = ofModel(truth.decisions).filter(({ at }) => at.slice(0, 10) >= since);

    expect(expected.length).toBeGreaterThan(5);
    const found = await ask('approvals', { model, since });
    expect(found.map((row) => [row['occurred_at'], row['release_id'], row['event_type'], row['leaf_index']])).toEqual(
      expected.map(({ at, release, type, index }) => [at, release, type, index]),
    );
  });

  it('name what was live at any instant (Q-2)', async () => {
    expect(flips.length).toBeGreaterThan(10);
    const found = await ask('live', { model });
    expect(found.map((row) => [row['live_from'], row['live_until'], row['release_id'], row['model_version']])).toEqual(
      flips.map(({ at, release, version }, place) => [at, flips[place + 1]?.at ?? '', release, version]),
    );
    for (const [place, { at, release }] of flips.entries()) {
      const end = flips[place + 1]?.at;
      const instants = end === undefined ? [at] : [at, new Date(Date.parse(end) - 1).toISOString()];
      for (const instant of instants) {
        const [row, ...more] = await ask('live', { model, from: instant, to: instant });
        expect([row?.['release_id'], more.length]).toEqual([release, 0]);
      }
    }
  });

  it('name every rollback of an incident (Q-3, Q-8)', async () => {
    const incidents = [...new Set(truth.rollbacks.map(({ incident }) => incident))];
    const [incident = ''] = incidents;

    expect(incidents.length).toBeGreaterThan(5);
    expect((await ask('rollbacks', { incident })).map((row) => [row['leaf_index'], row['event_type']])).toEqual(
      truth.rollbacks
        .filter((one) => one.incident === incident)
        .toSorted((one, other) => one.index - other.index)
        .map(({ index, type }) => [index, type]),
    );
    expect(await ask('rollbacks', { model })).toHaveLength(ofModel(truth.rollbacks).length);
    expect(await ask('rollbacks', {})).toHaveLength(truth.rollbacks.length);
  });

  it('say what changed between two releases (Q-4)', async () => {
    const [before, after] = [`${model}-2`, `${model}-3`];
    const found = await ask('changed', { before, after });
    const cell = (part: string) => found.find((row) => row['part'] === part);

    expect(cell('code (git commit)')).toMatchObject({
      before: truth.parts.get(before)?.['git_commit'],
      after: truth.parts.get(after)?.['git_commit'],
    });
    // Two neighbours are trained on the same data, if the former has an even number.
    expect(cell('training data')).toBeUndefined();
    const [was, is] = [before, after].map((release) => truth.measured.get(release) ?? []);
    for (const [place, { check, status, measured }] of (was ?? []).entries()) {
      expect(cell(`check: ${check}`)?.['before']).toBe(`${status}, ${measured}`);
      expect(cell(`check: ${check}`)?.['after']).toBe(`${is?.[place]?.status}, ${is?.[place]?.measured}`);
    }
  });

  it('say what a release was tested for (Q-5), and what serves (Q-7)', async () => {
    const verdicts = (rows: readonly Row[]) => rows.map(({ check, status, measured }) => ({ check, status, measured }));
    const last = flips.at(-1);

    expect(verdicts(await ask('tests', { release: `${model}-1` }))).toEqual(truth.measured.get(`${model}-1`));
    expect(verdicts(await ask('checks', { model, at: last?.at ?? '' }))).toEqual(
      truth.measured.get(last?.release ?? ''),
    );
  });

  it('say why, in the words of the person (Q-6)', async () => {
    const [decision] = ofModel(truth.decisions);
    const found = await ask('why', { release: decision?.release ?? '' });
    const row = found.find(({ leaf_index }) => leaf_index === decision?.index);

    expect(row).toMatchObject({ actor_id: 'mia', actor_role: 'ml_lead' });
    expect(row?.['reason']).toContain(`"${decision?.release.split('-').at(-1)}", it's`);
  });

  it('say who served which share of the traffic (Q-8)', async () => {
    const served = ofModel(truth.served);
    const found = await ask('traffic', { model });

    expect(served.some(({ variants }) => variants.length > 1)).toBe(true);
    expect(found.map((row) => [row['served_from'], row['variant'], row['share'], row['release_id']])).toEqual(
      served.flatMap(({ from, variants }) =>
        variants.map(({ variant, share, release }) => [from, variant, share, release]),
      ),
    );
  });

  it('count month by month (Q-9)', async () => {
    const found = await ask('trend', {});

    expect(found.length).toBeGreaterThan(10);
    expect(found.reduce((sum, row) => sum + Number(row['entries']), 0)).toBe(EVENTS);
    for (const row of found) {
      const month = String(row['month']);
      expect([month, row['promoted'], row['denied']]).toEqual([
        month,
        truth.promotedIn.get(month) ?? 0,
        truth.deniedIn.get(month) ?? 0,
      ]);
    }
  });

  it('tell the whole path of a release, and what others did to it (Q-4)', async () => {
    const rolled = truth.rollbacks.find(({ type }) => type === 'rollback_executed');
    const back = truth.flips.find(({ index }) => index === rolled?.index);
    const path = await ask('path', { release: back?.release ?? '' });

    expect(path[0]).toMatchObject({ event_type: 'release_requested', release_id: back?.release });
    expect(path.map(({ leaf_index }) => leaf_index)).toContain(rolled?.index);
    const own = events.flatMap(({ event }, index) => (event.release_id === back?.release ? [index] : []));
    expect(path.map(({ leaf_index }) => leaf_index)).toEqual(expect.arrayContaining(own));
  });

  it('name an entry of the log that says so, in its bundle', async () => {
    for (const row of await ask('approvals', { model })) {
      const sealed = events[Number(row['leaf_index'])];
      expect(row).toMatchObject({ event_hash: sealed?.head.hash, bundle_version_id: 'v1' });
      expect(row['event_key']).toContain(`/model=${model}/${String(sealed?.event.seq).padStart(12, '0')}.json`);
      expect(Number(/(\d{12})\.ndjson$/.exec(String(row['bundle_key']))?.[1])).toBeLessThanOrEqual(
        Number(row['leaf_index']),
      );
    }
  });
});
