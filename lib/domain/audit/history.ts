/** What a chain has said so far. The rules judge its next event by this. */

import type { Stages } from '../approval/turns.ts';
import type { Instant } from '../identifiers.ts';
import type { AuditEvent } from '../ledger/event.ts';
import type { AfterDenialRule } from '../policy/after-denial-rule.ts';
import type { ReleaseState } from '../release/lifecycle.ts';
import type { TierOverride } from '../release/tier-override.ts';
import type { BrokenGlass } from './break-glass.ts';
import type { Conditioned } from './conditions-in.ts';
import type { DenialAnswer, Denials } from './denials.ts';
import type { DeployedPolicies } from './deployed-policies.ts';
import type { LineStops } from './line-stops.ts';
import type { Signing } from './signing.ts';

/** Who approved a release, in which role, and when. */
export type Approved = {
  readonly approverId: string;
  readonly role: string;
  /** Who holds the role: the person, or whom they acted for. */
  readonly holder: string;
  readonly timestamp: Instant;
};

/** What a chain has said of a release so far. */
export type History = {
  state: ReleaseState | undefined;
  /** Who requested, submitted and trained it, and who wrote its commit: they may not approve it. */
  readonly makers: Set<string>;
  /** Who requested or submitted it: they may withdraw it. */
  readonly requesters: Set<string>;
  /** Its approvals, by who gave them. */
  readonly granted: Map<string, Approved>;
  readonly denied: Set<string>;
  /** The key that signed the last decision of each person, by its fingerprint; empty if none did. */
  readonly signers: Map<string, string>;
  /** The envelopes of the approvals, by their digests and who gave them, as `person digest`. */
  readonly approvedBy: Set<string>;
  readonly requiredRoles: string[];
  /** How its tier is to be lowered, as its request said; undefined if it is not. */
  tierOverride: TierOverride | undefined;
  /** The tier that it was requested at, and the roles that the policy asks for there; empty where an earlier version said none. */
  tier: string;
  rolesOfTier: readonly string[];
  /** The stages in which it is approved, as its request said; undefined if there are none. */
  stages: Stages | undefined;
  /** Without whose approval it is not approved: as the last event said that says it. */
  requiredPeople: readonly string[];
  /** What its policy asks for after a denial; `shown`, which is nothing, where an earlier version asked for approval. */
  afterDenial: AfterDenialRule;
  /** What its submitter answers to earlier denials. */
  answer: DenialAnswer | undefined;
  /** What its approvals were given on condition of, by the ids of the conditions. */
  readonly conditions: Map<string, Conditioned>;
  /** The checks that did not pass any more when they were made again, and since when. */
  readonly failedAgain: Map<string, Instant>;
  /** The approvals that counted when it was approved. */
  counted: readonly Approved[];
  /** Who was asked in which role, and for whom, as `person role holder`. */
  readonly invited: Set<string>;
  /** The digests of the envelopes that were signed for it; those of its governance record. */
  readonly signed: Set<string>;
  readonly records: Set<string>;
  /** What is known of it, by the first event that said it. */
  readonly identity: Map<string, string>;
  isApproved: boolean;
  /** Whether its package was found to be another than people approved, and not the same again since. */
  isPackageChanged: boolean;
  /** Whether its endpoint was found to serve something else than people approved, and not the same again since. */
  isDeviating: boolean;
  /** Whether its package was changed by hand, and no person has dealt with that; when it was rejected, or empty. */
  isPackageDrifted: boolean;
  packageRejectedAt: Instant | '';
  /** Since when an attempt at its promotion is under way, as far as events say; empty if none is. */
  promotingSince: Instant | '';
  /** Whether the order of this attempt names the policy whose windows counted. */
  isWindowNamed: boolean;
  /** The deadline for decisions, and the end of the approval; empty if none is recorded. */
  decideUntil: string;
  approvedUntil: string;
  /** The release that was live before it, which a rollback returns to. */
  fallback: string;
  /** Who asked last for a rollback of it, and when its fallback was ordered since. */
  rollbackAskedBy: string | undefined;
  orderedBackAt: Instant | undefined;
};

