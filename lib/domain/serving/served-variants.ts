/** What each variant of an endpoint serves as a look finds it, while an update brings traffic from one fleet to another as well. */
import { cut } from '../cut.ts';
import { madeReadable } from '../readable.ts';
import type { ServedPeriod, ServedVariant } from '../records/served-period.ts';
import type { Release } from '../release/release.ts';
import { governing, type LookFacts } from './deviations.ts';
import type { ComingVariant, FoundVariant, LookedAt } from './found-serving.ts';

type Looked = { readonly facts: LookFacts; readonly period: ServedPeriod | undefined };

/**
 * What answers now. Two fleets do while an update brings traffic over: SageMaker tells the weights within each, how many instances it
 * has, and what it does with the one that comes, but no share of the whole.
 */
export const variantsNow = (found: LookedAt, looked: Looked): ServedVariant[] => {
  const coming = comingWithTraffic(found);
  const isShifting = coming.length > 0;
  return [
    ...found.variants.map((variant) => servedBy(found.serves, variant, { ...looked, isShifting })),
    ...coming.map((variant) => ({
      ...servedBy(found.headsFor, variant, { ...looked, isShifting }),
      stage: cut(madeReadable(variant.stage), 64),
      stageMessage: cut(madeReadable(variant.stageMessage), 256),
    })),
  ];
};

/** Stages in which a fleet that comes has traffic. It may have been scaled between two steps, which is `Updating`. */
const WITH_TRAFFIC = ['ActivatingTraffic', 'Baking', 'Updating'];

/** The variants of the fleet that comes which get traffic already. */
export const comingWithTraffic = ({ coming = [] }: Pick<LookedAt, 'coming'>): ComingVariant[] =>
  coming.filter(({ stage }) => WITH_TRAFFIC.includes(stage));

/** Whether a period is one of two fleets. */
export const isShift = ({ variants }: Pick<ServedPeriod, 'variants'>): boolean =>
  variants.some(({ stage }) => stage !== undefined);

/** Whether the same answers as before. The words of SageMaker may count down, and count for nothing. */
export const isSameServed = (period: ServedPeriod, configName: string, variants: readonly ServedVariant[]): boolean =>
  period.endpointConfigName === configName && comparable(period.variants) === comparable(variants);

const comparable = (variants: readonly ServedVariant[]): string =>
  JSON.stringify(variants.map(({ stageMessage: _, ...variant }) => variant));

const servedBy = (
  configName: string,
  { variantName, weight, instances }: FoundVariant,
  { isShifting, ...looked }: Looked & { readonly isShifting: boolean },
): ServedVariant => ({
  variantName,
  weight: String(weight),
  ...releaseBehind(configName, variantName, looked),
  ...(isShifting ? { endpointConfigName: configName, ...(instances !== undefined && { instances }) } : {}),
});

/** Of the configuration that an update leaves, nothing is read: what the table says of it is what it was found to be before. */
const releaseBehind = (
  configName: string,
  variantName: string,
  { facts, period }: Looked,
): Pick<ServedVariant, 'releaseId' | 'modelVersion'> => {
  const { approved, behind = [], found } = facts;
  if (configName === governing(facts)?.endpointConfigName) return named(approved?.release);
  const isOf = (one: { readonly variantName: string }) => one.variantName === variantName;
  if (configName === found?.headsFor) return named(behind.find(isOf)?.release);
  const before = period?.endpointConfigName === configName ? period.variants.find(isOf) : undefined;
  return { releaseId: before?.releaseId ?? '', modelVersion: before?.modelVersion ?? '' };
};

const named = (release: Release | undefined) => ({
  releaseId: release?.releaseId ?? '',
  modelVersion: release?.modelVersion ?? '',
});
