/** The policy and the directory of approvers decide about every release, so a change of either is on record. */

import type { Change } from '../change/change.ts';
import { publishedDetail } from '../change/published.ts';
import type { ReleaseStore } from '../change/release-store.ts';
import { cut } from '../cut.ts';
import type { Instant } from '../identifiers.ts';
import { CONFIGURATION_CHAIN, fitIntoEvent } from '../ledger/event.ts';
import { clauseDays } from '../policy/clause-days.ts';
import { diffPolicies } from '../policy/diff-policies.ts';
import { type PolicyRecord, type PolicyVersion, policySha256 } from '../policy/policy-record.ts';
import { type Configuration, configurationOf, type Deployed } from '../records/configuration.ts';
import { ASSAY, eventWithoutRelease } from '../release/release-event.ts';
import { canonicalSha256 } from '../signing/canonical-json.ts';

type World = Deployed & { readonly store: ReleaseStore; readonly now: () => Instant };

/**
 * Establishes that the configuration that a release is about to be requested under is on record. If two requests notice
 * a change at the same time, one gets a `Conflict` and finds the change recorded when it tries again.
 */
export const noteConfiguration = async ({ store, now, ...deployed }: World): Promise<void> => {
  const at = now();
  const previous = await store.get('configuration');
  const next = configurationOf(deployed, at, previous);
  if (whatChanged(previous, next).length === 0) return;
  const [before, kept] = await Promise.all([
    previous === undefined ? undefined : store.get('policy', previous.policySha256),
    store.get('policy', next.policySha256),
  ]);
  const past = { configuration: previous, policy: before?.policy };
  await store.commit(recordConfigurationChange(past, deployed, { now: at, isPolicyKept: kept !== undefined }), at);
};

/**
 * Establishes that the deployed policy is on record, for a step that judges by its windows: the next intake may be long after the
 * deployment that took a window away. Returns the configuration that says so, for the change to hold; undefined if no release was
 * ever requested.
 */
export const notePolicy = async (
  policy: PolicyRecord,
  store: Pick<ReleaseStore, 'get' | 'commit'>,
  now: Instant,
): Promise<Configuration | undefined> => {
  const previous = await store.get('configuration');
  const digest = policySha256(policy);
  if (previous === undefined || previous.policySha256 === digest) return previous;
  const [before, kept] = await Promise.all([store.get('policy', previous.policySha256), store.get('policy', digest)]);
  const past = { configuration: previous, policy: before?.policy };
  await store.commit(recordPolicyChange(past, policy, { now, isPolicyKept: kept !== undefined }), now);
  return { ...withPolicy(previous, policy, now), version: previous.version + 1 };
};

type Past = { readonly configuration: Configuration | undefined; readonly policy: PolicyRecord | undefined };
type Circumstances = { readonly now: Instant; readonly isPolicyKept: boolean };

/** Puts a configuration on record, with what differs from the one before it. People appear by their ids. */
export const recordConfigurationChange = (past: Past, next: Deployed, circumstances: Circumstances): Change => {
  const configuration = configurationOf(next, circumstances.now, past.configuration);
  const { policy, directory } = next;
  return changeTo({ configuration, policy, approversChangeId: directory.change_id ?? '' }, past, circumstances);
};

/** Puts another policy on record, where nothing else of the configuration was looked at. */
export const recordPolicyChange = (
  past: Past & { readonly configuration: Configuration },
  policy: PolicyRecord,
  circumstances: Circumstances,
): Change => {
  const configuration = withPolicy(past.configuration, policy, circumstances.now);
  return changeTo({ configuration, policy, approversChangeId: '' }, past, circumstances);
};

const withPolicy = (previous: Configuration, policy: PolicyRecord, changedAt: Instant): Configuration => ({
  ...previous,
  policySha256: policySha256(policy),
  changedAt,
});

type Next = {
  readonly configuration: Configuration;
  readonly policy: PolicyRecord;
  readonly approversChangeId: string;
};

const changeTo = (next: Next, past: Past, { now, isPolicyKept }: Circumstances): Change => {
  const { configuration } = next;
  const { policySha256: digest } = configuration;
  const policy: PolicyVersion = {
    entity: 'policy',
    version: 0,
    policySha256: digest,
    policy: next.policy,
    firstSeenAt: now,
  };
  return {
    isBeforeAct: true,
    model: CONFIGURATION_CHAIN,
    event: configurationEvent(past, next),
    writes: [
      { kind: past.configuration === undefined ? 'create' : 'replace', entity: configuration },
      ...(isPolicyKept ? [] : [{ kind: 'create' as const, entity: policy }]),
    ],
    intents: [
      publishedDetail('Configuration Changed', {
        policySha256: digest,
        directorySha256: configuration.directorySha256,
      }),
    ],
  };
};

