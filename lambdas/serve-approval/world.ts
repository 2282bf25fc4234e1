/** What the approval page needs of the world. */
import type { LinkMac } from '../../lib/domain/approval/link-mac.ts';
import type { Instant } from '../../lib/domain/identifiers.ts';
import type { DirectoryRecord } from '../../lib/domain/policy/directory-record.ts';
import type { Signer } from '../../lib/domain/signing/signer.ts';
import type { StoreOf } from '../../lib/rights/within-rights.ts';
import type { NoteRead } from '../../lib/runtime/note-reads.ts';
import type { ReadKept } from '../../lib/runtime/release-facts.ts';

export type ApprovalWorld = {
  readonly store: StoreOf<'ServeApproval'>;
  readonly directory: () => Promise<DirectoryRecord>;
  /** Reads reports and cards: the page shows what changed in them. */
  readonly readKept: ReadKept;
  /** The page can verify a link but not make one. */
  readonly mac: Pick<LinkMac, 'verify'>;
  /** Signs the decisions. No other Lambda may use its key. */
  readonly signer: Signer;
  readonly now: () => Instant;
  /** Who reads what is on record: by the link of whom, or the account in Slack. */
  readonly noteRead: NoteRead;
  /** Unguessable, at least 16 characters of base64url. */
  readonly nextNonce: () => string;
  /** The public address of the page; empty if that is the API's own. */
  readonly publicBaseUrl: string;
  /** Called whenever the answer is not the page asked for: refused or hindered (`status` below 500), or a fault. */
  readonly onError?: (error: Error, status: number) => void;
};
