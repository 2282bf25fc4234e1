import type { Change } from '../change/change.ts';
import { publishedDetail } from '../change/published.ts';
import { cut } from '../cut.ts';
import type { Instant, Sha256 } from '../identifiers.ts';
import { fitIntoEvent, INTAKE_CHAIN } from '../ledger/event.ts';
import type { IntakeRefusal, ReleaseClaim } from '../records/intake.ts';
import type { Refusal, Violation } from '../refusal.ts';
import { type Actor, eventWithoutRelease } from '../release/release-event.ts';
import { canonicalSha256 } from '../signing/canonical-json.ts';

const claimed = (manifest: unknown, field: string): string => {
  if (typeof manifest !== 'object' || manifest === null || !(field in manifest)) return '';
  const value: unknown = Reflect.get(manifest, field);
  return typeof value === 'string' ? cut(value, 128) : '';
};

/** A manifest full of unknown keys can have more violations than a table item holds. The rest is only counted. */
const VIOLATIONS_MAX = 200;

const bounded = (violations: readonly Violation[]): Violation[] =>
  violations.length <= VIOLATIONS_MAX
    ? [...violations]
    : [
        ...violations.slice(0, VIOLATIONS_MAX),
        { field: 'manifest', problem: `has ${violations.length - VIOLATIONS_MAX} more problems` },
      ];

/** Whether only a part of the faults of a refusal was kept, so that its id cannot be computed from them. */
export const isFaultListCut = (faults: readonly Violation[]): boolean => faults.length > VIOLATIONS_MAX;

type Fault = IntakeRefusal['faults'][number];

/** The violations as they are kept, with every unknown name as it is shown there. */
const faultsOf = ({ violations }: Refusal, shown: (name: string) => string): Fault[] =>
  violations.map(({ field, problem, name }) => ({
    field: cut(field, 256),
    problem: cut(name === undefined ? problem : `${shown(name)} ${problem}`, 512),
  }));

/**
 * The record of a refused claim: every violation, and the release that it claimed to be. It is not the ledger, so it has
 * unknown names as they came: who sent them must see them. The ledger has its row with codes instead.
 */
export const intakeRefusal = (
  claim: Pick<ReleaseClaim, 'manifest' | 'door'>,
  why: Refusal,
  receivedAt: Instant,
): IntakeRefusal => {
  const violations = faultsOf(why, (name) => name);
  return {
    entity: 'refusal',
    version: 0,
    refusalId: refusalIdOf({ code: why.code, faults: violations }, claim.manifest),
    code: why.code,
    message: why.message,
    faults: bounded(violations),
    claimedReleaseId: claimed(claim.manifest, 'release_id'),
    claimedModelName: claimed(claim.manifest, 'model_name'),
    door: claim.door,
    receivedAt,
  };
};

/** The same refusal of the same claim is one. The claim is untrusted input and may have no canonical form, so its JSON text is hashed. */
export const refusalIdOf = (
  { code, faults }: { readonly code: string; readonly faults: readonly Fault[] },
  manifest: unknown,
): Sha256 => canonicalSha256([code, (JSON.stringify(manifest) ?? '').toWellFormed(), faults]);

/** What the ledger says of a refusal, which can forget no name. */
export type LedgerWords = { readonly actor: Actor; readonly faults: readonly Fault[] };

/** The submitter by their id and the faults, with a code for each name that the directory does not know. */
export const inLedgerWords = async (
  { submitter: { identity, name, role, auth } }: ReleaseClaim,
  why: Refusal,
  unknownName: (name: string) => Promise<string>,
): Promise<LedgerWords> => {
  const names = [
    ...new Set([...(identity === undefined ? [name] : []), ...why.violations.flatMap((fault) => fault.name ?? [])]),
  ];
  const codes = new Map(
    await Promise.all(names.map(async (one): Promise<[string, string]> => [one, await unknownName(one)])),
  );
  return {
    actor: { id: identity?.id ?? String(codes.get(name)), role, auth },
    faults: bounded(faultsOf(why, (one) => String(codes.get(one)))),
  };
};

/** Records a refusal on the intake chain: the model that the claim names may not be its own. */
export const refusalChange = (refusal: IntakeRefusal, { actor, faults }: LedgerWords): Change => ({
  model: INTAKE_CHAIN,
  event: {
    ...eventWithoutRelease(actor, {
      event_type: 'release_refused',
      model_name: refusal.claimedModelName,
      reason: `${refusal.code}: ${refusal.message}`,
      details: {
        door: refusal.door,
        refusal_id: refusal.refusalId,
        faults_total: refusal.faults.length,
        faults: fitIntoEvent(faults),
      },
      idempotency_key: refusal.refusalId,
    }),
    release_id: refusal.claimedReleaseId,
  },
  writes: [{ kind: 'create', entity: refusal, inLedger: { faults } }],
  intents: [
    publishedDetail('Release Refused', {
      refusalId: refusal.refusalId,
      code: refusal.code,
      releaseId: refusal.claimedReleaseId,
    }),
  ],
});
