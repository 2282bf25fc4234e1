import * as z from 'zod';
import type { DueIntent, Intent } from '../change/change.ts';
import type { Release } from '../release/release.ts';

/**
 * The next attempt at promoting a release, and the intent that starts it. Both belong in one transaction. The execution
 * is named after the attempt, so there is only one, however often the intent is carried out.
 */
export const startPromotion = (release: Release): { attempt: number; intent: DueIntent } => {
  const attempt = (release.promotionAttempt ?? 0) + 1;
  const { releaseId } = release;
  return {
    attempt,
    intent: {
      intent: {
        kind: 'start_execution',
        machine: 'promotion',
        name: nameOf({ releaseId, attempt }),
        input: JSON.stringify({ releaseId, attempt }),
      },
    },
  };
};

const nameOf = ({ releaseId, attempt }: z.infer<typeof Promotion>): string => `${releaseId}-${attempt}`;

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

type Start = Pick<Extract<Intent, { kind: 'start_execution' }>, 'name' | 'input'>;

const Promotion = z.strictObject({ releaseId: z.string(), attempt: z.int().min(1) });

/** The release and the attempt that an intent is to promote; undefined if it does not name both as we do. */
export const promotionOf = ({ name, input }: Start): z.infer<typeof Promotion> | undefined => {
  const { data } = Promotion.safeParse(JSON.parse(input));
  return data !== undefined && name === nameOf(data) ? data : undefined;
};

/**
 * Whether an attempt at the promotion of a release is still to be started. It is `over` if a later attempt took over, or if
 * the release went on meanwhile, and `forged` if no transaction can have noted it.
 */
export const judgeStart = (release: Release | undefined, attempt: number): 'start' | 'over' | 'forged' => {
  const current = release?.promotionAttempt;
  if (release?.recordSha256 === undefined || current === undefined || attempt > current) return 'forged';
  return attempt === current && release.state === 'approved' ? 'start' : 'over';
};
