/** What people do who cannot wait for the end of a stopped line or a freeze. */
import { breakGlassRule } from '../policy/break-glass.ts';
import { breakGlassStatus, isOwed } from '../records/break-glass.ts';
import { endpointNameOf } from '../release/release.ts';
import type { RemedyFacts } from './another-release.ts';
import { BREAK_GLASS, closedBecause } from './break-glass.ts';
import { FREEZE } from './freeze-reasons.ts';

/** All that a break-glass opens, and why it does not. */
export const STOPS: readonly string[] = ['line', FREEZE, BREAK_GLASS];

export const pastStops = ({ release, breakGlass: row, policy, now }: RemedyFacts): string[] => {
  const { releaseId } = release;
  if (policy !== undefined && breakGlassRule(policy).openHours === 0) return [];
  const ask = `two people let it past: assay break-glass request ${releaseId}, assay break-glass confirm ${releaseId}, assay promote ${releaseId}.`;
  const status = row && breakGlassStatus(row, now);
  if (row === undefined) return [`If it cannot wait, ${ask}`];
  const isOwn = row.releaseId === releaseId && row.endpointName === endpointNameOf(release);
  if (status === 'requested' && isOwn)
    return [
      `If it cannot wait, another person confirms the break-glass: assay break-glass confirm ${releaseId}, assay promote ${releaseId}.`,
    ];
  if (closedBecause(row, { release, now }, 'order').length === 0)
    return [`If it cannot wait, an operator orders it by the break-glass that is open: assay promote ${releaseId}.`];
  const end = status === 'requested' || status === 'open' ? [`assay break-glass end ${row.releaseId}`] : [];
  const document = isOwed(row) ? [`assay break-glass document ${row.releaseId}`] : [];
  const first = [...end, ...document];
  return [
    first.length === 0 ? `If it cannot wait, ${ask}` : `If it cannot wait, first ${first.join(', ')}; then ${ask}`,
  ];
};
