import { describe } from 'vitest';
import { itJudges } from '../known-cases.ts';
import { aGroup, someEvidence, withOutcomes } from '../stage-evidence.ts';

const RACE = { protected_attributes: ['race'] };
const races = (...selected: readonly number[]) =>
  withOutcomes(selected.map((favorable, index) => aGroup('race', `group ${index}`, 100, favorable)));

describe('demographic_parity_within_threshold', () => {
  itJudges('demographic_parity_within_threshold', [
    {
      claim: 'passes a difference of exactly the maximum, which binary fractions would miss',
      evidence: races(90, 70),
      parameters: RACE,
      status: 'passed',
      measured: '0.2000',
      says: ['within the maximum of 0.20', '0.7000 for group 1 (100 rows)', '0.9000 for group 0 (100 rows)'],
    },
    {
      claim: 'fails one row more, naming the groups, the rates and the maximum',
      evidence: races(91, 70),
      parameters: RACE,
      status: 'failed',
      measured: '0.2100',
      says: ['race', '0.2100, above the maximum of 0.20', '0.7000 for group 1', 'retrain'],
    },
    {
      claim: 'fails a favorable value that the policy does not accept',
      evidence: races(90, 90),
      parameters: { ...RACE, accepted_favorable_values: ['approved'] },
      status: 'failed',
      measured: 'another decision',
      says: ['the policy accepts approved'],
    },
    {
      claim: 'takes another maximum from the policy',
      evidence: races(91, 70),
      parameters: { ...RACE, maximum: '0.25' },
      status: 'passed',
      says: ['within the maximum of 0.25'],
    },
    {
      claim: 'judges every attribute of the manifest when the policy names none, and tells the worst',
      evidence: someEvidence(),
      status: 'passed',
      measured: '0.0500',
      says: ['race', 'sex'],
    },
  ]);
});

