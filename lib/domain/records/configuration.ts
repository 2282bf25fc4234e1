import * as z from 'zod';
import { Instant, Sha256 } from '../identifiers.ts';
import type { ClauseDays } from '../policy/clause-days.ts';
import type { DirectoryRecord } from '../policy/directory-record.ts';
import { type PolicyRecord, policySha256 } from '../policy/policy-record.ts';
import { recordClauses } from '../policy/recorded-clauses.ts';
import type { ScopedPolicies } from '../policy/scoped-policies.ts';
import { defineKind } from '../record-kind.ts';
import { type CanonicalValue, canonicalSha256 } from '../signing/canonical-json.ts';
import { stored, Word } from '../stored.ts';

const Day = z.iso.date();

/** The policy and the directory that the latest release was requested under, so that a change of either is noticed. */
export const Configuration = stored({
  entity: z.literal('configuration'),
  version: z.int().min(0),
  policySha256: Sha256,
  directorySha256: Sha256,
  /**
   * Who held which role, and what each machine might be, by id, so that a change of the directory can be described. Names
   * and addresses are not kept.
   */
  roles: z.record(z.string(), z.array(Word)),
  /** Absent where the policy has no overlays. */
  overlays: z.exactOptional(z.array(stored({ name: z.string(), sha256: Sha256 }))),
  /** Of the file that lists the models; absent if there is none. */
  modelsSha256: z.exactOptional(Sha256),
  /** When the clauses of the regimes hold, and since when each is known with these days. Former versions did not ask. */
  clauses: z.exactOptional(
    z.array(
      stored({
        ...{ id: z.string(), in_force_from: Day, in_force_until: z.exactOptional(Day) },
        knownSince: z.exactOptional(Instant),
      }),
    ),
  ),
  /** The clauses as they are deployed no more, each until it was missed or had other days: people had approved under them. */
  goneClauses: z.exactOptional(
    z.array(
      stored({
        ...{ id: z.string(), in_force_from: z.exactOptional(Day), in_force_until: z.exactOptional(Day) },
        ...{ knownSince: z.exactOptional(Instant), missedAt: Instant },
      }),
    ),
  ),
  changedAt: Instant,
});
export type Configuration = z.infer<typeof Configuration>;
export const configurationKind = defineKind(Configuration, { partition: 'CONFIGURATION', of: [], sort: 'META' });

/** The policy and the directory that are deployed now. */
export type Deployed = {
  readonly policy: PolicyRecord;
  readonly scoped?: ScopedPolicies | undefined;
  readonly directory: DirectoryRecord;
  /** When the clauses of the regimes hold. */
  readonly clauses?: ClauseDays | undefined;
};

/** The record of what is deployed, after the one that it replaces, if there is one. */
export const configurationOf = (
  { policy, scoped, directory, clauses }: Deployed,
  changedAt: Instant,
  previous?: Configuration,
): Configuration => ({
  entity: 'configuration',
  version: previous?.version ?? 0,
  policySha256: policySha256(policy),
  directorySha256: directorySha256(directory),
  roles: Object.fromEntries([
    ...directory.people.map(({ id, roles }) => [id, roles]),
    ...(directory.machines ?? []).map(({ id, may_be: parts }) => [id, parts]),
  ]),
  ...(scoped === undefined ? {} : { overlays: scoped.overlays.map(({ name, sha256 }) => ({ name, sha256 })) }),
  ...(scoped?.models_sha256 === undefined ? {} : { modelsSha256: scoped.models_sha256 }),
  ...(clauses === undefined ? {} : clausesOf(previous, clauses, changedAt)),
  changedAt,
});

const clausesOf = (previous: Configuration | undefined, deployed: ClauseDays, now: Instant) => {
  const { clauses, goneClauses } = recordClauses(previous, deployed, now);
  return { clauses, ...(goneClauses.length === 0 ? {} : { goneClauses }) };
};

/** The digest of a directory, as it was deployed (docs/formats/approvers.md). */
export const directorySha256 = (directory: DirectoryRecord): Sha256 =>
  canonicalSha256(directory as unknown as CanonicalValue);
