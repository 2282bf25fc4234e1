/** What an order about an endpoint has to wait for while an update of it brings traffic over step by step. */
import type { DueIntent } from '../change/change.ts';
import { publishedDetail } from '../change/published.ts';
import type { ReleaseStore } from '../change/release-store.ts';
import type { Instant, ModelName, ReleaseId } from '../identifiers.ts';
import { plusMilliseconds } from '../instant.ts';
import type { Rollback } from '../records/rollback.ts';
import { strategyMs } from '../release/deployment-strategy.ts';
import { isPromoting } from '../release/promotion-attempt.ts';

export type StrategyUnderWay = {
  readonly releaseId: ReleaseId;
  readonly modelVersion: string;
  readonly endsBy: Instant;
  /** Of which any ends it sooner. */
  readonly alarms: readonly string[];
};

/** The latest of a model that are approved: only these may be on their way. */
const LOOKED_AT = 10;

/**
 * The release that a strategy brings traffic to, and by when that ends: SageMaker takes no other order before, unless one of the alarms
 * goes off. Undefined if none is on its way, as far as the table says.
 */
export const readStrategyUnderWay = async (
  modelName: ModelName,
  store: Pick<ReleaseStore, 'get' | 'releasePage'>,
  now: Instant,
): Promise<StrategyUnderWay | undefined> => {
  const { items } = await store.releasePage({ model: modelName, states: ['approved'] }, { limit: LOOKED_AT });
  // It is a notice beside an order: a row that cannot be read leaves it out, and is told of by whoever has to read it.
  const read = await Promise.allSettled(items.map(({ releaseId }) => store.get('release', releaseId)));
  const approved = read.flatMap((row) => (row.status === 'fulfilled' && row.value !== undefined ? [row.value] : []));
  return approved.flatMap((release) => {
    const strategy = release.serving?.deployment_strategy;
    if (release.endpointConfigName === undefined || strategy === undefined) return [];
    if (strategyMs(release) === 0 || !isPromoting(release, now)) return [];
    const { releaseId, modelVersion, updatedAt } = release;
    return [
      { releaseId, modelVersion, endsBy: plusMilliseconds(updatedAt, strategyMs(release)), alarms: strategy.alarms },
    ];
  })[0];
};

/** The same beside an order: whatever keeps it from being read stands in the way of nothing. */
export const strategyBeside = (
  ...asked: Parameters<typeof readStrategyUnderWay>
): Promise<StrategyUnderWay | undefined> => readStrategyUnderWay(...asked).catch(() => undefined);

const WHO: Readonly<Record<string, string>> = { alarm: 'An alarm', system: 'Assay' };

/** What goes on record of a rollback that has to wait, and what those on call read, in words that stand in a sentence. */
export const waitBehind = (
  { modelName, fromReleaseId, actorRole }: Pick<Rollback, 'modelName' | 'fromReleaseId' | 'actorRole'>,
  strategy: StrategyUnderWay | undefined,
): { readonly details: Readonly<Record<string, string | string[]>>; readonly intents: readonly DueIntent[] } => {
  if (strategy === undefined) return { details: {}, intents: [] };
  const { releaseId: waitsFor, endsBy: waitsUntil, alarms } = strategy;
  const orderedBy = WHO[actorRole] ?? 'A person';
  const endsSooner =
    alarms.length === 0
      ? 'That strategy has no alarm that would end it sooner.'
      : 'An alarm of that strategy ends it at once.';
  const said = { modelName, releaseId: fromReleaseId, orderedBy, waitsFor, waitsUntil, endsSooner };
  return {
    details: { waits_for: waitsFor, waits_until: waitsUntil, alarms: [...alarms] },
    intents: [publishedDetail('Rollback Waits', said)],
  };
};

/** The command that makes an alarm take all traffic back. A manifest chose the name: a shell must read nothing into it. */
export const commandToEndBy = (alarm: string): string =>
  `aws cloudwatch set-alarm-state --alarm-name '${alarm.replaceAll("'", "'\\''")}' --state-value ALARM --state-reason 'it does harm'`;
