/** A fleet of three models in every state that an operator meets, and the console over it. */
import { type ServerType, serve } from '@hono/node-server';
import { serveConsole } from '../../lambdas/serve-console/app.ts';
import type { ConsoleWorld } from '../../lambdas/serve-console/world.ts';
import type { Entity } from '../../lib/domain/change/kinds.ts';
import type { Instant } from '../../lib/domain/identifiers.ts';
import { DAY_MS, HOUR_MS, plusMilliseconds } from '../../lib/domain/instant.ts';
import { Look } from '../../lib/domain/metrics/look.ts';
import { Release } from '../../lib/domain/release/release.ts';
import { releaseEvent } from '../../lib/domain/release/release-event.ts';
import { facts } from '../domain/metrics/a-look.ts';
import { type ApprovalCase, aDirectory, digestOf, PEOPLE } from './approval-case.ts';
import { consoleWorld, realNow } from './console.ts';
import { signedApproval } from './decision-key.ts';
import type { startIssuer } from './oidc-issuer.ts';
import { aHold, aLine, anApprovalOf, anEndpoint, aPointer, aStop, inProduction } from './release-life.ts';
import { aFullCase } from './served-page.ts';

export const LIVE = 'mortgage-1-1-0';
export const FORMER = 'mortgage-1-0-0';
const NOW = realNow();
const ago = (ms: number): Instant => plusMilliseconds(NOW, -ms);

const release = (base: Release, releaseId: string, version: string, changes: Partial<Release> = {}): Release =>
  Release.parse({
    ...base,
    releaseId,
    modelVersion: version,
    // Not the bytes that somebody has denied before.
    pinned: { ...base.pinned, artifactSha256: digestOf(releaseId) },
    manifest: {
      ...base.manifest,
      release_id: releaseId,
      model_version: version,
      model_name: changes.modelName ?? base.modelName,
    },
    ...changes,
  });

const idOf = (version: string): string => `mortgage-${version.replaceAll('.', '-')}`;

/** What happened to the model that serves. */
const STORY = [
  ['1.0.0', 'deployment_promoted', 8, {}],
  ['1.0.1', 'deployment_promoted', 6, {}],
  ['1.0.1', 'rollback_executed', 5, { to: FORMER }],
  ['1.0.0', 'approval_expired', 3, {}],
  ['1.1.0', 'deployment_promoted', 1, {}],
] as const;

/** The model that waits, serves and can be rolled back; one that is held after a rollback; one whose line is stopped and whose approval ended. */
export const aFleet = async (): Promise<ApprovalCase> => {
  const scene = await aFullCase({
    directory: aDirectory([...PEOPLE, { id: 'ines', name: 'Inès Inspector', roles: [] }]),
  });
  const { store, request } = scene;
  const lasting = { approvedAt: ago(20 * DAY_MS), approvedUntil: plusMilliseconds(NOW, 70 * DAY_MS) };
  const live = release(inProduction, LIVE, '1.1.0', lasting);
  const fraud = release(inProduction, 'fraud-3-0-0', '3.0.0', { ...lasting, modelName: 'card-fraud' as never });
  const churn = release(inProduction, 'churn-2-1-0', '2.1.0', {
    ...lasting,
    modelName: 'churn' as never,
    riskTier: 'low',
    approvedUntil: ago(3 * DAY_MS),
  });
  const seeds: Entity[] = [
    { ...request, createdAt: ago(5 * HOUR_MS), expiresAt: plusMilliseconds(NOW, 67 * HOUR_MS) },
    live,
    release(inProduction, FORMER, '1.0.0', { ...lasting, state: 'superseded' }),
    fraud,
    churn,
    pointer('mortgage-approval', live, { epoch: 2, fallbackReleaseId: FORMER, since: ago(19 * DAY_MS) }),
    pointer('card-fraud', fraud, { epoch: 4, fallbackReleaseId: '', since: ago(2 * HOUR_MS) }),
    pointer('churn', churn, { epoch: 1, fallbackReleaseId: '', since: ago(93 * DAY_MS) }),
    aHold({
      modelName: 'card-fraud' as never,
      rollbackId: 'rollback-card-fraud-3',
      initiatedBy: 'oscar',
      operatorsNeeded: 2,
      heldSince: ago(2 * HOUR_MS),
      fromReleaseId: 'fraud-3-0-0' as never,
    }),
    aLine({
      scope: 'churn' as never,
      status: 'stopped',
      stops: [{ ...aStop('INC-12'), at: ago(HOUR_MS) }],
      changed: { ...aStop('INC-12'), at: ago(HOUR_MS) },
    }),
    ...['mortgage', 'fraud', 'churn'].map((name, index) =>
      anEndpoint({
        endpointId: name,
        endpointName: name,
        modelName: ['mortgage-approval', 'card-fraud', 'churn'][index] as never,
      }),
    ),
    ...[live, fraud].flatMap((one) => [
      signedApproval(
        { ...anApprovalOf('ada', 'ml_lead'), releaseId: one.releaseId, timestamp: ago(20 * DAY_MS) },
        { ...one, approvalRequestId: `apr-${one.releaseId}` },
      ),
      signedApproval(
        { ...anApprovalOf('grace', 'risk_owner'), releaseId: one.releaseId, timestamp: ago(20 * DAY_MS) },
        { ...one, approvalRequestId: `apr-${one.releaseId}` },
      ),
    ]),
  ];
  store.seed(...seeds);
  for (const one of [fraud, churn]) await giveChain(store, one);
  for (const [version, type, days, details] of STORY) {
    const about = version === '1.1.0' ? live : release(inProduction, idOf(version), version, lasting);
    store.seed(about);
    const by = { id: 'oscar', role: 'operator', auth: 'jwt' };
    const said = { event_type: type, idempotency_key: `${version}-${type}`, reason: 'as planned', details };
    const writes = [{ kind: 'expect' as const, entity: about }];
    await store.commit(
      { model: 'mortgage-approval', event: releaseEvent(about, by, said), writes, intents: [] },
      ago(days * DAY_MS),
    );
  }
  store.seed(
    live,
    release(inProduction, FORMER, '1.0.0', { ...lasting, state: 'superseded' }),
    release(inProduction, idOf('1.0.1'), '1.0.1', { ...lasting, state: 'rolled_back' }),
  );
  return scene;
};

