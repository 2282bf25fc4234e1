import type { FoundDeviation, Sweep } from '../../../lib/domain/metrics/deviations.ts';
import { countsFrom, type EventCounts } from '../../../lib/domain/metrics/event-counts.ts';
import { Look } from '../../../lib/domain/metrics/look.ts';
import { ServedFacts } from '../../../lib/domain/metrics/served-facts.ts';
import { digestOf, NOW } from '../../support/approval-case.ts';
import { APPROVED_UNTIL } from '../../support/release-life.ts';

export const facts: ServedFacts = ServedFacts.parse({
  modelName: 'mortgage-approval',
  endpointName: 'mortgage',
  releaseId: 'mortgage-1-2-0',
  releaseVersion: 10,
  hasRecord: true,
  governedSha256: digestOf('artifact'),
  approvedAt: NOW,
  approvedUntil: APPROVED_UNTIL,
  isSuspended: false,
  isShown: true,
  requiredStages: 7,
  completedStages: 7,
});

const counts: EventCounts = {
  ...countsFrom(0),
  size: 40,
  runs: 4,
  passed: 3,
  failed: { model_card: 2, safety_evaluation: 1 },
  days: { [NOW.slice(0, 10)]: { runs: 4, passed: 3, failed: { model_card: 2, safety_evaluation: 1 } } },
  trainingToProduction: { low: { buckets: { 60: 2, 900: 1 }, count: 4, sum: 3_000_000 } },
  permissionsChangedAt: NOW,
};

/** What a sweep found of the endpoint of that model. */
export const sweepOf = (deviation: Partial<FoundDeviation>): Sweep => ({
  sweptAt: NOW,
  waiting: [],
  deviations: [
    { endpointName: 'Mortgage', modelName: 'mortgage-approval', alerts: [], found: 'it serves other', ...deviation },
  ],
});

/** A look at one model that serves, one release that waits, and nothing that is wrong. */
export const aLook = (changes: Partial<Look> = {}): Look =>
  Look.parse({
    at: NOW,
    wholeAt: NOW,
    serving: [facts],
    sweep: { sweptAt: NOW, waiting: [], deviations: [] },
    pending: [{ modelName: 'mortgage-approval', releaseId: 'mortgage-1-3-0' }],
    counts,
    parked: { failed: 0, tampered: 0 },
    deadLetters: 0,
    registry: { inTable: 1, inRegistry: 1, differing: 0 },
    ...changes,
  });
