import type { OutputGroup } from '../../evidence/predictions/model-outputs.ts';
import { listed } from '../finding.ts';

/** The advice, unless no decision is written like any label: then no better model would agree with one. */
export const adviseOnDecisions = (groups: readonly OutputGroup[], advice: string): string => {
  const decisions = new Set(groups.flatMap(({ prediction }) => prediction ?? []));
  const labels = new Set(groups.flatMap(({ label }) => label ?? []));
  return [...decisions].some((decision) => labels.has(decision))
    ? advice
    : `No decision (${listed([...decisions].sort())}) is written like any label (${listed([...labels].sort())}). Write both alike.`;
};
