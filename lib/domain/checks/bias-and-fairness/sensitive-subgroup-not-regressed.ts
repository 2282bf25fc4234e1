import * as z from 'zod';
import { MINIMUM_ROWS } from '../../evidence/fairness/rates.ts';
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
import type { LiveRelease } from '../live-release.ts';
import { predictionProblems } from '../measured-on.ts';
import { adviseOnGroups } from './advise-on-groups.ts';

/** Establishes that no group gets the favorable outcome much less often than from the release in production. */
export const sensitiveSubgroupNotRegressed = defineCheck({
  name: 'sensitive_subgroup_not_regressed',
  stage: 'bias_and_fairness',
  reads: ['manifest', 'evaluationReport', 'outcomeCounts', 'liveRelease'],
  parameters: z.strictObject({
    maximum_drop: Share.default('0.05'),
    /** Rows with a prediction, in each of the two releases. */
    minimum_group_size: z.int().min(1).max(1_000_000).default(MINIMUM_ROWS),
  }),
  judge: (evidence, { maximum_drop: maximum, minimum_group_size: minimum }) => {
    const { manifest, evaluationReport, outcomeCounts, liveRelease: live } = evidence;
    const threshold = `a rate of favorable answers at most ${maximum} below that in production, for every group`;
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
        return judgeDrops(dropsSince(outcomes, counts, minimum), live, counts, { maximum, threshold });
      });
    });
  },
});

type Drop = {
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
    else compared.push({ group, former, before, now, drop: subtract(before, now) });
  }
  return { compared, lost, small };
};

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

type Asked = { readonly maximum: Share; readonly threshold: string };

const judgeDrops = (
  { compared, lost, small }: Drops,
  live: LiveRelease,
  counts: OutcomeCounts,
  { maximum, threshold }: Asked,
) => {
  const regressed = compared.filter(({ drop }) => compare(drop, share(maximum)) > 0);
  const worst = [...compared].sort((a, b) => compare(b.drop, a.drop))[0];
  if (regressed.length === 0 && lost.length === 0 && (small.length > 0 || worst === undefined)) {
    const explanation = `Too few rows to compare ${listed(small.map(nameOf)) || 'any group'} with ${live.releaseId}. ${adviceOn(small, counts)}`;
    return finding('inconclusive', 'too few rows', threshold, explanation);
  }
  const measured = worst === undefined ? 'nothing' : `${changeInWords(worst.drop)} for ${shown(worst.group.value)}`;
  return conclude(
    threshold,
    measured,
    `No group gets favorable answers much less often than from ${live.releaseId}; at worst: ${measured}.`,
    [
      ...regressed.map(
        ({ group, former, before, now }) =>
          `${shown(group.attribute)} ${shown(group.value)}: ${toDecimal(before)} (${former.count} rows) by ${live.releaseId}, ${toDecimal(now)} (${group.count} rows) now. Find out what changed for this group.`,
      ),
      ...lost.map(
        (group) =>
          `${shown(nameOf(group))} was evaluated for ${live.releaseId} and is no longer. ${adviceOn([group], counts)}`,
      ),
    ],
  );
};

type Named = Pick<FormerGroup, 'attribute' | 'value'>;

const nameOf = ({ attribute, value }: Named): string => `${attribute} ${value}`;

const adviceOn = (groups: readonly Named[], counts: OutcomeCounts): string =>
  sentences([...new Set(groups.map(({ attribute, value }) => adviseOnGroups(attribute, [value], counts)))]);

const changeInWords = (drop: Fraction): string =>
  drop.numerator < 0n ? `${toDecimal({ ...drop, numerator: -drop.numerator })} higher` : `${toDecimal(drop)} lower`;
