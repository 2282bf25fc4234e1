import type { OutboxKey } from '../../lib/adapters/dynamodb-outbox.ts';
import type { Mail } from '../../lib/adapters/ses-mailer.ts';
import type { SlackMessenger } from '../../lib/adapters/slack-messenger.ts';
import type { LinkMac } from '../../lib/domain/approval/link-mac.ts';
import type { Intent } from '../../lib/domain/change/change.ts';
import type { Instant } from '../../lib/domain/identifiers.ts';
import type { SealedEvent } from '../../lib/domain/ledger/chain.ts';
import type { DirectoryRecord } from '../../lib/domain/policy/directory-record.ts';
import type { StoreOf } from '../../lib/rights/within-rights.ts';
import type { Settings } from './settings.ts';

type IntentOf<K extends Intent['kind']> = Extract<Intent, { kind: K }>;

/** Everything that intents are carried out with; each performer names the tools it takes. */
export type Tools = {
  readonly store: StoreOf<'DispatchOutbox'>;
  readonly directory: () => Promise<DirectoryRecord>;
  readonly mac: Pick<LinkMac, 'generate'>;
  readonly isShipped: (model: string, seq: number) => Promise<boolean>;
  /** Queues an event that lies in the bucket for its place in the log. */
  readonly awaitLogging: (sealed: SealedEvent) => Promise<void>;
  /** Notes messages about a release of this model, each to one person and once. */
  readonly notify: (model: string, notices: readonly IntentOf<'send_notice'>[]) => Promise<void>;
  /** Notes that one person is asked in Slack as well, once for the mail of this intent. */
  readonly askInSlack: (asked: IntentOf<'send_slack_message'>) => Promise<void>;
  /** Undefined where Slack is off. */
  readonly slack?: Pick<SlackMessenger, 'postMessage' | 'updateMessage'> | undefined;
  /** Sends the mail of this intent, so that SES tells us if it reaches nobody. */
  readonly sendTracked: (mail: Mail) => Promise<void>;
  /** Has the approval of a release renewed, if nothing has changed that it rests on. */
  readonly renew: (releaseId: string) => Promise<unknown>;
  /** Makes a parked row due again. */
  readonly redrive: (key: OutboxKey) => Promise<void>;
  /** Unguessable, 16 to 64 characters of base64url. */
  readonly nextNonce: () => string;
  readonly settings: Settings;
  readonly now: () => Instant;
};

/** Carries out the intents of one kind. Doing it twice is harmless: the target recognises a repeat, but for SES, which sends a mail again. */
export type Performer<K extends Intent['kind'], T extends keyof Tools = never> = (
  intent: IntentOf<K>,
  tools: Pick<Tools, T>,
) => Promise<void>;
