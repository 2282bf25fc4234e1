import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { itJudges, judge } from '../known-cases.ts';
import { aGroup, withOutcomes } from '../stage-evidence.ts';

const RACE = { protected_attributes: ['race'] };
const ON_INTERVAL = { ...RACE, decide_on: 'interval' };
const races = (...groups: readonly (readonly [string, number, number])[]) =>
  withOutcomes(groups.map(([name, rows, favorable]) => aGroup('race', name, rows, favorable)));

/** Releases 1.0.0 and 1.1.0 of the example. */
const REFUSED = races(['african_american', 170, 109], ['white', 1020, 899]);
const ACCEPTED = races(['african_american', 170, 129], ['white', 1020, 913]);

describe('disparate_impact_ratio_above_minimum, about doubt (CK-14)', () => {
  itJudges('disparate_impact_ratio_above_minimum', [
    {
      claim: 'gives the interval of what it passes, and says that the point decided',
      evidence: ACCEPTED,
      parameters: RACE,
      status: 'passed',
      measured: '0.8478',
      says: [
        '0.8478, not below the minimum of 0.80 (95 % interval 0.7769 to 0.9251)',
        'Decided on the point, not on the interval; 1 comparison, intervals not adjusted.',
      ],
    },
    {
      claim: 'gives the interval of what it fails',
      evidence: REFUSED,
      parameters: RACE,
      status: 'failed',
      says: ['0.7275, below the minimum of 0.80 (95 % interval 0.6487 to 0.8159)'],
    },
    {
      claim: 'is inconclusive on the interval about the release that the point accepts, and says how many rows decide',
      evidence: ACCEPTED,
      parameters: ON_INTERVAL,
      status: 'inconclusive',
      measured: '0.8478',
      says: [
        'its 95 % interval 0.7769 to 0.9251 straddles the minimum of 0.80',
        'With the same rates, about 386 of african_american and 2314 of white rows would decide.',
        'Decided on the interval; 1 comparison',
      ],
    },
    {
      claim: 'is inconclusive on the interval about the release that the point refuses',
      evidence: REFUSED,
      parameters: ON_INTERVAL,
      status: 'inconclusive',
      measured: '0.7275',
      says: ['straddles the minimum of 0.80'],
    },
    {
      claim: 'passes on the interval what is clear of the minimum',
      evidence: races(['black', 1000, 870], ['white', 1000, 890]),
      parameters: ON_INTERVAL,
      status: 'passed',
      says: ['Decided on the interval'],
    },
    {
      claim: 'fails on the interval what is clear of the minimum below',
      evidence: races(['black', 1000, 600], ['white', 1000, 890]),
      parameters: ON_INTERVAL,
      status: 'failed',
      says: ['below the minimum of 0.80', 'retrain'],
    },
    {
      claim:
        'judges every group against the highest, not the lowest alone: a small one may hide what a large one shows',
      evidence: races(['few', 40, 25], ['many', 4000, 2800], ['white', 4000, 3600]),
      parameters: ON_INTERVAL,
      status: 'failed',
      measured: '0.6944',
      says: ['0.7778, below the minimum of 0.80', 'for many', '2 comparisons'],
    },
    {
      claim: 'lets no number of rows decide a ratio that is the minimum itself',
      evidence: races(['black', 100, 64], ['white', 100, 80]),
      parameters: ON_INTERVAL,
      status: 'inconclusive',
      says: ['On no number of rows would rates like these decide.'],
    },
    {
      claim: 'has an interval where a group never gets the outcome',
      evidence: races(['black', 100, 0], ['white', 100, 80]),
      parameters: ON_INTERVAL,
      status: 'failed',
      measured: '0.0000',
      says: ['95 % interval 0.0000 to '],
    },
    {
      claim: 'adjusts the intervals of many groups, and is inconclusive about what one comparison alone would decide',
      evidence: races(['a', 500, 330], ['b', 500, 365], ['c', 500, 368], ['d', 500, 362], ['white', 500, 450]),
      parameters: { ...ON_INTERVAL, multiple_groups: 'holm' },
      status: 'inconclusive',
      says: ['straddles the minimum of 0.80', '4 comparisons, intervals adjusted by Holm'],
    },
    {
      claim: 'decides the same alone when nothing is adjusted',
      evidence: races(['a', 500, 330], ['b', 500, 365], ['c', 500, 368], ['d', 500, 362], ['white', 500, 450]),
      parameters: ON_INTERVAL,
      status: 'failed',
      says: ['for a (500 rows)', '4 comparisons, intervals not adjusted'],
    },
    {
      claim: 'says that nothing was compared where there is one group',
      evidence: races(['white', 500, 450]),
      parameters: RACE,
      status: 'inconclusive',
      says: ['no two groups', 'Decided on the point, not on the interval.'],
    },
  ]);

  it('says on what it was decided before anything that a long explanation loses', () => {
    const attributes = Array.from({ length: 12 }, (_, index) => `attribute_${index}`);
    const groups = attributes.flatMap((name) => [aGroup(name, 'a', 100, 80), aGroup(name, 'b', 100, 80)]);
    const missing = { predictions: 0, labels: 0, attributes: {} };
    const evidence = withOutcomes([...groups, aGroup('race', 'a', 200, 160)], { attributes, missing });

    const { explanation } = judge('disparate_impact_ratio_above_minimum', evidence);

    expect(explanation.slice(0, 1000)).toContain('Decided on the point, not on the interval; 12 comparisons');
  });

  it('names the interval in the threshold, where the policy decides on it', () => {
    const { threshold } = judge('disparate_impact_ratio_above_minimum', ACCEPTED, ON_INTERVAL);

    expect(threshold).toBe('at least 0.80, by the 95 % interval');
  });
});

