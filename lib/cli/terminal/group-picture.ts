import type { GroupReport } from '../../domain/evidence/fairness/fairness-report.ts';
import { groupBars, type Terminal } from './group-bars.ts';

/** How often each group of an attribute gets a favorable outcome; a group that is too small is inconclusive. */
export const groupPicture = (groups: readonly GroupReport[], terminal: Terminal): string[] =>
  groupBars(
    groups.map(({ group, rates }) => ({ name: group.value, rate: rates.selection_rate.value })),
    terminal,
  );
