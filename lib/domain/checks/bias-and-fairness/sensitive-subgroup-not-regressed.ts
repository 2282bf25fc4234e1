import * as z from 'zod';
import { type Comparison, type Judged, judgeIntervals } from '../../evidence/fairness/decide-on-interval.ts';
import { differenceInterval, moreRows, type Sample } from '../../evidence/fairness/intervals.ts';
import { MINIMUM_ROWS } from '../../evidence/fairness/rates.ts';
import { isSameDecision } from '../../evidence/predictions/favorable.ts';
import {
  compare,
  type Fraction,
  fraction,
  Share,
  share,
  subtract,
  toDecimal,
} from '../../evidence/predictions/fraction.ts';
import { groupKey } from '../../evidence/predictions/group-key.ts';
import type { OutcomeCounts, OutcomeGroup } from '../../evidence/predictions/predictions.ts';
import { defineCheck } from '../check.ts';
import { conclude, finding, judgeRead, listed, notProvided, sentences, shown } from '../finding.ts';
import { intervalInWords } from '../interval-in-words.ts';
import type { LiveRelease } from '../live-release.ts';
import { predictionProblems } from '../measured-on.ts';
import { favorableParameters, favorableProblem } from './accepted-favorable.ts';
import { adviseOnGroups } from './advise-on-groups.ts';
import {
  type DoubtParameters,
  decidesOnInterval,
  decisionInWords,
  doubtParameters,
  rowsThatDecide,
  thresholdOn,
} from './decide-on.ts';

const PARAMETERS = z.strictObject({
  maximum_drop: Share.default('0.05'),
  /** Rows with a prediction, in each of the two releases. */
  minimum_group_size: z.int().min(1).max(1_000_000).default(MINIMUM_ROWS),
  ...favorableParameters,
  ...doubtParameters,
});

/** Establishes that no group gets the favorable outcome much less often than from the release in production. */
export const sensitiveSubgroupNotRegressed = defineCheck({
  name: 'sensitive_subgroup_not_regressed',
  stage: 'bias_and_fairness',
  knownBy: 'counted',
  reads: ['manifest', 'evaluationReport', 'outcomeCounts', 'liveRelease'],
  parameters: PARAMETERS,
  judge: (evidence, parameters) => {
    const { maximum_drop: maximum, minimum_group_size: minimum } = parameters;
    const { manifest, evaluationReport, outcomeCounts, liveRelease: live } = evidence;
    const asked = `a rate of favorable answers at most ${maximum} below that in production, for every group`;
    const threshold = thresholdOn(asked, parameters);
    if (outcomeCounts === undefined) {
      return { ...notProvided(threshold, 'No outcomes were counted.'), evidenceSha256: '' };
    }
    return judgeRead(outcomeCounts, 'table of predictions', threshold, (counts) => {
      if (live === undefined) {
        return finding('passed', 'nothing in production', threshold, 'No release is in production to compare with.');
      }
      const { outcomes } = live;
      if (outcomes === undefined) {
        const explanation = `No outcomes are stored for ${live.releaseId}, which is in production. Evaluate it again.`;
        return finding('inconclusive', 'no outcomes in production', threshold, explanation);
      }
      return judgeRead(evaluationReport, 'evaluation report', threshold, (report) => {
        const wrong = predictionProblems({
          report,
          predictionsSha256: outcomeCounts.sha256,
          rows: counts.rows,
          manifest,
        });
        if (wrong.length > 0) return finding('failed', 'other predictions', threshold, sentences(wrong));
        const turned = turnedAround(manifest.predictions.favorable_value, live, parameters);
        if (turned !== undefined) return finding(turned.status, 'another decision', threshold, turned.problem);
        return judgeDrops(dropsSince(outcomes, counts, minimum), live, counts, { maximum, threshold, parameters });
      });
    });
  },
});

/** Rates of two decisions are not compared: turned around, a drop is a rise. */
const turnedAround = (favorable: string, live: LiveRelease, parameters: z.infer<typeof PARAMETERS>) => {
  const refused = favorableProblem(favorable, parameters);
  if (refused !== undefined) return { status: 'failed', problem: refused } as const;
  const former = live.predictions?.reference.favorable_value ?? favorable;
  if (isSameDecision(favorable, former, parameters.accepted_favorable_values)) return undefined;
  const problem = `A decision is favorable if it is ${shown(favorable)}, and for ${live.releaseId}, which is in production, if it is ${shown(former)}: their rates cannot be compared. Keep predictions.favorable_value, or let the policy name both in accepted_favorable_values if they mean the same.`;
  return { status: 'inconclusive', problem } as const;
};

type Drop = Comparison & {
  readonly group: OutcomeGroup;
  readonly former: FormerGroup;
  readonly before: Fraction;
  readonly now: Fraction;
  readonly drop: Fraction;
};
type Drops = {
  readonly compared: readonly Drop[];
  readonly lost: readonly FormerGroup[];
  readonly small: readonly OutcomeGroup[];
};

type FormerOutcomes = NonNullable<LiveRelease['outcomes']>;
type FormerGroup = FormerOutcomes['groups'][number];