describe('equalised_odds_within_threshold, about doubt', () => {
  const odds = (truePositive: number, falsePositive: number, rows = 100) =>
    withOutcomes([
      aGroup('race', 'black', rows, rows / 2, { truePositive, falsePositive }),
      aGroup('race', 'white', 10_000, 5000, { truePositive: 4000, falsePositive: 1000 }),
    ]);
  itJudges('equalised_odds_within_threshold', [
    {
      claim: 'is inconclusive if either rate is, though the other is clear',
      evidence: odds(40, 5),
      parameters: { ...ON_INTERVAL, maximum: '0.15' },
      status: 'inconclusive',
      measured: '0.1000',
      says: ['false positive rate', '2 comparisons'],
    },
    {
      claim: 'takes the largest of the adjusted differences',
      evidence: odds(400, 105, 1000),
      parameters: { ...ON_INTERVAL, multiple_groups: 'holm' },
      status: 'passed',
      measured: '0.0100',
      says: ['false positive rate', 'adjusted by Holm'],
    },
  ]);
});

describe('weights, about doubt', () => {
  const weighed = (favorable: number, squares: number) => ({
    weights: {
      count: '1000',
      favorable: String(favorable),
      labelled: '1000',
      actualFavorable: '500',
      truePositive: '250',
      falsePositive: '250',
    },
    squares: { count: squares, actualFavorable: squares / 2, actualOther: squares / 2 },
  });
  const withSquares = (squares: number) =>
    withOutcomes([
      aGroup('race', 'black', 1000, 700, weighed(700, squares)),
      aGroup('race', 'white', 1000, 800, weighed(800, squares)),
    ]);
  itJudges('disparate_impact_ratio_above_minimum', [
    {
      claim: 'passes evenly weighted rows that are worth what they are',
      evidence: withSquares(1000),
      parameters: ON_INTERVAL,
      status: 'passed',
      says: ['weighted'],
    },
    {
      claim: 'is inconclusive about as many rows of which few bear all the weight',
      evidence: withSquares(20_000),
      parameters: ON_INTERVAL,
      status: 'inconclusive',
      says: ['race, weighted: the disparate impact ratio is 0.8750, but its 95 % interval'],
    },
  ]);
});

