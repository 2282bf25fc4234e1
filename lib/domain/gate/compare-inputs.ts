/** What an approval rests on, then and now: a renewal is for what has not changed. */
import type { Instant } from '../identifiers.ts';
import { type ClauseDays, changesBetween, heldAt } from '../policy/clause-days.ts';
import { type DirectoryRecord, findPerson } from '../policy/directory-record.ts';
import { type PolicyRecord, policySha256 } from '../policy/policy-record.ts';
import { departuresFrom, recordedAt } from '../policy/recorded-clauses.ts';
import type { Approval } from '../records/approval.ts';
import type { Configuration } from '../records/configuration.ts';
import { type PinnedObject, type Reason, type Release, requireEstablished } from '../release/release.ts';
import { servingSha256 } from '../release/serving-specification.ts';
import { canonicalSha256 } from '../signing/canonical-json.ts';

/** What is under a key now. */
export type NewestVersion = Pick<PinnedObject, 'versionId' | 'etag'>;

export type InputFacts = {
  readonly release: Release;
  /** Those that count. */
  readonly approvals: readonly Approval[];
  /** What the deployed policy, with its overlays, says of this model today. */
  readonly deployedPolicy: PolicyRecord;
  readonly directory: DirectoryRecord;
  /** The clauses of the deployed regimes. */
  readonly clauses: ClauseDays;
  /** What was deployed when a release was requested last, and what is missed since. Undefined before the first request. */
  readonly configuration: Configuration | undefined;
  readonly now: Instant;
  /** The newest version of each object of `objectsOf`, in that order; undefined where there is none. */
  readonly newest: readonly (NewestVersion | undefined)[];
};

/** Something that the approval rests on: as people approved it, and as it is. */
export type Comparison = { readonly input: string; readonly before: string; readonly now: string };

/** The objects that a release was made of, by what they are to it. */
export const objectsOf = ({ sources }: Release): (readonly [string, PinnedObject])[] => [
  ['artifact', sources.artifact],
  ...Object.entries(sources.evidence).map(([name, object]) => [`evidence/${name}`, object] as const),
];

/**
 * Compares everything that an approval rests on and that can change: the policy, the law, every object under its key, and
 * the roles of those who approved. What cannot change without breaking what people signed is there as it is, so that the proof names it.
 */
export const compareInputs = (facts: InputFacts): Comparison[] => {
  const { release, deployedPolicy } = facts;
  const digest = requireEstablished(release, 'evidenceDigest');
  const serving = servingSha256(requireEstablished(release, 'serving'));
  return [
    { input: 'evidence_digest', before: digest, now: digest },
    { input: 'serving', before: serving, now: serving },
    { input: 'policy', before: release.policySha256, now: policySha256(deployedPolicy) },
    regimesIn(facts),
    approversIn(facts),
    ...objectsOf(release).map(([input, object], index) => objectNow(input, object, facts, index)),
  ];
};

/** A version of an object never changes, so an object that is still the newest under its key has the bytes that were hashed. */
const objectNow = (input: string, pinned: PinnedObject, { release, newest }: InputFacts, index: number): Comparison => {
  const before = `${digestOf(input, release)}@${pinned.versionId}`;
  const found = newest[index];
  if (found === undefined) return { input, before, now: 'nothing that can be read' };
  const isSame = found.versionId === pinned.versionId && (pinned.etag ?? found.etag) === found.etag;
  return { input, before, now: isSame ? before : `other bytes@${found.versionId}` };
};

const digestOf = (input: string, release: Release): string => {
  const { artifactSha256, evidence } = requireEstablished(release, 'pinned');
  const kept = new Map(Object.entries(evidence).map(([name, one]) => [`evidence/${name}`, one?.sha256]));
  return kept.get(input) ?? artifactSha256;
};

/**
 * Which clauses held when the first of those who approved did, by the record of that time, and which hold now. A renewal does not move that
 * instant: what people approved under is compared each time, so that files which changed twice between renewals hide nothing.
 */
const regimesIn = ({ release, approvals, clauses, configuration, now }: InputFacts): Comparison => {
  const since = firstApprovedAt(release, approvals);
  const then = configuration?.clauses === undefined ? clauses : recordedAt(configuration, since);
  const before = canonicalSha256(heldAt(then, since));
  const changes = [...changesBetween(clauses, since, now), ...departuresFrom(configuration, clauses, since)];
  return {
    ...{ input: 'regimes', before },
    now: changes.length === 0 ? before : `${canonicalSha256(heldAt(clauses, now))} (${changes.join('; ')})`,
  };
};

/** Each of them approved under the law of their own day: what began after the first of them, that one has not seen. */
const firstApprovedAt = (release: Release, approvals: readonly Approval[]): Instant =>
  approvals
    .filter(({ decision }) => decision === 'approve')
    .reduce(
      (first, { timestamp }) => (timestamp < first ? timestamp : first),
      requireEstablished(release, 'approvedAt'),
    );

/** The word of somebody who has left, or has the role no more, is not prolonged in their name. */
const approversIn = ({ approvals, directory }: InputFacts): Comparison => {
  const given = approvals
    .filter(({ decision }) => decision === 'approve')
    .map(({ approverId, approverRole: role, actingFor = approverId }) => ({ approverId, role, holder: actingFor }));
  const still = given.filter(
    ({ approverId, role, holder }) =>
      findPerson(directory, approverId) !== undefined && findPerson(directory, holder)?.roles.includes(role),
  );
  return { input: 'approvers', before: canonicalSha256(given), now: canonicalSha256(still) };
};

/** Why an approval is not renewed: each input that has changed. */
export const differenceReasons = (compared: readonly Comparison[]): Reason[] =>
  compared
    .filter(({ before, now }) => before !== now)
    .map(({ input, before, now }) => ({
      rule: 'input_changed',
      evidence: input,
      explanation: `${IN_WORDS[input] ?? `${input} is another`}: it was ${before} when people approved, and is ${now}`,
    }));

const IN_WORDS: Readonly<Record<string, string>> = {
  policy: 'the policy has changed',
  regimes: 'law or regulation has changed',
  approvers: 'somebody who approved has left, or has another role',
};
