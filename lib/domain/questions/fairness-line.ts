import * as z from 'zod';
import { FOUR_FIFTHS, MINIMUM_ROWS } from '../evidence/fairness/rates.ts';
import { INTERSECTION } from '../evidence/predictions/predictions.ts';
import type { CheckInPolicy, PolicyRecord } from '../policy/policy-record.ts';

/** What the fairness checks of a policy hold groups against, for those who look at the groups themselves. */
export type FairnessLine = {
  /** The share of the highest selection rate that each group of this attribute must reach; undefined if none is asked for. */
  readonly minimumRatioOf: (attribute: string) => number | undefined;
  readonly minimumRows: number;
  /** Whether a check judges the groups of this attribute, or of these two together. */
  readonly isJudged: (attribute: string) => boolean;
  /** The values that may be called favorable; undefined if the manifest says which. */
  readonly acceptedFavorable?: readonly string[];
};

const Parameters = z.object({
  minimum: z.string().catch(FOUR_FIFTHS),
  minimum_group_size: z.int().catch(MINIMUM_ROWS),
  protected_attributes: z.array(z.string()).catch([]),
  intersections: z.union([z.boolean(), z.literal('all')]).catch(false),
  accepted_favorable_values: z.array(z.string()).optional().catch(undefined),
});

/** The stored policy is read as it was written. A parameter that it lacks has the default of the checks. */
export const fairnessLine = ({ stages }: Pick<PolicyRecord, 'stages'>): FairnessLine => {
  const checks = stages.filter(({ name }) => name === 'bias_and_fairness').flatMap((stage) => stage.checks);
  const read = checks.map(readParameters);
  const accepted = read.flatMap((check) => check.accepted_favorable_values ?? []);
  const ofRatio = read.find(({ name }) => name === 'disparate_impact_ratio_above_minimum');
  return {
    minimumRatioOf: (attribute) =>
      ofRatio !== undefined && judges(ofRatio, attribute) ? Number(ofRatio.minimum) : undefined,
    minimumRows: ofRatio?.minimum_group_size ?? MINIMUM_ROWS,
    isJudged: judgedBy(checks),
    ...(accepted.length > 0 && { acceptedFavorable: accepted }),
  };
};

/** Whether one of these checks judges the groups of an attribute, or of several together. */
export const judgedBy = (checks: readonly Check[]): FairnessLine['isJudged'] => {
  const read = checks.map(readParameters);
  return (attribute) => {
    const parts = attribute.split(INTERSECTION);
    return read.some(
      (check) => (parts.length === 1 || check.intersections !== false) && parts.every((part) => judges(check, part)),
    );
  };
};

type Check = Pick<CheckInPolicy, 'name' | 'parameters'>;

const readParameters = ({ name, parameters }: Check) => ({ name, ...Parameters.parse(parameters) });

/** A check that names no attributes judges all of them. */
const judges = ({ protected_attributes: named }: z.infer<typeof Parameters>, attribute: string): boolean =>
  named.length === 0 || named.includes(attribute);
