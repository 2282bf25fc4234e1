/** Reads what a renewal is judged by, has it signed, and puts on record what became of it. */
import { expecting } from '../change/expecting.ts';
import type { ReleaseStore } from '../change/release-store.ts';
import { untilCommitted } from '../change/until-committed.ts';
import type { Instant, ReleaseId } from '../identifiers.ts';
import type { ClauseDays } from '../policy/clause-days.ts';
import type { DirectoryRecord } from '../policy/directory-record.ts';
import { type Policies, policyOf } from '../policy/scoped-policies.ts';
import { APPROVAL_RENEWAL, type KeptRenewal, renewalStatement } from '../records/approval-renewal.ts';
import { endpointId } from '../records/endpoint.ts';
import { Refusal } from '../refusal.ts';
import { endpointNameOf, type PinnedObject, type Reason, type Release } from '../release/release.ts';
import type { Actor } from '../release/release-event.ts';
import { assertEnds, renewableFrom } from '../serving/renewal-window.ts';
import { statementBytes } from '../signing/statement.ts';
import { type NewestVersion, objectsOf } from './compare-inputs.ts';
import { readGateRows } from './read-gate-rows.ts';
import {
  comparedInputs,
  judgeRenewal,
  type RenewalFacts,
  type RenewalJudgement,
  recordNotRenewed,
  recordRenewed,
  type SignedProof,
} from './renew-approval.ts';

/**
 * `look` changes nothing; `renew` renews what may be renewed; `due` is the same by the clock, and puts on record that something
 * could not be.
 */
export type RenewalClaim = {
  readonly releaseId: ReleaseId;
  readonly act: 'look' | 'renew' | 'due';
  readonly actor: Actor;
};

export type RenewalWorld = {
  readonly store: Pick<ReleaseStore, 'get' | 'list' | 'commit'>;
  readonly policies: () => Promise<Policies>;
  readonly directory: () => Promise<DirectoryRecord>;
  readonly clauses: () => Promise<ClauseDays>;
  /** The newest version under the key of an object; undefined if there is none. */
  readonly newestOf: (object: PinnedObject) => Promise<NewestVersion | undefined>;
  readonly findDepartures: (release: Release) => Promise<readonly Reason[]>;
  readonly decisionKeyPem: () => Promise<string>;
  readonly readRenewal: ReadRenewal;
  /** Signs a statement with the attestation key, and keeps the envelope in the folder of renewals. */
  readonly sign: (statement: Uint8Array, release: Release) => Promise<SignedProof>;
  readonly now: () => Instant;
};

/** The proof that an approval was renewed; undefined if it was not. */
export type ReadRenewal = (release: Release) => Promise<KeptRenewal | undefined>;

export type RenewalAnswer = RenewalJudgement & {
  readonly release: Release;
  readonly outcome: 'renewable' | 'renewed' | 'refused';
};

/**
 * Afterwards the approval of what serves lasts longer, if nothing that it rests on has changed. If we crash between the signature
 * and the commit, the next try signs again: only the proof that the table names counts.
 */
export const askRenewal = (claim: RenewalClaim, world: RenewalWorld): Promise<RenewalAnswer> =>
  untilCommitted(async () => {
    const { store } = world;
    const release = await store.get('release', claim.releaseId);
    if (release === undefined) throw new Refusal('NotFound', `there is no release ${claim.releaseId}`);
    assertEnds(release);
    const { facts, read } = await readRenewalFacts(release, world);
    const judged = judgeRenewal(facts);
    const answer = { ...judged, release };
    if (judged.reasons.length > 0) {
      const change = isDue(claim, facts) ? recordNotRenewed(release, judged.reasons) : undefined;
      if (change !== undefined) await store.commit(expecting(change, ...read), facts.now);
      return { ...answer, outcome: 'refused' };
    }
    if (claim.act === 'look') return { ...answer, outcome: 'renewable' };
    const { approvedUntil, compared } = judged;
    const said = { release, compared: comparedInputs(compared), approvedUntil, now: facts.now };
    const proof = await world.sign(statementBytes(renewalStatement(said)), release);
    const former = await store.get('attestation', release.releaseId, APPROVAL_RENEWAL);
    const change = recordRenewed({ facts, judged, proof, former, actor: claim.actor });
    await store.commit(expecting(change, ...read), facts.now);
    return { ...answer, outcome: 'renewed' };
  });

/**
 * A look that comes late, after another has renewed it or it has gone from production, has nothing to say. One that is early by the
 * clock of this Lambda is the only one that there will be.
 */
const isDue = ({ act }: RenewalClaim, { release, policy, pointer, now }: RenewalFacts): boolean =>
  act === 'due' &&
  policy.auto_renew === true &&
  release.state === 'production' &&
  pointer?.releaseId === release.releaseId &&
  release.approvedUntil !== undefined &&
  now < release.approvedUntil &&
  now >= renewableFrom({ until: release.approvedUntil, days: policy.approval_expiry_days });

const readRenewalFacts = async (release: Release, world: RenewalWorld) => {
  const { store } = world;
  const { facts: rows, read } = await readGateRows(store, release);
  const [watched, configuration, policies, directory, clauses, newest, departures, decisionKeyPem, renewal] =
    await Promise.all([
      // What serves may have been moved to another endpoint than people were asked about.
      store.get('watched_endpoint', endpointId(rows.pointer?.endpointName ?? endpointNameOf(release))),
      store.get('configuration'),
      world.policies(),
      world.directory(),
      world.clauses(),
      Promise.all(objectsOf(release).map(([, object]) => world.newestOf(object))),
      world.findDepartures(release),
      world.decisionKeyPem(),
      world.readRenewal(release),
    ]);
  const facts: RenewalFacts = {
    ...{ release, ...rows, watched },
    deployedPolicy: policyOf(policies, release.modelName).policy,
    ...{ directory, clauses, configuration, newest, departures, decisionKeyPem, renewal, freezes: [] },
    // A version of an object never changes: that it is the newest one still says that its bytes are those that were hashed.
    artifactSha256: release.pinned?.artifactSha256 as RenewalFacts['artifactSha256'],
    now: world.now(),
  };
  return { facts, read: [...read, watched, configuration, ...rows.approvals] };
};
