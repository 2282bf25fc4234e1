import type { SigningKeyIds } from '../../lib/domain/attestation/key-rotation.ts';
import type { ReleaseStore } from '../../lib/domain/change/release-store.ts';
import type { Instant } from '../../lib/domain/identifiers.ts';
import type { IntakeWorld } from '../../lib/domain/intake/request-release.ts';
import type { ReadKept } from '../../lib/runtime/release-facts.ts';
import type { Caller } from './caller.ts';

export type Api = {
  readonly store: ReleaseStore;
  readonly world: () => Promise<IntakeWorld>;
  readonly now: () => Instant;
  readonly readKept: ReadKept;
  /** The keys that sign now. */
  readonly keys: SigningKeyIds;
};
export type Variables = { Variables: { caller: Caller } };
