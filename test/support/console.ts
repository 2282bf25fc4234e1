/** The console over a store in memory, for somebody whom a small issuer has signed in. */
import type { ConsoleWorld } from '../../lambdas/serve-console/world.ts';
import { idTokenVerifier } from '../../lib/adapters/id-tokens.ts';
import { oidcIssuer } from '../../lib/adapters/oidc-issuer.ts';
import { Instant } from '../../lib/domain/identifiers.ts';
import { Policies } from '../../lib/domain/policy/scoped-policies.ts';
import { withinRights } from '../../lib/rights/within-rights.ts';
import { ownerReader } from '../../lib/runtime/model-owner.ts';
import { type ApprovalCase, aPolicy } from './approval-case.ts';
import { keptEvidence } from './kept-evidence.ts';
import type { startIssuer } from './oidc-issuer.ts';

type Issuer = Awaited<ReturnType<typeof startIssuer>>;

export const realNow = () => Instant.parse(new Date().toISOString());

const never = () => Promise.reject(new Error('nothing is handed out here'));

/** All that it reads is in the store: nothing was measured, and no alarm is on. */
export const consoleWorld = (
  issuer: Issuer,
  { store, directory }: Pick<ApprovalCase, 'store' | 'directory'>,
  changes: Partial<ConsoleWorld> = {},
): ConsoleWorld => ({
  ownerOf: ownerReader(changes.readKept ?? keptEvidence()),
  issuer: oidcIssuer(issuer.client),
  verify: idTokenVerifier(issuer.client),
  client: { ...issuer.client, audience: 'assay-api' },
  directory: async () => directory,
  store: withinRights('ServeConsole', store),
  fleet: {
    lastLook: async () => undefined,
    waiting: async (state) => {
      const { items } = await store.releasePage({ states: [state], order: 'oldest' }, { limit: 25 });
      const releases = await Promise.all(items.map(({ releaseId }) => store.get('release', releaseId)));
      return { releases: releases.flatMap((release) => release ?? []), next: undefined };
    },
    log: async () => undefined,
    latestEvents: async (model, most) => (await store.events(model)).toReversed().slice(0, most),
    logIndexes: async () => new Map(),
    parkedPage: async () => ({ items: [], next: undefined }),
    alarmsOn: async () => [],
  },
  recordProblems: async () => [],
  attestationReport: async () => ({ attestation: undefined, problems: [] }),
  questions: { ask: never, answer: never },
  findFreezes: async () => [],
  environment: 'prod',
  policies: async () => Policies.parse(aPolicy()),
  readKept: keptEvidence(),
  notes: { taken: async () => 0, note: async () => true },
  noteRead: async () => undefined,
  handouts: { find: never, presign: never, origin: async () => 'https://evidence.example' },
  now: realNow,
  publicBaseUrl: 'https://assay.bank.example',
  ...changes,
});
