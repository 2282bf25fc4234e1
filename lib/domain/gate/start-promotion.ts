import * as z from 'zod';
import type { DueIntent, Intent } from '../change/change.ts';
import { executionName } from '../change/execution-name.ts';
import type { Instant } from '../identifiers.ts';
import type { Release } from '../release/release.ts';

type Started = { readonly promotionAttempt: number; readonly execution: string };

/**
 * The next attempt at promoting a release, as its row says, and the intent that starts it. Both belong in one transaction. The execution
 * is named after the attempt, so there is only one, however often the intent is carried out.
 */
export const startPromotion = (
  { releaseId, promotionAttempt }: Release,
  now: Instant,
): { started: Started; intent: DueIntent } => {
  const attempt = (promotionAttempt ?? 0) + 1;
  const name = executionName(releaseId, attempt, now);
  const input = JSON.stringify({ releaseId, attempt });
  return {
    started: { promotionAttempt: attempt, execution: name },
    intent: { intent: { kind: 'start_execution', machine: 'promotion', name, input } },
  };
};

/**
 * Establishes that this attempt, and no later one, acts for the release. The release machine has no attempt: it acts
 * until the approval, and it also promotes a release that was approved by an earlier version, whose release machine
 * went on to production itself.
 */
export const ownsPromotion = (release: Release, attempt: number | undefined): boolean =>
  release.promotionAttempt === attempt;

/** Whether the attempt that acts for the release was denied: only its endpoint may have to be restored still. */
export const isDenied = ({ promotionAttempt: attempt, deniedAttempt }: Release): boolean =>
  deniedAttempt !== undefined && deniedAttempt === attempt;

const PROMOTED: readonly string[] = ['production', 'superseded', 'rolled_back', 'retired'];

/**
 * Whether the pointer was flipped to the release. What a step before the flip would say of it then is late: the step was
 * retried while its first call still ran, and the promotion went on without that.
 */
export const wasPromoted = ({ state }: Pick<Release, 'state'>): boolean => PROMOTED.includes(state);

const Promotion = z.strictObject({ releaseId: z.string(), attempt: z.int().min(1) });
type Promotion = z.infer<typeof Promotion>;

/** The release and the attempt that an execution is to promote; undefined if its input is none of ours. */
export const promotionOf = ({ input }: Pick<StartExecution, 'input'>): Promotion | undefined =>
  Promotion.safeParse(JSON.parse(input)).data;

type StartExecution = Extract<Intent, { kind: 'start_execution' }>;

/** How a former version named the execution of an attempt. Its rows do not say. */
export const formerNameOf = ({ releaseId, attempt }: Promotion): string => `${releaseId}-${attempt}`;

type Start = { readonly promotion: Promotion; readonly name: string };

/**
 * Whether an attempt at the promotion of a release is still to be started. It is `over` if a later attempt took over, or if
 * the release went on meanwhile, and `forged` if no transaction can have noted it.
 */
export const judgeStart = (release: Release | undefined, { promotion, name }: Start): 'start' | 'over' | 'forged' => {
  const { attempt } = promotion;
  const current = release?.promotionAttempt;
  if (release?.recordSha256 === undefined || current === undefined || attempt > current) return 'forged';
  if (attempt < current || release.state !== 'approved') return 'over';
  return [release.execution, formerNameOf(promotion)].includes(name) ? 'start' : 'forged';
};
