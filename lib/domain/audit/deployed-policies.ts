/** Which policy was deployed when, and its windows in which nothing is promoted: these events and rows stand on another chain than the promotions. */
import type { Instant, Sha256 } from '../identifiers.ts';
import { millisecondsOf, plusMilliseconds } from '../instant.ts';
import { type AuditEvent, CONFIGURATION_CHAIN } from '../ledger/event.ts';
import type { RowsFile } from '../ledger/rows-file.ts';
import { type About, type ActiveFreeze, activeFreezes, freezesAbout } from '../policy/active-freezes.ts';
import { isJudgeable } from '../policy/freeze.ts';
import { FreezeInPolicy } from '../policy/policy-record.ts';
import { type CanonicalValue, canonicalSha256 } from '../signing/canonical-json.ts';
import { JUDGED_BEFORE_MS } from './judged-before.ts';
import { environmentOf } from './ledger-environment.ts';

export type DeployedPolicies = {
  /** Whether an order at this instant has to name the policy whose windows counted: former versions named none. */
  readonly isNamedAt: (timestamp: Instant) => boolean;
  /** Whether the policy that an order names may have been deployed then, as far as the ledger tells. */
  readonly mayBeDeployed: (event: Pick<AuditEvent, 'timestamp' | 'details'>) => boolean;
  /**
   * The window that was on when an order was judged, at whichever instant that was: of the policy that it names, or as it says where
   * the ledger has not that. What of these windows nobody can judge is told: a later version may have written it.
   */
  readonly freezesAt: (event: Order, tier: string) => FreezesAt;
  /** The environment that the ledger is of, whatever an order says; undefined if nothing tells. */
  readonly environment: string | undefined;
};

type FreezesAt = { readonly freeze: ActiveFreeze | undefined; readonly unread: string | undefined };

type Order = Pick<AuditEvent, 'timestamp' | 'details' | 'model'>;

/** The policy whose windows counted for an order; undefined if it says none. */
export const deployedPolicyIn = ({ details }: Pick<AuditEvent, 'details'>): string | undefined => {
  const { deployed_policy_sha256: digest } = details;
  return typeof digest === 'string' ? digest : undefined;
};

/** Reads them from the events of a ledger, each chain in its order, and from the rows that these wrote. */
export const deployedPoliciesIn = (
  events: readonly AuditEvent[],
  rows: readonly RowsFile[],
  origin?: string,
): DeployedPolicies => {
  const policies = policiesIn(rows);
  const environment = environmentOf(events, origin);
  const changes = events
    .filter(({ model, event_type: type }) => model === CONFIGURATION_CHAIN && type === 'configuration_changed')
    .map(({ timestamp, policy_sha256: digest }) => ({ from: timestamp, digest }));
  const [namedSince] = events
    .filter((event) => deployedPolicyIn(event) !== undefined)
    .map(({ timestamp }) => timestamp)
    .sort();
  return {
    isNamedAt: (timestamp) => namedSince !== undefined && isLongBefore(namedSince, timestamp),
    mayBeDeployed: (event) =>
      changes.every(({ from }) => isLongBefore(event.timestamp, from)) ||
      changes.some(
        ({ from, digest }, index) =>
          digest === deployedPolicyIn(event) &&
          !isLongBefore(event.timestamp, from) &&
          !changes.slice(index + 1, index + 2).some((next) => isLongBefore(next.from, event.timestamp)),
      ),
    freezesAt: (event, tier) => {
      const known = policies.get(String(deployedPolicyIn(event)));
      const read = known === undefined ? windowsSaid(event) : windowsIn(known.freezes ?? []);
      const about = { modelName: event.model, tier, environment: environment ?? String(event.details['environment']) };
      const windows = freezesAbout(read.windows, about);
      const strange = windows.filter((window) => !isJudgeable(window)).map(({ name }) => `the window “${name}”`);
      return {
        freeze: freezeOn(windows.filter(isJudgeable), about, event.timestamp),
        unread: [...read.unread, ...strange].at(0),
      };
    },
    environment,
  };
};

type Read = { readonly windows: readonly FreezeInPolicy[]; readonly unread: readonly string[] };

/** Of a policy, or of the details of an event: both were written by whoever is verified, and maybe by a later version. */
const windowsIn = (written: unknown): Read => {
  if (!Array.isArray(written)) return { windows: [], unread: ['its windows are no list'] };
  const read = written.map((window) => FreezeInPolicy.safeParse(window).data);
  return {
    windows: read.filter((window) => window !== undefined),
    unread: read.flatMap((window, index) => (window === undefined ? [`window ${index + 1} of ${read.length}`] : [])),
  };
};

/** As an order says, where the ledger has not its policy: an event has room for some of many windows. */
const windowsSaid = ({ details }: Order): Read => {
  const { windows, unread } = windowsIn(details['freezes']);
  const [listed, total] = [windows.length + unread.length, Number(details['freezes_total'])];
  return { windows, unread: listed < total ? [...unread, `it lists ${listed} of ${total} windows`] : unread };
};

/** It was judged a little before, and the window may have begun between. */
const freezeOn = (windows: readonly FreezeInPolicy[], about: About, at: Instant): ActiveFreeze | undefined => {
  const before = activeFreezes(windows, about, plusMilliseconds(at, -JUDGED_BEFORE_MS));
  return activeFreezes(windows, about, at).find((now) =>
    before.some(({ name, until }) => name === now.name && until === now.until),
  );
};

/** Each under its own digest: what a row says of itself plays no part, nor whether this version knows all that the policy says. */
const policiesIn = (rows: readonly RowsFile[]): ReadonlyMap<string, Kept> =>
  new Map(
    rows
      .flatMap(({ lines }) => lines.flatMap((line) => line.rows ?? []))
      .flatMap(({ policy }): [string, Kept][] => {
        const digest = digestOf(policy);
        return digest === undefined ? [] : [[digest, policy as Kept]];
      }),
  );

type Kept = { readonly freezes?: unknown };

/** Undefined of what is no policy of any version: nothing else was ever hashed. */
const digestOf = (policy: unknown): Sha256 | undefined => {
  try {
    return canonicalSha256(policy as CanonicalValue);
  } catch {
    return undefined;
  }
};

/** Chains have no common order but that of their clocks: so long that neither was judged while the other was appended. */
const isLongBefore = (instant: Instant, later: Instant): boolean =>
  millisecondsOf(later) >= millisecondsOf(instant) + JUDGED_BEFORE_MS;