describe('equalised_odds_within_threshold', () => {
  const odds = (truePositive: number, falsePositive: number) =>
    withOutcomes([
      aGroup('race', 'black', 100, 50, { truePositive, falsePositive }),
      aGroup('race', 'white', 100, 50, { truePositive: 40, falsePositive: 10 }),
    ]);
  itJudges('equalised_odds_within_threshold', [
    {
      claim: 'passes a model that is right about as often for everybody',
      evidence: odds(35, 12),
      parameters: RACE,
      status: 'passed',
      measured: '0.1000',
      says: ['true positive rate 0.7000 for black (50 rows with a favorable label)', '0.8000 for white'],
    },
    {
      claim: 'fails a model that turns away more of the deserving of one group',
      evidence: odds(29, 10),
      parameters: RACE,
      status: 'failed',
      measured: '0.2200',
      says: ['true positive rate 0.5800 for black', 'above the maximum of 0.20'],
    },
    {
      claim: 'fails a model that forgives one group more, which selection rates alone would hide',
      evidence: odds(35, 25),
      parameters: RACE,
      status: 'failed',
      measured: '0.3000',
      says: ['false positive rate 0.2000 for white'],
    },
    {
      claim: 'is inconclusive, and never 0, when a group has nobody who deserves the outcome',
      evidence: withOutcomes([
        aGroup('race', 'black', 100, 50, { actualFavorable: 0, truePositive: 0, falsePositive: 50 }),
        aGroup('race', 'white', 100, 50),
      ]),
      parameters: RACE,
      status: 'inconclusive',
      measured: 'not measurable',
      says: ['too few rows to judge black (no row with a favorable label)'],
    },
    {
      claim: 'is inconclusive when a group has nobody who does not deserve it',
      evidence: withOutcomes([
        aGroup('race', 'black', 100, 50, { actualFavorable: 100, truePositive: 50, falsePositive: 0 }),
        aGroup('race', 'white', 100, 50),
      ]),
      parameters: RACE,
      status: 'inconclusive',
      says: ['black (no row with another label)'],
    },
    {
      claim: 'is inconclusive about a large group of whom too few deserve the outcome to give a rate',
      evidence: withOutcomes([
        aGroup('race', 'black', 100, 50, { actualFavorable: 1, truePositive: 1, falsePositive: 49 }),
        aGroup('race', 'white', 100, 50, { truePositive: 50, falsePositive: 25 }),
      ]),
      parameters: RACE,
      status: 'inconclusive',
      says: ['too few rows to judge black (1 row with a favorable label); at least 30'],
    },
    {
      claim: 'fails one rate that is too far apart, whatever the other might say of too few rows',
      evidence: withOutcomes([
        aGroup('race', 'black', 100, 50, { actualFavorable: 1, truePositive: 1, falsePositive: 80 }),
        aGroup('race', 'white', 100, 50, { falsePositive: 25 }),
      ]),
      parameters: RACE,
      status: 'failed',
      measured: '0.3081',
      says: ['false positive rate 0.5000 for white (50 rows with another label)', '(99 rows with another label)'],
    },
    {
      claim: 'is inconclusive about an intersection of whom too few deserve the outcome',
      evidence: withOutcomes([
        aGroup('race', 'black', 100, 50),
        aGroup('sex', 'female', 100, 50),
        aGroup('race × sex', 'black × female', 100, 50, { actualFavorable: 29 }),
        aGroup('race', 'white', 100, 50),
        aGroup('sex', 'male', 100, 50),
        aGroup('race × sex', 'white × male', 100, 50),
        aGroup('race × sex', 'white × female', 100, 50),
        aGroup('race × sex', 'black × male', 100, 50),
      ]),
      parameters: { intersections: true },
      status: 'inconclusive',
      says: ['black × female (29 rows with a favorable label)'],
    },
    {
      claim: 'is inconclusive when labels are missing',
      evidence: withOutcomes([
        aGroup('race', 'black', 100, 50, { missingLabels: 1, labelled: 99 }),
        aGroup('race', 'white', 100, 50),
      ]),
      parameters: RACE,
      status: 'inconclusive',
      says: ['1 of 100 rows of black have no label'],
    },
    {
      claim: 'is inconclusive about a group without any prediction',
      evidence: withOutcomes([
        aGroup('race', 'black', 0, 0, { missingPredictions: 50 }),
        aGroup('race', 'white', 100, 50),
      ]),
      parameters: RACE,
      status: 'inconclusive',
      says: ['50 of 50 rows of black have no prediction'],
    },
    {
      claim: 'is inconclusive when the labels are no yes or no',
      evidence: withOutcomes([aGroup('race', 'black', 100, 50)], { otherValues: { predictions: 1, labels: 2 } }),
      parameters: RACE,
      status: 'inconclusive',
      says: ['labels have 2 values besides the favorable one'],
    },
  ]);
});

describe('disparate_impact_ratio_above_minimum', () => {
  itJudges('disparate_impact_ratio_above_minimum', [
    {
      claim: 'passes four fifths exactly',
      evidence: races(80, 64),
      parameters: RACE,
      status: 'passed',
      measured: '0.8000',
      says: ['not below the minimum of 0.80'],
    },
    {
      claim: 'fails less than four fifths, whichever group is the favored one',
      evidence: races(63, 80),
      parameters: RACE,
      status: 'failed',
      measured: '0.7875',
      says: ['0.7875, below the minimum of 0.80', '0.6300 for group 0'],
    },
    {
      claim: 'fails a group that never gets the outcome',
      evidence: races(0, 80),
      parameters: RACE,
      status: 'failed',
      measured: '0.0000',
      says: ['0.0000 for group 0'],
    },
    {
      claim: 'is inconclusive when nobody gets the outcome',
      evidence: races(0, 0),
      parameters: RACE,
      status: 'inconclusive',
      says: ['no group has any favorable prediction', 'favorable_value'],
    },
  ]);
});