const dropsSince = ({ groups }: FormerOutcomes, counts: OutcomeCounts, minimum: number): Drops => {
  const compared: Drop[] = [];
  const lost: FormerGroup[] = [];
  const small: OutcomeGroup[] = [];
  const present = new Map(counts.groups.map((group) => [groupKey(group), group]));
  for (const [key, former] of byKey(groups)) {
    const group = present.get(key);
    const before = fraction(former.favorable, former.count);
    const now = group === undefined ? undefined : fraction(group.favorable, group.count);
    if (group === undefined || now === undefined) lost.push(former);
    else if (group.count < minimum || former.count < minimum || before === undefined) small.push(group);
    else compared.push({ group, former, before, now, drop: subtract(before, now), ...doubtAbout(former, group) });
  }
  return { compared, lost, small };
};

/**
 * Of the former rate minus the present one, as if they were taken of different people: of the rates in production only
 * the counts are kept. On the same rows the truth is nearer than that.
 */
const doubtAbout = (former: FormerGroup, group: OutcomeGroup): Comparison => ({
  intervalAt: (z, times = 1) => differenceInterval(sampleIn(former, times), sampleIn(group, times), z),
});

const sampleIn = ({ favorable, count }: Pick<OutcomeGroup, 'favorable' | 'count'>, times: number): Sample =>
  moreRows({ rate: favorable / count, rows: count }, times);

/** An earlier version told groups apart by their spelling: what is one group now is added up. */
const byKey = (groups: readonly FormerGroup[]): Map<string, FormerGroup> => {
  const merged = new Map<string, FormerGroup>();
  for (const group of groups) {
    const key = groupKey(group);
    const { count = 0, favorable = 0 } = merged.get(key) ?? {};
    merged.set(key, { ...group, count: count + group.count, favorable: favorable + group.favorable });
  }
  return merged;
};

type Asked = { readonly maximum: Share; readonly threshold: string; readonly parameters: DoubtParameters };

const judgeDrops = (
  { compared, lost, small }: Drops,
  live: LiveRelease,
  counts: OutcomeCounts,
  { maximum, threshold, parameters }: Asked,
) => {
  const limit = { kind: 'maximum', value: Number(maximum) } as const;
  const judged = judgeIntervals(compared, limit, parameters.multiple_groups ?? 'none');
  const onInterval = decidesOnInterval(parameters);
  const regressed = judged.filter(({ side, comparison: { drop } }) =>
    onInterval ? side === 'missed' : compare(drop, share(maximum)) > 0,
  );
  const worst = [...judged].sort((a, b) => compare(b.comparison.drop, a.comparison.drop))[0];
  if (regressed.length === 0 && lost.length === 0 && (small.length > 0 || worst === undefined)) {
    const explanation = `Too few rows to compare ${listed(small.map(nameOf)) || 'any group'} with ${live.releaseId}. ${adviceOn(small, counts)}`;
    return finding('inconclusive', 'too few rows', threshold, explanation);
  }
  const measured = worst === undefined ? 'nothing' : dropInWords(worst.comparison);
  const decision = decisionInWords(parameters, judged.length);
  const open = judged.filter(({ side }) => onInterval && side === 'open');
  if (regressed.length === 0 && lost.length === 0 && open.length > 0) {
    const doubts = open.map((one) => `${ratesOf(one, live)}: straddles ${maximum}. ${rowsToDecide(one, live, limit)}`);
    return finding('inconclusive', measured, threshold, sentences(doubts.toSpliced(1, 0, decision)));
  }
  const doubt = worst === undefined ? '' : ` (${intervalInWords(worst.interval)})`;
  const wrong = [
    ...regressed.map((one) => `${ratesOf(one, live)}. Find out what changed for this group.`),
    ...lost.map(
      (group) =>
        `${shown(nameOf(group))} was evaluated for ${live.releaseId} and is no longer. ${adviceOn([group], counts)}`,
    ),
  ];
  return conclude(
    threshold,
    measured,
    `No group gets favorable answers much less often than from ${live.releaseId}; at worst: ${measured}${doubt}. ${decision}`,
    wrong.length === 0 ? [] : wrong.toSpliced(1, 0, decision),
  );
};

const ratesOf = ({ comparison, interval }: Judged<Drop>, { releaseId }: LiveRelease): string => {
  const { group, former, before, now } = comparison;
  return `${shown(group.attribute)} ${shown(group.value)}: ${toDecimal(before)} (${former.count} rows) by ${releaseId}, ${toDecimal(now)} (${group.count} rows) now; drop ${intervalInWords(interval)}`;
};

const rowsToDecide = (one: Judged<Drop>, { releaseId }: LiveRelease, limit: Parameters<typeof rowsThatDecide>[1]) => {
  const { group, former } = one.comparison;
  return rowsThatDecide(one, limit, [
    { name: releaseId, rows: former.count },
    { name: 'this release', rows: group.count },
  ]);
};

type Named = Pick<FormerGroup, 'attribute' | 'value'>;

const nameOf = ({ attribute, value }: Named): string => `${attribute} ${value}`;

const adviceOn = (groups: readonly Named[], counts: OutcomeCounts): string =>
  sentences([...new Set(groups.map(({ attribute, value }) => adviseOnGroups(attribute, [value], counts)))]);

const dropInWords = ({ drop, group }: Drop): string => `${changeInWords(drop)} for ${shown(group.value)}`;

const changeInWords = (drop: Fraction): string =>
  drop.numerator < 0n ? `${toDecimal({ ...drop, numerator: -drop.numerator })} higher` : `${toDecimal(drop)} lower`;