const configurationEvent = (past: Past, { configuration, policy, approversChangeId }: Next): Change['event'] => {
  const previous = past.configuration;
  const changed = whatChanged(previous, configuration);
  return eventWithoutRelease(ASSAY, {
    event_type: 'configuration_changed',
    reason: previous === undefined ? 'the first configuration' : `another ${changed.join(' and other ')} deployed`,
    policy_sha256: configuration.policySha256,
    details: {
      changed,
      approvers_sha256: configuration.directorySha256,
      policy_sha256_before: previous?.policySha256 ?? '',
      approvers_sha256_before: previous?.directorySha256 ?? '',
      policy_change_id: policy.change_id ?? '',
      approvers_change_id: approversChangeId,
      ...policyDetails(past.policy, policy),
      ...overlayDetails(previous, configuration),
      ...regimeDetails(previous, configuration),
      ...roleDetails(previous?.roles ?? {}, configuration.roles),
    },
    // The version counts the changes, because going back to an earlier configuration is a change too.
    idempotency_key: `configuration:${configuration.version}:${configuration.policySha256}:${configuration.directorySha256}`,
  });
};

const whatChanged = (previous: Configuration | undefined, next: Configuration): string[] => [
  ...(previous?.policySha256 === next.policySha256 ? [] : ['policy']),
  ...(previous?.directorySha256 === next.directorySha256 ? [] : ['approvers']),
  ...(overlayChanges(previous, next).length === 0 ? [] : ['overlays']),
  ...(previous?.modelsSha256 === next.modelsSha256 ? [] : ['models']),
  ...(clausesSha256(previous) === clausesSha256(next) ? [] : ['regimes']),
];

const clausesSha256 = ({ clauses }: Partial<Configuration> = {}): string =>
  clauses === undefined ? '' : canonicalSha256(clauseDays(clauses));

/** Where no regimes are deployed, events are what they were. Each clause is named when it is missed, or has other days. */
const regimeDetails = (previous: Configuration | undefined, next: Configuration) => {
  const now = new Map((next.clauses ?? []).map((clause) => [clause.id, canonicalSha256(clauseDays([clause]))]));
  const before = previous?.clauses ?? [];
  const gone = before.filter(({ id }) => !now.has(id));
  const changed = before.filter((one) => now.has(one.id) && now.get(one.id) !== canonicalSha256(clauseDays([one])));
  return next.clauses === undefined
    ? {}
    : {
        regimes_sha256: clausesSha256(next),
        regimes_sha256_before: clausesSha256(previous),
        ...{ clauses_gone_total: gone.length, clauses_gone: listed(gone) },
        ...{ clauses_changed_total: changed.length, clauses_changed: listed(changed) },
      };
};

const listed = (clauses: readonly { readonly id: string }[]) =>
  fitIntoEvent(clauses.slice(0, LISTED).map(({ id }) => cut(id, 100)));

/** Every overlay that came, went, or says something else. */
const overlayChanges = (previous: Configuration | undefined, next: Configuration) => {
  const byName = ({ overlays = [] }: Partial<Configuration> = {}) =>
    new Map(overlays.map(({ name, sha256 }): [string, string] => [name, sha256]));
  const [before, after] = [byName(previous), byName(next)];
  return [...new Set([...before.keys(), ...after.keys()])]
    .map((name) => ({ name, sha256_before: before.get(name) ?? '', sha256: after.get(name) ?? '' }))
    .filter((change) => change.sha256_before !== change.sha256);
};

/** Of a deployment that has never had overlays, its events are what they were. */
const overlayDetails = (previous: Configuration | undefined, next: Configuration) =>
  [previous, next].every((one) => one?.overlays === undefined)
    ? {}
    : {
        overlay_changes: fitIntoEvent(overlayChanges(previous, next)),
        models_sha256: next.modelsSha256 ?? '',
        models_sha256_before: previous?.modelsSha256 ?? '',
      };

/** How many changes an event lists, of the policy and of roles. Both lists share the space of one event. */
const LISTED = 24;

const policyDetails = (before: PolicyRecord | undefined, after: PolicyRecord) => {
  const changes = before === undefined ? [] : diffPolicies(before, after);
  return {
    policy_changes_total: changes.length,
    policy_changes: fitIntoEvent(
      changes.slice(0, LISTED).map(({ effect, about, before: was, after: is }) => ({
        effect,
        about: cut(about, 100),
        before: cut(was, 60),
        after: cut(is, 60),
      })),
    ),
  };
};

const roleDetails = (before: Configuration['roles'], after: Configuration['roles']) => {
  const changes = [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .map((person) => ({ person_id: person, roles_before: before[person] ?? [], roles: after[person] ?? [] }))
    .filter((change) => [...change.roles_before].sort().join() !== [...change.roles].sort().join());
  return { role_changes_total: changes.length, role_changes: fitIntoEvent(changes.slice(0, LISTED)) };
};
