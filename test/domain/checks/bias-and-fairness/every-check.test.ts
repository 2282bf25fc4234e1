import { describe, expect, it } from 'vitest';
import { itJudges, judge } from '../known-cases.ts';
import { aGroup, aReport, digestOf, read, someEvidence, unreadable, withOutcomes } from '../stage-evidence.ts';

const DECIDED = {
  predictions: { some: ['0', '1'], hasFavorable: true },
  labels: { some: ['0', '1'], hasFavorable: true },
};
const RACE = { protected_attributes: ['race'] };

/** Groups of a hundred rows, of which so many weighed per cent are selected, and so many rows. */
const weighed = (weights: Record<string, number>, selected: Record<string, number>) =>
  withOutcomes(
    Object.entries(weights).map(([race, favorable]) =>
      aGroup('race', race, 100, selected[race] ?? 0, {
        weights: {
          count: '2.5',
          favorable: String(favorable / 40),
          labelled: '2.5',
          actualFavorable: '1',
          truePositive: '1',
          falsePositive: '0',
        },
      }),
    ),
  );

describe('every fairness check', () => {
  const small = [aGroup('race', 'black', 28, 14), aGroup('race', 'white', 100, 50)];
  itJudges('disparate_impact_ratio_above_minimum', [
    {
      claim: 'is inconclusive about a group below the minimum size, by name',
      evidence: withOutcomes(small),
      parameters: RACE,
      status: 'inconclusive',
      says: ['black (28 rows)', 'at least 30'],
    },
    {
      claim: 'judges that group when the policy asks for fewer rows',
      evidence: withOutcomes(small),
      parameters: { ...RACE, minimum_group_size: 28 },
      status: 'passed',
      says: [],
    },
    {
      claim: 'fails large groups that are too far apart, whatever a small one might say',
      evidence: withOutcomes([...small, aGroup('race', 'asian', 100, 90)]),
      parameters: RACE,
      status: 'failed',
      says: ['0.5556'],
    },
    {
      claim: 'is inconclusive about a single group',
      evidence: withOutcomes([aGroup('race', 'white', 100, 50)]),
      parameters: RACE,
      status: 'inconclusive',
      says: ['no two groups'],
    },
    {
      claim: 'is inconclusive when predictions are missing: what is left out could be just what differs',
      evidence: withOutcomes([
        aGroup('race', 'black', 90, 45, { missingPredictions: 10 }),
        aGroup('race', 'white', 100, 50),
      ]),
      parameters: RACE,
      status: 'inconclusive',
      says: ['10 of 100 rows of black have no prediction', 'share of 0'],
    },
    {
      claim: 'is inconclusive when rows have no value of the attribute',
      evidence: withOutcomes([aGroup('race', 'black', 90, 45), aGroup('race', 'white', 100, 50)], { rows: 200 }),
      parameters: RACE,
      status: 'inconclusive',
      says: ['10 of 200 rows have no race'],
    },
    {
      claim: 'says what is missing even where the policy allows it',
      evidence: withOutcomes(
        [aGroup('race', 'black', 99, 50, { missingPredictions: 1 }), aGroup('race', 'white', 100, 50)],
        {
          missing: { predictions: 1, labels: 2, attributes: { race: 0, sex: 3 } },
        },
      ),
      parameters: { ...RACE, maximum_missing: '0.01' },
      status: 'passed',
      says: ['Of 200 rows, 1 have no prediction, 2 have no label, 3 have no sex.'],
    },
    {
      claim: 'is inconclusive about scores',
      evidence: withOutcomes([aGroup('race', 'white', 100, 50)], { otherValues: { predictions: 99, labels: 1 } }),
      parameters: RACE,
      status: 'inconclusive',
      says: ['predictions have 99 values', 'not scores'],
    },
    {
      claim: 'is inconclusive about an empty table',
      evidence: withOutcomes([]),
      parameters: RACE,
      status: 'inconclusive',
      says: ['no rows'],
    },
    {
      claim: 'is not provided an attribute that the policy names and the predictions lack',
      evidence: someEvidence(),
      parameters: { protected_attributes: ['race', 'age_band'] },
      status: 'not_provided',
      says: ['age_band', 'predictions.protected_attributes'],
    },
    {
      claim: 'judges the intersections that the policy asks for',
      evidence: withOutcomes([
        aGroup('race', 'black', 100, 80),
        aGroup('race', 'white', 100, 80),
        aGroup('sex', 'female', 100, 80),
        aGroup('sex', 'male', 100, 80),
        aGroup('race × sex', 'black × female', 50, 30),
        aGroup('race × sex', 'black × male', 50, 50),
        aGroup('race × sex', 'white × female', 50, 50),
        aGroup('race × sex', 'white × male', 50, 30),
      ]),
      parameters: { protected_attributes: ['sex', 'race'], intersections: true },
      status: 'failed',
      measured: '0.6000',
      says: ['race × sex', 'black × female'],
    },
    {
      claim: 'is inconclusive about an intersection that no row is in, by name',
      evidence: withOutcomes([
        aGroup('race', 'black', 100, 80),
        aGroup('race', 'white', 100, 80),
        aGroup('sex', 'female', 100, 80),
        aGroup('sex', 'male', 100, 80),
        aGroup('race × sex', 'black × male', 100, 80),
        aGroup('race × sex', 'white × female', 100, 80),
      ]),
      parameters: { intersections: true },
      status: 'inconclusive',
      says: ['too few rows to judge black × female (no row), white × male (no row)'],
    },
    {
      claim: 'is inconclusive without a group that the policy expects: leaving it out is no way to treat it well',
      evidence: withOutcomes([aGroup('race', 'white', 100, 50), aGroup('race', 'asian', 100, 50)]),
      parameters: { ...RACE, expected_groups: { race: ['white', 'black'] } },
      status: 'inconclusive',
      says: ['black (no row)', 'No row is black; the groups are white, asian.'],
    },
    {
      claim: 'finds a group that the policy spells differently',
      evidence: withOutcomes([aGroup('race', '1', 100, 50), aGroup('race', 'true', 100, 50)]),
      parameters: { ...RACE, expected_groups: { race: ['1.0', 'TRUE'] } },
      status: 'passed',
      says: [],
    },
    {
      claim: 'names the group that may be meant, instead of sending for more data',
      evidence: withOutcomes([aGroup('race', 'Two or more', 100, 50), aGroup('race', 'asian', 100, 50)]),
      parameters: { ...RACE, expected_groups: { race: ['two-or-more'] } },
      status: 'inconclusive',
      says: ['If two-or-more and Two or more are one group, write it in one way.'],
      saysNot: ['more data'],
    },
    {
      claim: 'names the groups that there are, one of which may be meant',
      evidence: withOutcomes([aGroup('race', 'white', 100, 50), aGroup('race', 'asian', 100, 50)]),
      parameters: { ...RACE, expected_groups: { race: ['black'] } },
      status: 'inconclusive',
      says: ['No row is black; the groups are white, asian. If one of them is meant'],
      saysNot: ['more data'],
    },
    {
      claim: 'says that the policy expects no value',
      evidence: withOutcomes([aGroup('race', 'white', 100, 50), aGroup('race', 'asian', 100, 50)]),
      parameters: { ...RACE, expected_groups: { race: ['None'] } },
      status: 'inconclusive',
      says: ['The policy expects None, which is no value. Correct the policy.'],
      saysNot: ['more data'],
    },
    {
      claim: 'asks whether a group is one, where its name often stands for a missing value',
      evidence: withOutcomes([
        aGroup('race', 'n/a', 5, 2),
        aGroup('race', 'asian', 100, 50),
        aGroup('race', 'x', 9, 4),
      ]),
      parameters: { minimum_group_size: 30, ...RACE },
      status: 'inconclusive',
      says: [
        'n/a (5 rows), x (9 rows)',
        'If n/a stands for a missing value, leave the cell empty',
        'on more data of x.',
      ],
    },
    {
      claim: 'judges the name of each part of an intersection',
      evidence: withOutcomes([
        aGroup('race', 'black', 100, 50),
        aGroup('race', 'Black', 100, 50),
        aGroup('sex', 'f', 200, 100),
        aGroup('race × sex', 'black × f', 180, 90),
        aGroup('race × sex', 'Black × f', 10, 5),
        aGroup('race × sex', 'a × b × f', 10, 5),
      ]),
      parameters: { ...RACE, protected_attributes: ['race', 'sex'], intersections: true },
      status: 'inconclusive',
      says: ['If Black and black are one group, write it in one way. Evaluate on more data of a × b × f.'],
    },
    {
      claim: 'is inconclusive where the favorable value never occurs, and names what does',
      evidence: withOutcomes([aGroup('race', 'white', 100, 0), aGroup('race', 'asian', 100, 0)], {
        otherValues: { predictions: 2, labels: 1 },
        values: { ...DECIDED, predictions: { some: ['no', 'yes'], hasFavorable: false } },
      }),
      parameters: RACE,
      status: 'inconclusive',
      says: ['None of the predictions is 1, the favorable value: they are no, yes. Write predictions.favorable_value'],
      saysNot: ['scores', 'more data'],
    },
    {
      claim: 'names no cell of a column that holds no decisions: what it says is kept for ever',
      evidence: withOutcomes([aGroup('race', 'white', 100, 0), aGroup('race', 'asian', 100, 0)], {
        otherValues: { predictions: 900, labels: 2 },
        values: {
          predictions: { some: ['Jane Doe, born 1970-03-01', 'Ali Khan'], hasFavorable: false },
          labels: { some: ['SSN 078-05-1120 of Ana Silva'], hasFavorable: false },
        },
      }),
      parameters: RACE,
      status: 'inconclusive',
      says: ['The predictions have 900 values besides the favorable one. Submit decisions of two values'],
      saysNot: ['Jane', 'Ali', 'SSN'],
    },
    {
      claim: 'names no long value of a few, and none of a table of a few rows',
      evidence: withOutcomes([aGroup('race', 'white', 10, 0), aGroup('race', 'asian', 10, 0)], {
        values: { ...DECIDED, predictions: { some: ['Jane'], hasFavorable: false } },
        otherValues: { predictions: 2, labels: 1 },
      }),
      parameters: RACE,
      status: 'inconclusive',
      says: ['None of the predictions is 1, the favorable value. Write predictions.favorable_value'],
      saysNot: ['Jane'],
    },
    {
      claim: 'is inconclusive where nobody is favored, whose name is not the problem',
      evidence: withOutcomes([aGroup('race', 'white', 100, 0), aGroup('race', 'asian', 100, 0)], {
        values: { ...DECIDED, predictions: { some: ['0'], hasFavorable: false } },
      }),
      parameters: RACE,
      status: 'inconclusive',
      says: ['no group has any favorable prediction'],
    },
    {
      claim: 'expects no group of an attribute that the policy says nothing of',
      evidence: withOutcomes([aGroup('race', 'white', 100, 50), aGroup('race', 'asian', 100, 50)]),
      parameters: { ...RACE, expected_groups: { sex: ['female'] } },
      status: 'passed',
      says: [],
    },
    {
      claim: 'fails groups that only weights make alike: the submitter chooses the weights',
      evidence: weighed({ black: 80, white: 80 }, { black: 50, white: 80 }),
      parameters: RACE,
      status: 'failed',
      measured: '0.6250',
      says: ['race: the disparate impact ratio is 0.6250'],
    },
    {
      claim: 'fails groups that weights tell apart, and says that it weighed',
      evidence: weighed({ black: 50, white: 80 }, { black: 80, white: 80 }),
      parameters: RACE,
      status: 'failed',
      measured: '0.6250',
      says: ['race, weighted: the disparate impact ratio is 0.6250', '0.5000 for black (100 rows, weight 2.5)'],
    },
    {
      claim: 'believes weights alone where the policy says so',
      evidence: weighed({ black: 80, white: 80 }, { black: 50, white: 80 }),
      parameters: { ...RACE, sample_weights: 'with' },
      status: 'passed',
      measured: '1.0000',
      says: ['race, weighted'],
    },
    {
      claim: 'fails predictions that a report names nothing of',
      evidence: someEvidence({
        evaluationReport: read(
          aReport({ predictions_sha256: undefined, artifact_sha256: undefined, test_split: undefined }),
        ),
      }),
      status: 'failed',
      says: ['predictions (not named)', 'artifact (not named)', 'an unnamed number of test rows'],
    },
    {
      claim: 'fails predictions that the report is not about: they could be those of a fairer model',
      evidence: someEvidence({
        evaluationReport: read(
          aReport({
            predictions_sha256: digestOf('x'),
            artifact_sha256: digestOf('y'),
            test_split: { rows: 9, method: '' },
          }),
        ),
      }),
      status: 'failed',
      says: [digestOf('x'), digestOf('y'), '9 test rows, the predictions have 400'],
    },
    {
      claim: 'is an error when the report cannot be read',
      evidence: someEvidence({ evaluationReport: unreadable('document is empty') }),
      status: 'error',
      says: ['evaluation report', 'document is empty'],
    },
    {
      claim: 'is an error when the table cannot be read',
      evidence: someEvidence({ outcomeCounts: unreadable('predictions lacks column race') }),
      status: 'error',
      says: ['table of predictions', 'lacks column race'],
    },
  ]);

  it('has nothing to judge when no outcomes were counted', () => {
    const { outcomeCounts: _, ...evidence } = someEvidence();

    expect(judge('equalised_odds_within_threshold', evidence)).toMatchObject({
      status: 'not_provided',
      evidenceSha256: '',
    });
  });

  it('shows a long name of a group in short', () => {
    const evidence = withOutcomes([aGroup('race', 'x'.repeat(100), 100, 10), aGroup('race', 'white', 100, 90)]);

    const { explanation } = judge('demographic_parity_within_threshold', evidence, RACE);

    expect(explanation).toContain(`${'x'.repeat(63)}… (100 rows)`);
  });
});
