/** Which decisions the release changes against the one that was live when it was judged, by group. */
import { html } from 'hono/html';
import type { BehaviourRecord } from '../../domain/evidence/behaviour-record.ts';
import { mcnemar } from '../../domain/evidence/fairness/mcnemar.ts';
import { MINIMUM_ROWS } from '../../domain/evidence/fairness/rates.ts';
import { changedIn, comparedIn, type Decisions } from '../../domain/evidence/predictions/decisions.ts';
import type { Html } from '../parts/layout.ts';

/** More rows than these help nobody to decide. The verdict of the check is about all of them. */
const GROUPS_SHOWN = 40;

type Group = BehaviourRecord['groups'][number];

export const behaviourSection = (
  behaviour: BehaviourRecord | undefined,
  liveReleaseId: string | undefined,
): Html | string => {
  if (behaviour === undefined) return '';
  const { all, groups, common, rows, contradicted } = behaviour;
  const judged = groups.filter((group) => comparedIn(group) >= MINIMUM_ROWS).sort((a, b) => shareOf(b) - shareOf(a));
  const hidden = groups.length + behaviour.groupsLeftOut - Math.min(judged.length, GROUPS_SHOWN);
  return html`<section aria-labelledby="behaviour"><h2 id="behaviour">Decisions that change</h2>
${liveReleaseId === behaviour.liveReleaseId ? '' : html`<p class="attention">Compared with <code>${behaviour.liveReleaseId}</code>, which was live when this release was judged and is not now.</p>`}
<p>On the same rows, against <code>${behaviour.liveReleaseId}</code>: ${changeInWords(all)}. ${common.toLocaleString('en')} rows are in both tables,
${percent(common / Math.max(1, Math.min(rows.now, rows.former)))} of the smaller.${contradicted === 0 ? '' : ` ${contradicted.toLocaleString('en')} of them have another label or protected attribute there.`}</p>
<table class="groups stack"><caption>Changed decisions by group</caption>
<thead><tr><th scope="col">Group</th><th scope="col">Share that changes</th><th scope="col">Yes to no</th><th scope="col">No to yes</th></tr></thead>
<tbody>${judged.slice(0, GROUPS_SHOWN).map((group) => groupRow(group, judged))}</tbody></table>
${hidden === 0 ? '' : html`<p class="note">${hidden} more groups are not shown: those of fewer than ${MINIMUM_ROWS} compared rows, and those in which least changes.</p>`}</section>`;
};

const shareOf = (decisions: Decisions): number => changedIn(decisions) / Math.max(1, comparedIn(decisions));

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

/** The p-value says whether one direction prevails by more than chance. */
const changeInWords = (decisions: Decisions): string => {
  const p = mcnemar(decisions);
  const test = p === undefined ? '' : ` (McNemar p ${p.toFixed(4)})`;
  return `${changedIn(decisions).toLocaleString('en')} of ${comparedIn(decisions).toLocaleString('en')} decisions change, ${decisions.yesToNo.toLocaleString('en')} from yes to no and ${decisions.noToYes.toLocaleString('en')} from no to yes${test}`;
};

/** Drawn against the group in which most changes. */
const groupRow = (group: Group, groups: readonly Group[]): Html => {
  const highest = Math.max(...groups.map(shareOf));
  const width = highest === 0 ? '0' : ((shareOf(group) / highest) * 100).toFixed(2);
  return html`<tr><th scope="row"><bdi>${group.attribute}</bdi> <bdi>${group.value}</bdi></th>
<td class="picture"><svg class="rate" viewBox="0 0 100 10" preserveAspectRatio="none" role="img" aria-label="${percent(shareOf(group))} of the decisions change">
<rect class="track" width="100" height="10"/><rect class="value" width="${width}" height="10"/></svg>
<span class="number">${percent(shareOf(group))} of ${comparedIn(group).toLocaleString('en')}</span></td>
<td class="number" data-label="Yes to no">${group.yesToNo.toLocaleString('en')}</td>
<td class="number" data-label="No to yes">${group.noToYes.toLocaleString('en')}</td></tr>`;
};
