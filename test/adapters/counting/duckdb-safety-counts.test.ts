import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type * as z from 'zod';
import { comparePerturbed, readModelOutputs } from '../../../lib/adapters/counting/duckdb-safety-counts.ts';
import { accuracyOf, commonestLabel } from '../../../lib/domain/evidence/predictions/model-outputs.ts';
import { PredictionsReference } from '../../../lib/domain/evidence/predictions/reference.ts';

const folder = mkdtempSync(join(tmpdir(), 'assay-safety-'));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
const aFile = (lines: readonly string[]): string => {
  files += 1;
  const file = join(folder, `table-${files}`);
  writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
};

const reference = (changes: object = {}): z.infer<typeof PredictionsReference> =>
  PredictionsReference.parse({
    uri: 's3://models/predictions',
    label_column: 'label',
    prediction_column: 'prediction',
    columns: { row_id: 'id' },
    score_column: 'score',
    favorable_value: '1',
    protected_attributes: ['race'],
    ...changes,
  });

const EXAMPLE = join(import.meta.dirname, '../../../examples/hmda-mortgage');
const example = (version: string, file: string) => join(EXAMPLE, version, file);
const REFERENCE = reference({ columns: { row_id: 'application_id' } });

describe('model outputs', () => {
  it('are counted by decision and label, with the bounds of their scores', async () => {
    const outputs = await readModelOutputs(example('1.1.0', 'predictions.parquet'), REFERENCE);

    expect(accuracyOf(outputs.groups)).toEqual({ correct: 1038, labelled: 1190, rows: 1190 });
    expect(commonestLabel(outputs.groups)).toEqual({ label: '1', rows: 1048 });
    expect(outputs.hasScores).toBe(true);
    for (const { prediction, lowestScore, highestScore } of outputs.groups) {
      expect(prediction === '1' ? (lowestScore ?? 0) >= 0.8 : (highestScore ?? 1) < 0.8).toBe(true);
    }
  });

  it('keep integers apart that no double can', async () => {
    const file = aFile(['label,prediction,score', '9007199254740993,9007199254740992,1', '-0.50,-.5,1', '7,7.0,1']);

    const { groups } = await readModelOutputs(file, reference());

    expect(accuracyOf(groups)).toEqual({ correct: 2, labelled: 3, rows: 3 });
  });

  it('tell scores that are missing from those that are no numbers', async () => {
    const file = aFile(['id,label,prediction,score', 'a,1,1,', 'b,1,1,NaN', 'c,1,1.0,-inf', 'd,1,yes,high', 'e,,,0.5']);

    const { groups } = await readModelOutputs(file, reference());

    expect(groups.toSorted((a, b) => String(a.prediction).localeCompare(String(b.prediction)))).toEqual([
      {
        prediction: '1',
        label: '1',
        rows: 3,
        missingScores: 1,
        unusableScores: 2,
        lowestScore: null,
        highestScore: null,
      },
      {
        prediction: null,
        label: null,
        rows: 1,
        missingScores: 0,
        unusableScores: 0,
        lowestScore: 0.5,
        highestScore: 0.5,
      },
      {
        prediction: 'yes',
        label: '1',
        rows: 1,
        missingScores: 0,
        unusableScores: 1,
        lowestScore: null,
        highestScore: null,
      },
    ]);
  });

  it('need no scores', async () => {
    const { score_column: _, ...withoutScores } = reference();

    const { hasScores, groups } = await readModelOutputs(aFile(['label,prediction', '1,1']), withoutScores);

    expect(hasScores).toBe(false);
    expect(groups).toMatchObject([{ missingScores: 1, lowestScore: null }]);
  });

  it('refuse a column that is not there, by name', async () => {
    await expect(readModelOutputs(aFile(['label,prediction', '1,1']), reference())).rejects.toMatchObject({
      name: 'EvidenceUnreadable',
      message: expect.stringContaining('lacks column score'),
    });
  });

  it('refuse scores in the place of decisions', async () => {
    const rows = Array.from({ length: 1100 }, (_, index) => `1,0.${index + 1000},0.5`);

    await expect(readModelOutputs(aFile(['label,prediction,score', ...rows]), reference())).rejects.toMatchObject({
      name: 'EvidenceUnreadable',
      message: expect.stringContaining('decisions, not of scores'),
    });
  });
});

