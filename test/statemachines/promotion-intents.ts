import { type Change, Intent } from '../../lib/domain/change/change.ts';
import { requestPromotion } from '../../lib/domain/gate/ask-promotion.ts';
import { recordApproved } from '../../lib/domain/gate/promotion.ts';
import { recordWaiting } from '../../lib/domain/gate/wait-for-window.ts';
import type { EventType } from '../../lib/domain/ledger/event.ts';
import { ASSAY } from '../../lib/domain/release/release-event.ts';
import { digestOf, NOW } from '../support/approval-case.ts';
import { approved, policy, validated } from '../support/release-life.ts';
import type { Place } from './machine.ts';

type PromotionIntent = {
  /** The function that makes the change, and its file. */
  readonly act: string;
  readonly file: string;
  /** The event of the same transaction. */
  readonly commits: EventType;
  /** The state of the map without which no release comes to this act. */
  readonly after: Place;
  /** Who commits the change, by the functions that they call. */
  readonly committedBy: readonly string[];
  readonly example: () => Change;
};

const record = { sha256: digestOf('record'), uri: 's3://evidence/records/r.dsse.json', keyId: 'record-key' };

/**
 * Every act that puts a release on its way into production. The proof of the map starts the promotion machine from
 * these and from nowhere else: an act that is not here is found in the source, and fails.
 */
export const PROMOTION_INTENTS: readonly PromotionIntent[] = [
  {
    act: 'recordApproved',
    file: 'lib/domain/gate/promotion.ts',
    commits: 'release_approved',
    after: 'release/SignRecord',
    committedBy: ['lambdas/sign-record/handler.ts'],
    example: () => recordApproved(validated, { record, policy, approvals: [], now: NOW }),
  },
  {
    // For an approved release, and only the act above approves one.
    act: 'requestPromotion',
    file: 'lib/domain/gate/ask-promotion.ts',
    commits: 'promotion_requested',
    after: 'release/SignRecord',
    committedBy: ['lambdas/serve-api/orders.ts', 'lambdas/sign-record/handler.ts'],
    example: () => requestPromotion(approved, { actor: ASSAY, reason: 'again' }, NOW),
  },
  {
    // It is judged again when the window ends.
    act: 'recordWaiting',
    file: 'lib/domain/gate/wait-for-window.ts',
    commits: 'promotion_refused',
    after: 'release/SignRecord',
    committedBy: ['lambdas/deploy-endpoint/handler.ts', 'lambdas/verify-promotion/handler.ts'],
    example: () => recordWaiting(approved, [], NOW, NOW),
  },
];

/** The inputs of the promotions that a change starts. */
export const promotionsOf = (change: Change): unknown[] =>
  change.intents
    .map(({ intent }) => Intent.parse(intent))
    .flatMap((intent) =>
      intent.kind === 'start_execution' && intent.machine === 'promotion' ? [JSON.parse(intent.input)] : [],
    );
