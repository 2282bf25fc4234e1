import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { Instant, ReleaseId } from '../../../lib/domain/identifiers.ts';
import {
  assertInRetention,
  copyKey,
  isRowLevel,
  ROWS_PERIODS,
  retentionEnded,
  rowsKeptUntil,
  rowsKey,
} from '../../../lib/domain/release/evidence-copy.ts';
import { evidenceFilesOf } from '../../../lib/domain/release/evidence-files.ts';
import { EvidenceName } from '../../../lib/domain/release/manifest.ts';
import { Pinned } from '../../../lib/domain/release/release.ts';

const Vector = z.object({
  says: z.string(),
  kept: Pinned.shape.evidence.shape.predictions,
  key: z.string(),
  readable_at: Instant.optional(),
  ended_at: Instant.optional(),
});
const VECTORS = z
  .array(Vector)
  .parse(JSON.parse(readFileSync(join(import.meta.dirname, '../../vectors/evidence-copies.json'), 'utf8')));
const FAR = Instant.parse('9999-12-31T00:00:00.000Z');

describe('a copy of the evidence (docs/formats/evidence-copies.md, CO-4)', () => {
  it.each(VECTORS)('lies under its key: $says', ({ kept, key }) => {
    expect(copyKey(kept)).toBe(key);
  });

  it.each(VECTORS)('is read until its period ends, if it has one: $says', ({ kept, readable_at, ended_at }) => {
    expect(retentionEnded(kept, readable_at ?? FAR)).toBeUndefined();
    expect(() => assertInRetention(kept, readable_at ?? FAR)).not.toThrow();
    if (ended_at === undefined) return;
    expect(retentionEnded(kept, ended_at)).toBe(
      `the rows ${kept.sha256} were kept until ${kept.keptUntil} and deleted after their period; their digest and what was counted stay on record`,
    );
    expect(() => assertInRetention(kept, ended_at)).toThrow('deleted after their period');
  });

  it('is of the class of rows exactly if pages hand it out as a table of people', () => {
    const [, rows, removed] = VECTORS;
    const kept = rows?.kept ?? expect.unreachable('there is no vector of rows');
    const evidence = Object.fromEntries(EvidenceName.options.map((name) => [name, kept]));
    const pinned = Pinned.parse({ artifactSha256: kept.sha256, evidence });

    const tables = evidenceFilesOf({ pinned }).filter(({ kind }) => kind === 'table');
    expect(tables.map(({ name }) => name)).toEqual(EvidenceName.options.filter(isRowLevel).toSorted());
    const release = ReleaseId.parse('hmda-mortgage-1.1.0');
    expect(rowsKey(undefined, release, kept.sha256)).toBe(rows?.key);
    expect(rowsKey(365, release, kept.sha256)).toBe(removed?.key);
  });

  it('has a place for each period, and none lies in that of another', () => {
    const release = ReleaseId.parse('hmda-mortgage-1.1.0');
    const kept = VECTORS[1]?.kept ?? expect.unreachable('there is no vector of rows');
    const keys = [undefined, ...ROWS_PERIODS].map((days) => rowsKey(days, release, kept.sha256));

    expect(new Set(keys.map((key) => key.split('/')[1])).size).toBe(ROWS_PERIODS.length + 1);
    expect(keys.every((key) => key.startsWith('evidence_rows/'))).toBe(true);
  });

  it('ends so many days after its release began, however late it was kept', () => {
    expect(rowsKeptUntil(Instant.parse('2026-11-28T20:35:52.007Z'), 365)).toBe('2027-11-28T20:35:52.007Z');
  });
});
