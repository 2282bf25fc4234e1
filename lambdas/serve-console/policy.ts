/** The policy as it is deployed, which models it applies to, and what it says otherwise than the one before it. */
import { Hono } from 'hono/tiny';
import { Sha256 } from '../../lib/domain/identifiers.ts';
import { type AuditEvent, CONFIGURATION_CHAIN } from '../../lib/domain/ledger/event.ts';
import { diffPolicies } from '../../lib/domain/policy/diff-policies.ts';
import { type PolicyRecord, policySha256 } from '../../lib/domain/policy/policy-record.ts';
import { type Policies, policyOf } from '../../lib/domain/policy/scoped-policies.ts';
import { type AppliedRow, type Former, policyPage } from '../../lib/web/console/policy-page.ts';
import { readModels } from './models-page.ts';
import { readServed } from './read-served.ts';
import { type Reading, type ReadingContext, reading } from './reader.ts';
import type { ConsoleWorld } from './world.ts';

/** The former policy is in one of the latest changes, most of the time. The chain has other events, too: heartbeats, and more. */
const LATEST = 50;
/** So far back this page looks, if one page of a query holds as many. */
const MOST = 1000;

export const policyRoutes = (world: ConsoleWorld): Hono<Reading> => {
  const app = new Hono<Reading>();
  app.get('/', reading(world), async (c) => c.html(policyPage(await readPolicy(c, world), c.var.viewer)));
  return app;
};

const readPolicy = async (c: ReadingContext, world: ConsoleWorld) => {
  const policies = await world.policies();
  const { base, scoped } = policies;
  const sha256 = policySha256(base);
  const [{ names, next }, found] = await Promise.all([
    world.fleet.lastLook().then((look) => readModels(world, look, c.req.query('after'))),
    readFormer({ policy: base, sha256 }, world),
  ]);
  const served = await readServed(names, world);
  const models = served.map(
    ({ modelName, release }): AppliedRow => ({
      ...{ modelName, servedUnder: release?.policySha256 },
      ...appliedOf(policies, modelName),
    }),
  );
  return { policy: base, sha256, overlays: scoped?.overlays ?? [], models, next, ...found };
};

const appliedOf = (policies: Policies, modelName: string) => {
  const { policy, overlays } = policyOf(policies, modelName);
  return { overlays: overlays.map(({ name }) => name), sha256: policySha256(policy) };
};

/** The policy that was on record before: of a deployment that nobody has used yet, the last one that somebody did. */
const readFormer = async (
  { policy, sha256 }: { readonly policy: PolicyRecord; readonly sha256: Sha256 },
  { fleet, store }: ConsoleWorld,
): Promise<{ readonly former: Former | undefined; readonly lookedAt?: number }> => {
  const { latest, lookedAt } = await lastChange(fleet);
  if (latest === undefined) return { former: undefined, ...(lookedAt && { lookedAt }) };
  const before = latest.policy_sha256 === sha256 ? latest.details['policy_sha256_before'] : latest.policy_sha256;
  const { data: known } = Sha256.safeParse(before);
  if (known === undefined) return { former: undefined };
  const kept = await store.get('policy', known);
  const changes = kept && diffPolicies(kept.policy, policy);
  return { former: { sha256: known, replacedAt: latest.timestamp, changes } };
};

/** The last event that says another policy; without one, how many were looked at, if older ones were not. */
const lastChange = async (fleet: ConsoleWorld['fleet'], most = LATEST): Promise<Found> => {
  const events = (await fleet.latestEvents(CONFIGURATION_CHAIN, most)).map(({ event }) => event);
  const latest = events.find(
    ({ event_type: type, details }) => type === 'configuration_changed' && saysPolicy(details),
  );
  const isWhole = (events.at(-1)?.seq ?? FIRST) === FIRST;
  if (latest !== undefined || isWhole) return { latest };
  return most === LATEST ? lastChange(fleet, MOST) : { latest, lookedAt: events.length };
};
type Found = { readonly latest: AuditEvent | undefined; readonly lookedAt?: number };
const FIRST = 1;

const saysPolicy = ({ changed }: Readonly<Record<string, unknown>>): boolean =>
  Array.isArray(changed) && changed.includes('policy');