describe('intersections of more than two attributes', () => {
  const ATTRIBUTES = ['race', 'sex', 'age'];
  const cube = (low: number) => {
    const groups = ['a', 'b'].flatMap((race) =>
      ['f', 'm'].flatMap((sex) =>
        ['old', 'young'].map((age) => ({
          of: [race, sex, age],
          favorable: [race, sex, age].join() === 'a,f,old' ? low : 80,
        })),
      ),
    );
    const sumBy = (name: string, indexes: readonly number[]) =>
      [...Map.groupBy(groups, ({ of }) => indexes.map((index) => of[index]).join(' × '))].map(([value, members]) =>
        aGroup(
          name,
          value,
          members.length * 100,
          members.reduce((sum, { favorable }) => sum + favorable, 0),
        ),
      );
    const several = (indexes: readonly number[]) => sumBy(indexes.map((i) => ATTRIBUTES[i]).join(' × '), indexes);
    return {
      attributes: ATTRIBUTES,
      missing: { predictions: 0, labels: 0, attributes: { race: 0, sex: 0, age: 0 } },
      groups: [[0], [1], [2], [0, 1], [0, 2], [1, 2]].flatMap(several),
      largerIntersections: several([0, 1, 2]),
    };
  };
  const evidence = (low: number, changes: object = {}) => {
    const { groups, ...rest } = cube(low);
    return withOutcomes(groups, { ...rest, ...changes });
  };
  itJudges('disparate_impact_ratio_above_minimum', [
    {
      claim: 'fails those whom only all attributes together show',
      evidence: evidence(60),
      parameters: { intersections: 'all' },
      status: 'failed',
      measured: '0.7500',
      says: ['race × sex × age', 'a × f × old (100 rows)', '19 comparisons'],
    },
    {
      claim: 'asks for pairs only when the policy does',
      evidence: evidence(60),
      parameters: { intersections: true },
      status: 'passed',
      measured: '0.8750',
      says: ['12 comparisons'],
    },
    {
      claim: 'needs three attributes for more than pairs',
      evidence: evidence(60),
      parameters: { intersections: 'all', protected_attributes: ['race', 'sex'] },
      status: 'passed',
      says: ['5 comparisons'],
    },
    {
      claim: 'is inconclusive where there are too many to count',
      evidence: evidence(60, { largerIntersections: undefined }),
      parameters: { intersections: 'all' },
      status: 'inconclusive',
      measured: 'not measurable',
      says: ['more than 3000 intersections'],
    },
    {
      claim: 'is inconclusive about one in which no row is, though each pair of its values occurs',
      evidence: evidence(78, {
        largerIntersections: cube(78).largerIntersections.filter(({ value }) => value !== 'b × m × young'),
      }),
      parameters: { intersections: 'all', maximum_missing: '1' },
      status: 'inconclusive',
      says: ['b × m × young (no row)'],
    },
  ]);
});

const Cases = z.array(
  z.strictObject({
    check: z.string(),
    parameters: z.record(z.string(), z.unknown()),
    groups: z.array(z.tuple([z.string(), z.string(), z.int(), z.int()]).rest(z.record(z.string(), z.int()))),
    verdict: z.strictObject({ status: z.string(), measured: z.string(), threshold: z.string() }),
  }),
);
const VECTORS = new URL('../../../vectors/fairness/verdicts.json', import.meta.url);

/** Made by the version before there was a choice of what to decide on. */
describe('a policy that says nothing about doubt', () => {
  it.each(Cases.parse(JSON.parse(readFileSync(VECTORS, 'utf8'))))(
    'keeps its verdict: $check, $verdict.measured',
    ({ check, parameters, groups, verdict }) => {
      const evidence = withOutcomes(groups.map(([attribute, value, ...rest]) => aGroup(attribute, value, ...rest)));

      expect(judge(check, evidence, parameters)).toMatchObject(verdict);
      expect(judge(check, evidence, { ...parameters, decide_on: 'point', multiple_groups: 'holm' })).toMatchObject(
        verdict,
      );
    },
  );
});
