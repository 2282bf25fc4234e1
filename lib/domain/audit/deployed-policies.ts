/** Which policy was deployed when, and its windows in which nothing is promoted: these events and rows stand on another chain than the promotions. */
import * as z from 'zod';
import type { Instant } from '../identifiers.ts';
import { millisecondsOf, plusMilliseconds } from '../instant.ts';
import { type AuditEvent, CONFIGURATION_CHAIN } from '../ledger/event.ts';
import type { RowsFile } from '../ledger/rows-file.ts';
import { type ActiveFreeze, activeFreezes } from '../policy/active-freezes.ts';
import { Freeze } from '../policy/freeze.ts';
import { type FreezeInPolicy, PolicyRecord, policySha256 } from '../policy/policy-record.ts';
import { JUDGED_BEFORE_MS } from './judged-before.ts';

export type DeployedPolicies = {
  /** Whether an order at this instant has to name the policy whose windows counted: former versions named none. */
  readonly isNamedAt: (timestamp: Instant) => boolean;
  /** Whether the policy that an order names may have been deployed then, as far as the ledger tells. */
  readonly mayBeDeployed: (event: Pick<AuditEvent, 'timestamp' | 'details'>) => boolean;
  /**
   * The window that was on when an order was judged, at whichever instant that was: of the policy that it names, or as it says where
   * the ledger has not that. Undefined if none was.
   */
  readonly freezeOn: (event: Order, tier: string) => ActiveFreeze | undefined;
};

type Order = Pick<AuditEvent, 'timestamp' | 'details' | 'model'>;

/** The policy whose windows counted for an order; undefined if it says none. */
export const deployedPolicyIn = ({ details }: Pick<AuditEvent, 'details'>): string | undefined => {
  const { deployed_policy_sha256: digest } = details;
  return typeof digest === 'string' ? digest : undefined;
};

/** Of the details of an event, and of a policy: both were written by whoever is verified. */
const Windows = z
  .array(z.unknown())
  .catch([])
  .transform((windows) =>
    windows.flatMap((window): FreezeInPolicy[] => {
      const read = Freeze.safeParse(window);
      return read.success ? [read.data] : [];
    }),
  );

/** Reads them from the events of a ledger, each chain in its order, and from the rows that these wrote. */
export const deployedPoliciesIn = (events: readonly AuditEvent[], rows: readonly RowsFile[]): DeployedPolicies => {
  const policies = policiesIn(rows);
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
    freezeOn: (event, tier) => {
      const digest = String(deployedPolicyIn(event));
      const windows = Windows.parse(policies.get(digest)?.freezes ?? event.details['freezes']);
      const about = { modelName: event.model, tier, environment: String(event.details['environment']) };
      // It was judged a little before, and the window may have begun between.
      const before = activeFreezes(windows, about, plusMilliseconds(event.timestamp, -JUDGED_BEFORE_MS));
      return activeFreezes(windows, about, event.timestamp).find((now) =>
        before.some(({ name, until }) => name === now.name && until === now.until),
      );
    },
  };
};

/** Each under its own digest: what a row says of itself plays no part. */
const policiesIn = (rows: readonly RowsFile[]): ReadonlyMap<string, PolicyRecord> =>
  new Map(
    rows
      .flatMap(({ lines }) => lines.flatMap((line) => line.rows ?? []))
      .flatMap(({ policy }): [string, PolicyRecord][] => {
        const read = PolicyRecord.safeParse(policy);
        return read.success ? [[policySha256(read.data), read.data]] : [];
      }),
  );

/** Chains have no common order but that of their clocks: so long that neither was judged while the other was appended. */
const isLongBefore = (instant: Instant, later: Instant): boolean =>
  millisecondsOf(later) >= millisecondsOf(instant) + JUDGED_BEFORE_MS;