describe('perturbed predictions', () => {
  it('are joined with the clean ones on their id', async () => {
    const files = {
      clean: example('1.1.0', 'predictions.parquet'),
      perturbed: example('1.1.0', 'perturbed-predictions.parquet'),
    };

    expect(await comparePerturbed(files, REFERENCE)).toEqual({
      cleanRows: 1190,
      perturbedRows: 1190,
      repeatedIds: 0,
      unperturbedIds: 0,
      unknownIds: 0,
      undecided: 0,
      compared: 1190,
      flipped: 4,
      labelled: 1190,
      cleanCorrect: 1038,
      perturbedCorrect: 1038,
      movedScores: 1190,
    });
  });

  it('are joined by what their ids say: a column of integers with one gap is one of decimals', async () => {
    const clean = aFile(['id,label,prediction,score', '1,1,True,0.9', '20,0,1,0.80', '3,0,None,0.1']);
    const perturbed = aFile(['id,prediction,score', '1.0,true,0.90', '20.0,1.0,0.8', '3e0,0,0.1']);

    expect(await comparePerturbed({ clean, perturbed }, reference())).toMatchObject({
      unperturbedIds: 0,
      unknownIds: 0,
      compared: 2,
      undecided: 1,
      flipped: 0,
      movedScores: 0,
    });
  });

  it('may come in another format and order, with numbers written differently', async () => {
    const clean = aFile(['id,label,prediction,score', 'a,1,1,0.9', 'b,0,1,0.8', 'c,0,0,0.1']);
    const perturbed = aFile([
      '{"id":"c","prediction":1.0,"score":0.9}',
      '{"id":"b","prediction":1,"score":0.8}',
      '{"id":"a","prediction":"1.0","score":0.85}',
    ]);

    expect(await comparePerturbed({ clean, perturbed }, reference())).toMatchObject({
      compared: 3,
      flipped: 1,
      cleanCorrect: 2,
      perturbedCorrect: 1,
      movedScores: 2,
    });
  });

  it('count what does not belong together', async () => {
    const clean = aFile(['id,label,prediction,score', 'a,1,1,1', 'a,1,1,1', 'b,1,1,1', 'c,1,,1', ',1,1,1']);
    const perturbed = aFile(['id,prediction,score', 'a,1,1', 'c,1,1', 'd,1,1']);

    expect(await comparePerturbed({ clean, perturbed }, reference())).toMatchObject({
      cleanRows: 5,
      perturbedRows: 3,
      repeatedIds: 1,
      unperturbedIds: 2,
      unknownIds: 1,
      undecided: 1,
      compared: 1,
    });
  });

  it('say nothing of scores that there are none of', async () => {
    const { score_column: _, ...withoutScores } = reference();
    const clean = aFile(['id,label,prediction', 'a,1,1']);

    const counts = await comparePerturbed({ clean, perturbed: aFile(['id,prediction', 'a,0']) }, withoutScores);

    expect(counts).toMatchObject({ compared: 1, flipped: 1 });
    expect(counts).not.toHaveProperty('movedScores');
  });

  it('need an id column, by the field that it is missing from', async () => {
    const { columns: _, ...withoutId } = reference();

    await expect(comparePerturbed({ clean: 'x', perturbed: 'y' }, withoutId)).rejects.toMatchObject({
      name: 'EvidenceUnreadable',
      violations: [{ field: 'predictions.columns.row_id', problem: expect.stringContaining('is missing') }],
    });
  });

  it('are joined on the column that an earlier manifest calls id_column', async () => {
    const { columns: _, ...former } = reference();
    const clean = aFile(['id,label,prediction,score', 'a,1,1,1']);

    const counts = await comparePerturbed(
      { clean, perturbed: aFile(['id,prediction,score', 'a,0,1']) },
      { ...former, id_column: 'id' },
    );

    expect(counts).toMatchObject({ compared: 1, flipped: 1 });
  });

  it('name the table that lacks a column', async () => {
    const clean = aFile(['id,label,prediction,score', 'a,1,1,1']);

    await expect(comparePerturbed({ clean, perturbed: aFile(['id,score', 'a,1']) }, reference())).rejects.toMatchObject(
      {
        violations: [
          { field: 'further_evidence.perturbed_predictions', problem: 'lacks column prediction (read as CSV)' },
        ],
      },
    );
  });

  it('name both tables when one of them cannot be read', async () => {
    const clean = aFile(['id,label,prediction,score', 'a,1,1,1']);

    await expect(
      comparePerturbed({ clean, perturbed: aFile(['id,prediction,score', 'a,1', 'b']) }, reference()),
    ).rejects.toMatchObject({
      violations: [{ field: 'predictions.uri or further_evidence.perturbed_predictions' }],
    });
  });
});