/** The hold that a rollback brings, and who has consented to its release. */
export type Held = {
  readonly rolledBack: string;
  readonly initiatedBy: string;
  readonly operatorsNeeded: number;
  readonly consented: Set<string>;
};

export type Model = {
  readonly releases: Map<string, History>;
  live: string;
  /** The endpoint that the last flip or move named; empty if none did. */
  endpoint: string;
  /** Who has asked for a move, and where to, as `person endpoint`. */
  readonly movesAsked: Set<string>;
  /** The keys of decisions that the chain has published, by their fingerprint. */
  readonly published: Set<string>;
  /** What the whole ledger says about the signatures of decisions. */
  readonly signing: Signing;
  /** What the whole ledger says of denials. */
  readonly denials: Denials;
  hold?: Held | undefined;
  /** The last break-glass of the model. */
  breakGlass?: BrokenGlass | undefined;
  /** Since when the line that this chain tells of is stopped: that of its model, or of all; empty if it runs. */
  lineStoppedAt: Instant | '';
  /** The incidents that it is stopped for, and since when. */
  readonly lineStoppedFor: Map<string, Instant>;
  /** The matters for which the model is legally held, each with who has agreed to lift that. */
  readonly legalHolds: Map<string, Set<string>>;
  /** What the whole ledger says of the line of all models. */
  readonly lineStops: LineStops;
  /** What the whole ledger says of the policy that was deployed. */
  readonly deployedPolicies: DeployedPolicies;
};

/** Returns why an event should not have happened, or undefined. `history` and `model` are those before the event. */
export type Rule = (event: AuditEvent, history: History, model: Model) => string | undefined;

export const historyOf = (releaseId: string, model: Model): History => {
  const known = model.releases.get(releaseId);
  if (known !== undefined) return known;
  const history: History = {
    state: undefined,
    makers: new Set(),
    requesters: new Set(),
    granted: new Map(),
    denied: new Set(),
    signers: new Map(),
    approvedBy: new Set(),
    requiredRoles: [],
    tierOverride: undefined,
    tier: '',
    rolesOfTier: [],
    stages: undefined,
    requiredPeople: [],
    afterDenial: 'shown',
    answer: undefined,
    conditions: new Map(),
    failedAgain: new Map(),
    counted: [],
    invited: new Set(),
    signed: new Set(),
    records: new Set(),
    identity: new Map(),
    isApproved: false,
    isPackageChanged: false,
    isDeviating: false,
    isPackageDrifted: false,
    packageRejectedAt: '',
    promotingSince: '',
    isWindowNamed: false,
    decideUntil: '',
    approvedUntil: '',
    fallback: '',
    rollbackAskedBy: undefined,
    orderedBackAt: undefined,
  };
  model.releases.set(releaseId, history);
  return history;
};

/** A list without as many of its items as are taken: one that is in it twice has to be taken twice. */
export const without = (items: readonly string[], taken: Iterable<string>): string[] => {
  const rest = [...items];
  for (const item of taken) {
    const index = rest.indexOf(item);
    if (index >= 0) rest.splice(index, 1);
  }
  return rest;
};

/** Whose role somebody decides in: their own, or that of the person for whom they act. */
export const holderIn = ({ actor_id: person, details }: AuditEvent): string => String(details['acting_for'] ?? person);

/** When a decision was made: as it was signed, or else as it was recorded. */
export const decidedAtIn = (event: AuditEvent, { signatureOf }: Signing): Instant => {
  const signature = signatureOf(event);
  return 'signer' in signature ? signature.decidedAt : event.timestamp;
};

/** The key that signed a decision, by its fingerprint; empty if none did. */
export const signerOf = (event: AuditEvent, { signatureOf }: Signing): string => {
  const signature = signatureOf(event);
  return 'signer' in signature ? signature.signer : '';
};
