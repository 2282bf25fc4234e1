/** The approval page on a port of its own, over a case that has something of everything on it. */
import { serve } from '@hono/node-server';
import { serveApproval } from '../../lambdas/serve-approval/app.ts';
import type { ApprovalWorld } from '../../lambdas/serve-approval/world.ts';
import { CHECKS } from '../../lib/domain/checks/known-checks.ts';
import { withinRights } from '../../lib/rights/within-rights.ts';
import { type ApprovalCase, aCheck, aManifest, anApprovalCase, at, digestOf, seedOutcomes } from './approval-case.ts';
import { mac } from './approval-visitor.ts';
import { DECISION_KEY } from './decision-key.ts';
import { keptEvidence } from './kept-evidence.ts';

const EXPLANATION =
  'The largest difference of selection rates is 0.12 (race: Asian and Black or African American), which is within the threshold.';
const OUTCOMES = [
  ['race', 'White', 7421, 9120],
  ['race', 'Asian', 1180, 1402],
  ['race', 'Black or African American', 640, 1011],
  ['sex', 'Female', 3120, 4211],
  ['sex', 'Male', 4380, 5602],
].map(([attribute, value, favorable, count]) => ({
  attribute: String(attribute),
  value: String(value),
  favorable: Number(favorable),
  count: Number(count),
}));

const DENIED = {
  entity: 'decided_content' as const,
  version: 1,
  artifactSha256: digestOf('artifact'),
  releaseId: 'mortgage-1-1-9' as never,
  modelName: 'mortgage-approval' as never,
  modelVersion: '1.1.9',
  outcome: 'denied',
  decidedBy: 'grace',
  role: 'risk_owner',
  reason: 'The selection rates of two groups differ by more than I can explain to a regulator.',
  decidedAt: at('2026-11-20T09:00:00.000Z'),
};

const seedLive = ({ store, release, checks }: ApprovalCase): void => {
  const manifest = aManifest({ release_id: 'mortgage-1-1-0', model_version: '1.1.0', git_commit: 'b'.repeat(40) });
  store.seed(
    { ...release, releaseId: manifest.release_id, modelVersion: '1.1.0', manifest },
    ...checks.map((check) => ({
      ...check,
      releaseId: manifest.release_id,
      measured: check.measured === '' ? '' : '0.15',
    })),
    {
      entity: 'pointer',
      version: 1,
      modelName: release.modelName,
      epoch: 1,
      releaseId: manifest.release_id,
      fallbackReleaseId: '',
      endpointName: 'mortgage',
      endpointConfigName: 'config',
      since: at('2026-01-01T00:00:00.000Z'),
    },
  );
};

/** A release that was denied before, with checks that warn, groups, and a live release to compare with. */
export const aFullCase = async (options: Parameters<typeof anApprovalCase>[0] = {}): Promise<ApprovalCase> => {
  const scene = await anApprovalCase({
    decidedBefore: [DENIED],
    checks: CHECKS.map(({ name }) =>
      name.startsWith('equalised')
        ? aCheck(name, {
            status: 'inconclusive',
            mode: 'warn',
            explanation: 'One group has 21 labelled rows, fewer than the 30 that are needed.',
          })
        : aCheck(name, { explanation: EXPLANATION }),
    ),
    ...options,
  });
  seedLive(scene);
  seedOutcomes(scene, OUTCOMES);
  return scene;
};

export type Served = { readonly address: string; readonly close: () => void };

/** Without TLS, as on a laptop: cookies have no prefix. */
export const servePage = async (scene: ApprovalCase, changes: Partial<ApprovalWorld> = {}): Promise<Served> => {
  let address = '';
  let rendered = 0;
  const world: ApprovalWorld = {
    store: withinRights('ServeApproval', scene.store),
    directory: async () => scene.directory,
    readKept: keptEvidence(),
    noteRead: async () => undefined,
    mac,
    signer: DECISION_KEY.signer,
    now: () => at('2026-11-21T14:05:33.000Z'),
    nextNonce: () => `form-nonce-of-the-browser-${++rendered}`,
    ...changes,
    get publicBaseUrl() {
      return address;
    },
  };
  const server = serve({ fetch: serveApproval(world).fetch, hostname: '127.0.0.1', port: 0 });
  await new Promise((resolve) => server.once('listening', resolve));
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('the page has no port');
  address = `http://127.0.0.1:${bound.port}`;
  return { address, close: () => server.close() };
};
