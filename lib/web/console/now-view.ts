/** What the first page of the console shows: whether anything is wrong, and whether anybody is waiting. */
import type { Instant, RiskTier } from '../../domain/identifiers.ts';
import type { GovernanceStatus } from '../../domain/metrics/served-facts.ts';

/** Something that a person should look at, the worst first. */
export type Wrong = {
  readonly severity: 'critical' | 'warning';
  /** In one sentence. */
  readonly what: string;
  readonly modelName?: string | undefined;
  readonly since?: Instant | undefined;
  /** Where something can be done about it, or more is said. */
  readonly path?: string | undefined;
  readonly act?: string | undefined;
};

export type Given = { readonly name: string; readonly role: string; readonly at: Instant };

export type ServedRow = {
  readonly modelName: string;
  readonly endpointName: string;
  readonly status: GovernanceStatus;
  readonly releaseId: string;
  readonly modelVersion: string;
  readonly riskTier: RiskTier;
  readonly since: Instant;
  readonly approvedUntil: Instant | undefined;
  readonly approvals: readonly Given[];
  /** What a rollback goes back to; undefined if that is nothing. */
  readonly fallback: { readonly releaseId: string; readonly modelVersion: string } | undefined;
  readonly isHeld: boolean;
  readonly isStopped: boolean;
  readonly isRollingBack: boolean;
};

export type WaitingRow = {
  readonly releaseId: string;
  readonly modelName: string;
  readonly modelVersion: string;
  readonly riskTier: RiskTier;
  readonly since: Instant;
  /** By when it has to be decided. */
  readonly until?: Instant | undefined;
  /** The roles that are missing, with those who are asked. */
  readonly seats: readonly { readonly role: string; readonly people: readonly string[] }[];
  /** Whether the one who looks is asked. */
  readonly isMine: boolean;
  /** Why it is not promoted, where it waits for that, or will not be. */
  readonly because: readonly string[];
};

/** A hold that operators have to release, one after the other, before anything of the model is promoted. */
export type HeldRow = {
  readonly modelName: string;
  readonly since: Instant;
  /** How many operators have yet to agree. */
  readonly missing: number;
  readonly needed: number;
  /** Who has agreed already. */
  readonly agreed: readonly string[];
  /** Who ordered the rollback, and so may not; undefined if Assay did. */
  readonly notBy?: string | undefined;
  /** Whether the one who looks may. */
  readonly isMine: boolean;
};

export type LedgerState = {
  readonly size: number;
  /** The instant of the newest event in the log. */
  readonly newestAt: Instant | undefined;
  readonly isPublished: boolean;
  /** Since when the side effect is due that is due longest. */
  readonly oldestDueAt: Instant | undefined;
  readonly parked: number;
};

export type NowView = {
  readonly wrong: readonly Wrong[];
  readonly waiting: readonly WaitingRow[];
  /** Of all models. */
  readonly held: readonly HeldRow[];
  /** Whether more wait than are shown. */
  readonly moreWait: boolean;
  readonly serving: readonly ServedRow[];
  /** The name that the next page begins after; undefined if this is the last. */
  readonly next: string | undefined;
  readonly ledger: LedgerState | undefined;
  /** When everything was measured last; undefined if it never was. */
  readonly measuredAt: Instant | undefined;
  readonly freezes: readonly { readonly name: string; readonly until: Instant; readonly models: readonly string[] }[];
};