/** The first event of a model: lists of models have those that have a chain. */
export const giveChain = (store: ApprovalCase['store'], about: Release) =>
  store.commit(
    {
      model: about.modelName,
      event: releaseEvent(
        about,
        { id: 'rita', role: 'releaser', auth: 'jwt' },
        { event_type: 'release_requested', idempotency_key: about.releaseId, reason: '', details: {} },
      ),
      writes: [{ kind: 'expect' as const, entity: about }],
      intents: [],
    },
    ago(95 * DAY_MS),
  );

const pointer = (modelName: string, { releaseId }: Release, changes: object) =>
  aPointer({
    modelName: modelName as never,
    releaseId,
    endpointName: modelName.split('-')[0] === 'card' ? 'fraud' : (modelName.split('-')[0] ?? ''),
    ...changes,
  });

/** What was measured a moment ago of that fleet: one endpoint serves what nobody approved. */
export const aFleetLook = (): Look =>
  Look.parse({
    at: ago(40_000),
    wholeAt: ago(HOUR_MS),
    serving: [
      { ...facts, releaseId: LIVE, approvedAt: ago(20 * DAY_MS), approvedUntil: plusMilliseconds(NOW, 70 * DAY_MS) },
      {
        ...facts,
        modelName: 'card-fraud',
        endpointName: 'fraud',
        releaseId: 'fraud-3-0-0',
        approvedAt: ago(20 * DAY_MS),
        approvedUntil: plusMilliseconds(NOW, 70 * DAY_MS),
      },
      {
        ...facts,
        modelName: 'churn',
        endpointName: 'churn',
        releaseId: 'churn-2-1-0',
        approvedAt: ago(93 * DAY_MS),
        approvedUntil: ago(3 * DAY_MS),
      },
    ],
    sweep: {
      sweptAt: ago(60_000),
      waiting: [],
      deviations: [
        {
          endpointName: 'shadow-scorer',
          modelName: '',
          alerts: ['ModelMissingGovernanceRecord'],
          found: 'shadow-scorer serves a model that no release names',
        },
      ],
    },
    pending: [{ modelName: 'mortgage-approval', releaseId: 'mortgage-1-2-0' }],
    parked: { failed: 0, tampered: 0 },
    deadLetters: 0,
  });

type Issuer = Awaited<ReturnType<typeof startIssuer>>;

export const ASSAY_BASE = 'https://assay.bank.example';

/** Asks the console as somebody with these groups; a form is sent as a browser sends it. */
export const asking = (issuer: Issuer, scene: ApprovalCase, changes: Partial<ConsoleWorld> = {}) => {
  const errors: string[] = [];
  const app = serveConsole(
    consoleWorld(issuer, scene, {
      onError: (error) => errors.push(error.message),
      publicBaseUrl: ASSAY_BASE,
      ...changes,
    }),
  );
  const ask = async (who: string, path: string, init: RequestInit = {}, groups = ['operator']) => {
    const token = await issuer.signed({ sub: who, groups, nonce: 'of the sign-in', iat: 1 });
    const headers = { cookie: `__Host-assay-session=${token}`, ...init.headers };
    const response = await app.request(`${ASSAY_BASE}${path}`, { ...init, headers });
    return { status: response.status, headers: response.headers, text: await response.text(), token };
  };
  /** Opens a page, fills its form in, and sends it with the same session. */
  const send = async (who: string, path: string, fields: Record<string, string>, groups = ['operator']) => {
    const page = await ask(who, path, {}, groups);
    const [, token = ''] = /name="form" value="([^"]+)"/.exec(page.text) ?? [];
    const [, action = path] = /<form method="post" action="([^"]*)"/.exec(page.text) ?? [];
    const hidden = Object.fromEntries(
      [...page.text.matchAll(/type="hidden" name="([^"]+)" value="([^"]*)"/g)].map(([, name = '', value = '']) => [
        name,
        value,
      ]),
    );
    const response = await app.request(`${ASSAY_BASE}${action || path}`, {
      method: 'POST',
      headers: {
        cookie: `__Host-assay-session=${page.token}`,
        origin: 'null',
        'sec-fetch-site': 'same-origin',
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: String(new URLSearchParams({ ...hidden, form: token, ...fields })),
    });
    return { status: response.status, location: response.headers.get('location') ?? '', text: await response.text() };
  };
  return { ask, send, errors, app };
};

/** On a port of its own, for a browser. */
export const consoleOnPort = async (issuer: Issuer, scene: ApprovalCase, changes: Partial<ConsoleWorld> = {}) => {
  let address = '';
  const world = consoleWorld(issuer, scene, changes);
  const app = serveConsole({
    ...world,
    get publicBaseUrl() {
      return address;
    },
  });
  const server: ServerType = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 });
  await new Promise((resolve) => server.once('listening', resolve));
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('the console has no port');
  address = `http://127.0.0.1:${bound.port}`;
  return { address, app, close: () => server.close() };
};
