/** What a ledger says about the proofs of renewals. */
import type { EventFile } from '../ledger/ledger-file.ts';
import type { MissingProof } from './missing-proofs.ts';
import { renewalProofOf } from './renewal-proof.ts';
import type { Keys } from './signing.ts';

export type RenewalReport = {
  /** How many renewals are signed by a key that the log had published, and that a checkpoint covers. */
  readonly signed: number;
  /** The keys of the events of those that are not. */
  readonly unproved: readonly string[];
};

export const renewalReport = (events: readonly EventFile[], { keysAt }: Keys): RenewalReport => {
  const renewals = events.filter(({ event }) => event.event_type === 'governance_auto_renewed');
  const unproved = renewals.filter(({ event }) => {
    const proof = renewalProofOf(event, keysAt(event));
    return 'problem' in proof || !Number.isFinite(proof.signer.from);
  });
  return { signed: renewals.length - unproved.length, unproved: unproved.map(({ key }) => key) };
};

/** Renewals that no key has signed of which a checkpoint says that it is one of the log: nobody can tell whether they are forged. */
export const unprovedRenewals = ({ unproved }: RenewalReport): MissingProof[] =>
  unproved.slice(0, 1).map((key) => ({
    proof: 'renewal_proof',
    why: `no checkpoint covers a key that signed the renewal of ${key}${unproved.length === 1 ? '' : `, and ${unproved.length - 1} more`}`,
  }));
