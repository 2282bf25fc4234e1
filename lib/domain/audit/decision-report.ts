/** What a ledger says about the signatures of decisions, and how that fits with the keys that the auditor has. */

import type { Instant, Sha256 } from '../identifiers.ts';
import { decisionOf } from '../ledger/event.ts';
import type { EventFile, Problem } from '../ledger/ledger-file.ts';
import { readPublicKey } from '../signing/fingerprint.ts';
import type { Demands, MissingProof } from './missing-proofs.ts';
import { keyIn, type Signing } from './signing.ts';

export type DecisionReport = {
  /** How many decisions are signed by a key that signed decisions then, over what their events say. */
  readonly signed: number;
  /** The keys of the events whose decisions only such a key has signed that no checkpoint covers: anyone can make one. */
  readonly bySomeKey: readonly string[];
  /** The keys of the events whose decisions nobody signed, because signing had not begun. */
  readonly beforeSigning: readonly string[];
  /** The keys that the log has published, in this order. */
  readonly keys: readonly { readonly fingerprint: Sha256; readonly keyId: string; readonly publishedAt: Instant }[];
};

export const decisionReport = (
  events: readonly EventFile[],
  { keys, hasBegun, signatureOf }: Signing,
): DecisionReport => {
  const covered = new Set(coveredFingerprints(keys));
  const decisions = events.filter(({ event }) => decisionOf(event.event_type) !== undefined);
  const isProved = ({ event }: EventFile): boolean => {
    const signature = signatureOf(event);
    return 'signer' in signature && covered.has(signature.signer);
  };
  const rest = decisions.filter((file) => !isProved(file));
  return {
    signed: decisions.length - rest.length,
    bySomeKey: rest.filter(({ event }) => hasBegun(event) && 'signer' in signatureOf(event)).map(({ key }) => key),
    beforeSigning: rest.filter(({ event }) => !hasBegun(event)).map(({ key }) => key),
    keys: keys.map(({ fingerprint, keyId, publishedAt }) => ({ fingerprint, keyId, publishedAt })),
  };
};

/** Establishes that the log has published no key but those that the auditor knows, if the auditor says which. */
export const strangeKeys = (events: readonly EventFile[], known: Demands['decisionKeysPem']): Problem[] => {
  if (known === undefined) return [];
  const fingerprints = new Set<string | undefined>(known.map((pem) => readPublicKey(pem)?.fingerprint));
  return events.flatMap(({ key, event }) => {
    const published = keyIn(event);
    return published === undefined || fingerprints.has(published.fingerprint)
      ? []
      : [{ key, why: `publishes a decision key that you did not give: sha256:${published.fingerprint}` }];
  });
};

/** The keys that a checkpoint covers: all others, anyone who can write to a copy may have put there. */
const coveredFingerprints = (keys: Signing['keys']): Sha256[] =>
  keys.filter(({ from }) => Number.isFinite(from)).map(({ fingerprint }) => fingerprint);

/** Decisions that were signed by a key of which no checkpoint says that it is one of the log. */
export const signedBySomeKey = ({ bySomeKey }: DecisionReport): MissingProof[] =>
  bySomeKey.slice(0, 1).map((key) => ({
    proof: 'decision_key',
    why: `no checkpoint covers the key that signed ${key}${bySomeKey.length === 1 ? '' : `, and ${bySomeKey.length - 1} more`}: verify a later copy`,
  }));

/** A key that the auditor knows and no covered event publishes: from when on decisions are signed is not proved. */
export const unpublished = ({ keys }: Signing, { decisionKeysPem = [] }: Demands): MissingProof[] => {
  const published = new Set<string | undefined>(coveredFingerprints(keys));
  return decisionKeysPem.flatMap((pem): MissingProof[] => {
    const fingerprint = readPublicKey(pem)?.fingerprint;
    return published.has(fingerprint)
      ? []
      : [{ proof: 'decision_key', why: `no covered event publishes sha256:${fingerprint}` }];
  });
};
