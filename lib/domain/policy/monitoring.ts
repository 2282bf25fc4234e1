/** What a policy says of monitors: what they may find, from where on a model is taken back, and how often people review it. */
import * as z from 'zod';
import { Share } from '../evidence/predictions/fraction.ts';
import type { RiskTier } from '../identifiers.ts';
import type { PolicyRecord } from './policy-record.ts';
import { ABSENT, numberChange, type PolicyChange, wordChange } from './value-change.ts';

const optional = z.exactOptional;

/** The monitors of SageMaker, by what they compare. */
export const MonitorKind = z.enum(['data_quality', 'model_quality', 'bias_drift', 'feature_attribution_drift']);
export type MonitorKind = z.infer<typeof MonitorKind>;

const Days = optional(z.int().min(1).max(3650));
const Violations = z.int().min(0).max(100_000);

export const Monitoring = z.strictObject({
  review_every_days: optional(z.strictObject({ low: Days, medium: Days, high: Days })).describe(
    'After so many days in production, or since the last one, a model at this tier is due for a review by people. Where it is omitted, none is.',
  ),
  violations: optional(
    z.partialRecord(
      MonitorKind,
      z
        .strictObject({
          tolerated: Violations.describe('So many violations of a report are no breach. None if omitted.'),
          roll_back_above: optional(Violations).describe(
            'With more violations than these, the release is rolled back. At least as many as are tolerated.',
          ),
        })
        .refine(({ tolerated, roll_back_above: above = tolerated }) => above >= tolerated, {
          path: ['roll_back_above'],
          message: 'must be at least `tolerated`: what is tolerated takes nothing back',
        }),
    ),
  ),
  accuracy: optional(
    z
      .strictObject({
        metric: optional(z.string().regex(/^[a-z0-9_]{1,64}$/)).describe(
          'The metric of the model quality report, by its name there; accuracy if omitted.',
        ),
        minimum: Share.describe('The least that it may be in production.'),
        roll_back_below: optional(Share).describe('Below this, the release is rolled back. At most the minimum.'),
      })
      .refine(({ minimum, roll_back_below: below = minimum }) => Number(below) <= Number(minimum), {
        path: ['roll_back_below'],
        message: 'must be at most `minimum`: what is allowed takes nothing back',
      }),
  ),
});

type Written = Pick<PolicyRecord, 'monitoring'>;

/** How many violations of a report are no breach, and with more than how many the release is rolled back. */
export const violationLimits = ({ monitoring }: Written, kind: string) => {
  const { tolerated = 0, roll_back_above: rollBackAbove = Number.POSITIVE_INFINITY } =
    monitoring?.violations?.[kind] ?? {};
  return { tolerated, rollBackAbove };
};

/** After how many days in production people review a model of this tier; undefined if they need not. */
export const reviewDays = ({ monitoring }: Written, tier: RiskTier): number | undefined =>
  monitoring?.review_every_days?.[tier];

/** What is tolerated can be ordered. Whether a model that may be bad should be taken away cannot. */
export const monitoringChanges = (before: Written, after: Written): PolicyChange[] => [
  ...MonitorKind.options.flatMap((kind) => {
    const [was, is] = [violationLimits(before, kind), violationLimits(after, kind)];
    return [
      ...numberChange(`violations tolerated, ${kind}`, was.tolerated, is.tolerated, 'lower'),
      ...wordChange(`rolled back above, ${kind}`, shown(was.rollBackAbove), shown(is.rollBackAbove), 'unordered'),
    ];
  }),
  ...wordChange('accuracy in production, metric', metricOf(before), metricOf(after), 'unordered'),
  ...withAbsent('accuracy in production, minimum', minimumOf(before), minimumOf(after), 'higher'),
  ...wordChange('accuracy in production, rolled back below', belowOf(before), belowOf(after), 'unordered'),
];

/** To review more often is stricter. */
export const reviewDaysChange = (before: number | undefined, after: number | undefined): PolicyChange[] =>
  withAbsent('review_every_days', before, after, 'lower');

/** A demand that is not there is the weakest. */
const withAbsent = (
  about: string,
  before: number | undefined,
  after: number | undefined,
  stricter: 'higher' | 'lower',
): PolicyChange[] => {
  const weakest = stricter === 'higher' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const changes = numberChange(about, before ?? weakest, after ?? weakest, stricter);
  return changes.map((change) => ({ ...change, before: shown(before ?? weakest), after: shown(after ?? weakest) }));
};

const shown = (value: number): string => (Number.isFinite(value) ? String(value) : ABSENT);

/** By which metric of the report the accuracy in production is judged. */
export const metricOf = ({ monitoring }: Written): string => monitoring?.accuracy?.metric ?? 'accuracy';

const minimumOf = ({ monitoring }: Written): number | undefined =>
  monitoring?.accuracy === undefined ? undefined : Number(monitoring.accuracy.minimum);

const belowOf = ({ monitoring }: Written): string => monitoring?.accuracy?.roll_back_below ?? ABSENT;
