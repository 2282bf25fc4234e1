import { describe, expect, it } from 'vitest';
import { facetMeasures } from '../../../../lib/domain/evidence/fairness/fairness-facets.ts';
import { type AttributeReport, fairnessReport } from '../../../../lib/domain/evidence/fairness/fairness-report.ts';
import { powerOf } from '../../../../lib/domain/evidence/fairness/power.ts';
import { aGroup, someCounts } from '../../checks/stage-evidence.ts';

const GROUPS = [
  aGroup('race', 'black', 100, 50),
  aGroup('race', 'white', 100, 80),
  aGroup('sex', 'female', 190, 100),
  aGroup('sex', 'male', 10, 5),
  aGroup('race × sex', 'black × female', 100, 50),
  aGroup('race × sex', 'white × female', 90, 75),
  aGroup('race × sex', 'white × male', 10, 5),
];

describe('the report on groups', () => {
  const [race, sex, both] = fairnessReport(someCounts(GROUPS), 30);
  const againstRest = (report: AttributeReport | undefined) =>
    facetMeasures(report?.groups ?? [], 30).map((one) => one.againstRest.disparateImpact);

  it('measures each attribute and each intersection', () => {
    expect([race, sex, both].map((one) => one?.attribute)).toEqual(['race', 'sex', 'race × sex']);
    expect(race?.measures.demographic_parity_difference).toMatchObject({ kind: 'measured' });
    expect(againstRest(race)).toMatchObject([{ value: { numerator: 5000n } }, { value: { numerator: 5000n } }]);
  });

  it('says nothing of a group with too few rows, nor of what it is compared with', () => {
    expect(sex?.groups.map(({ rates }) => rates.selection_rate.value !== undefined)).toEqual([true, false]);
    expect(againstRest(sex)).toEqual([undefined, undefined]);
    expect(sex?.measures.equalized_odds_ratio).toEqual({
      kind: 'unmeasurable',
      reason: 'fewer than 30 rows: male (5 rows with a favorable label), male (5 rows with another label)',
    });
  });

  it('gives each rate the number of rows that it is a share of', () => {
    expect(race?.groups[0]?.rates).toMatchObject({
      selection_rate: { rows: 100 },
      true_positive_rate: { rows: 50 },
      false_positive_rate: { rows: 50 },
    });
  });

  it('names intersections that no row is in', () => {
    expect(both?.unseen).toEqual(['black × male']);
    expect(both?.measures.demographic_parity_ratio).toEqual({
      kind: 'unmeasurable',
      reason: 'fewer than 30 rows: white × male (10 rows), black × male (no row)',
    });
  });

  it('measures no yes or no where there are more answers', () => {
    const [first] = fairnessReport(someCounts(GROUPS, { otherValues: { predictions: 1, labels: 2 } }), 30);

    expect(first?.measures.demographic_parity_difference.kind).toBe('measured');
    expect(first?.measures.equalized_odds_difference).toEqual({
      kind: 'unmeasurable',
      reason: 'the labels have 2 values besides the favorable one',
    });
  });
});

describe('how often a model would pass', () => {
  const [race, sex] = fairnessReport(someCounts(GROUPS), 30);
  const asked = { ratio: 0.75, minimum: 0.8, minimumRows: 30 };

  it('is said of each group against the highest, and of the smallest group that is allowed', () => {
    const rows = powerOf(race?.groups ?? [], asked);

    expect(rows.map(({ group, rows: of }) => [group, of])).toEqual([
      ['black', 100],
      [undefined, 30],
    ]);
    expect(rows[0]?.passes.onPoint).toBeLessThan(rows[1]?.passes.onPoint ?? 0);
  });

  it('is not said where no two groups have enough rows', () => {
    expect(powerOf(sex?.groups ?? [], asked)).toEqual([]);
    expect(powerOf([], asked)).toEqual([]);
  });
});
