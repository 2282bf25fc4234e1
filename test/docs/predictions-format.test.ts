import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LAMBDA_LIMITS } from '../../lib/adapters/counting/duckdb-engine.ts';
import { countOutcomes } from '../../lib/adapters/counting/duckdb-outcome-counts.ts';
import { comparePerturbed, readModelOutputs } from '../../lib/adapters/counting/duckdb-safety-counts.ts';
import { CHECK_TIMEOUT_SECONDS } from '../../lib/domain/checks/make-checks.ts';
import { parseDocument } from '../../lib/domain/evidence/documents/document.ts';
import { COLUMN_TYPES, DECIMAL_DIGITS_MAX, ID_TYPES } from '../../lib/domain/evidence/predictions/column-types.ts';
import { accuracyOf, PAIRS_MAX } from '../../lib/domain/evidence/predictions/model-outputs.ts';
import {
  GROUP_NAMES_MAX_BYTES,
  GROUPS_MAX,
  WEIGHT_DECIMALS,
} from '../../lib/domain/evidence/predictions/predictions.ts';
import { METADATA_MAX_BYTES } from '../../lib/domain/evidence/predictions/predictions-parquet.ts';
import {
  COMBINATIONS_MAX,
  VALUE_MAX_CHARACTERS,
  WEIGHT_MAX,
} from '../../lib/domain/evidence/predictions/predictions-sql.ts';
import { PredictionsReference } from '../../lib/domain/evidence/predictions/reference.ts';
import { EVIDENCE_MAX_BYTES } from '../../lib/domain/release/release.ts';
import { COUNTED_HERE_MAX_BYTES } from '../../lib/infra/constructs/large-tables.ts';
import { inputOf } from './grammar.ts';
import { codes, examples, formatPage, rows, section, sizeOf } from './pages.ts';

const PAGE = formatPage('predictions');
const NONE = new Uint8Array();
const [table = NONE, manifest = NONE, perturbed = NONE] = examples(PAGE);
const reference = PredictionsReference.parse(parseDocument(manifest, 65_536));

describe('the examples of tables of predictions', () => {
  const folder = mkdtempSync(join(tmpdir(), 'predictions-page-'));
  const files = { clean: join(folder, 'clean'), perturbed: join(folder, 'perturbed') };
  beforeAll(() => {
    writeFileSync(files.clean, table);
    writeFileSync(files.perturbed, perturbed);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('are counted by group', async () => {
    const { rows: counted, groups } = await countOutcomes(files.clean, reference);

    expect(counted).toBe(4);
    expect(groups.find(({ value }) => value === 'black')).toMatchObject({ count: 2, favorable: 2, falsePositive: 1 });
  });

  it('are compared with their labels', async () => {
    const { groups } = await readModelOutputs(files.clean, reference);

    expect(accuracyOf(groups)).toEqual({ correct: 3, labelled: 4, rows: 4 });
  });

  it('are compared row by row with those on disturbed inputs', async () => {
    const counts = await comparePerturbed(files, reference);

    expect(counts).toMatchObject({ compared: 4, flipped: 1, repeatedIds: 0, unknownIds: 0, movedScores: 4 });
  });
});

describe('the page about predictions', () => {
  it('has a row for each field of the reference', () => {
    const { properties = {}, required } = inputOf(PredictionsReference);
    const told = rows(section(PAGE, 'Grammar')).map(([name = '', must]) => [codes(name)[0], must]);

    expect(told.toSorted()).toEqual(
      Object.keys(properties)
        .map((name) => [name, required.includes(name) ? 'MUST' : 'MAY'])
        .toSorted(),
    );
  });

  it('states the limits of a table', () => {
    const number = (value: number) => value.toLocaleString('en-US');

    expect(Object.fromEntries(rows(section(PAGE, 'Limits')))).toEqual({
      'the file': sizeOf(Math.min(EVIDENCE_MAX_BYTES, LAMBDA_LIMITS.fileBytes)),
      'the file after gunzip': sizeOf(LAMBDA_LIMITS.unpackedBytes),
      rows: number(LAMBDA_LIMITS.rows),
      'metadata of Parquet': sizeOf(METADATA_MAX_BYTES),
      'a value': `${VALUE_MAX_CHARACTERS} characters`,
      'combinations of label, prediction and protected attributes': number(COMBINATIONS_MAX),
      'groups, with those of two attributes together': number(GROUPS_MAX),
      'the names of those groups, in all': `${number(GROUP_NAMES_MAX_BYTES)} bytes`,
      'pairs of decision and label': number(PAIRS_MAX),
      'time to count': `${LAMBDA_LIMITS.seconds} seconds`,
      'memory to count': `${number(LAMBDA_LIMITS.memoryMegabytes)} MB`,
    });
    expect(PAGE.replaceAll('\n', ' ')).toContain(`A check ends after ${CHECK_TIMEOUT_SECONDS} seconds`);
    expect(PAGE).toContain(`from 0 to ${number(WEIGHT_MAX)}; ${WEIGHT_DECIMALS} decimals are kept`);
  });

  it('says from which size on Athena counts', () => {
    expect(section(PAGE, 'Large tables')).toContain(`more than ${sizeOf(COUNTED_HERE_MAX_BYTES)}`);
  });

  it('lists the types that are counted', () => {
    const text = section(PAGE, 'Types');

    expect(rows(text).map(([type = '', athena = '']) => [codes(type)[0], codes(athena)[0]])).toEqual(
      Object.entries(COLUMN_TYPES),
    );
    expect(text).toContain(`decimals of at most ${DECIMAL_DIGITS_MAX} digits`);
    for (const type of ID_TYPES) expect(codes(text)).toContain(type);
  });
});
