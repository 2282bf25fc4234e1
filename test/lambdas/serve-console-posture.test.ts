/** The posture: the level of each model with its proof and the next step (CO-6), and what enforcing everything would do (CO-7). */
import { afterAll, describe, expect, it } from 'vitest';
import { type PolicyRecord, policySha256 } from '../../lib/domain/policy/policy-record.ts';
import type { ApprovalCase } from '../support/approval-case.ts';
import { consoleWorld } from '../support/console.ts';
import { aFleet, asking, LIVE } from '../support/console-scene.ts';
import { startIssuer } from '../support/oidc-issuer.ts';
import { textOf } from '../support/page-text.ts';
import { anAttestation } from '../support/release-life.ts';

const issuer = await startIssuer();
afterAll(() => issuer.stop());

const log = async () => ({ tree: { size: 42 }, batch: { entries: [] }, published: true }) as never;

/** The policy of what serves, with the first check of it in another mode. */
const withMode = async ({ store }: ApprovalCase, mode: string): Promise<void> => {
  const live = await store.get('release', LIVE as never);
  const kept = live && (await store.get('policy', live.policySha256));
  if (kept === undefined) throw new Error('the policy is not there');
  const [first, ...others] = kept.policy.stages;
  const stages = [
    { ...first, checks: first?.checks.map((check, index) => (index === 0 ? { ...check, mode } : check)) },
    ...others,
  ];
  const policy = { ...kept.policy, stages } as PolicyRecord;
  const sha256 = policySha256(policy);
  store.seed({ ...kept, policy, policySha256: sha256 }, { ...live, policySha256: sha256 } as never);
};

const aConsole = async (scene: ApprovalCase) => {
  const { fleet } = consoleWorld(issuer, scene);
  return asking(issuer, scene, { fleet: { ...fleet, log } });
};

describe('the page of the posture (CO-6)', () => {
  it('says the level of each model that serves, with the next step and why', async () => {
    const { ask } = await aConsole(await aFleet());

    const text = textOf((await ask('omar', '/console/posture')).text);

    expect(text).toContain('The 3 models on this page are at levels 0 to 2.');
    expect(text).toMatch(/churn 2\.1\.0 level 0 of 3 Next: Request its next release through Assay/);
    expect(text).toMatch(/mortgage-approval 1\.1\.0 level 2 of 3 Next: Request it again, so that every stage runs/);
  });

  it('is the highest once every stage is attested, with the proofs that it stands on', async () => {
    const scene = await aFleet();
    const live = await scene.store.get('release', LIVE as never);
    const kept = live && (await scene.store.get('policy', live.policySha256));
    scene.store.seed(
      ...(kept?.policy.stages ?? []).map(({ name }) => anAttestation(name as never, { releaseId: LIVE as never })),
    );
    const { ask } = await aConsole(scene);

    const text = textOf((await ask('omar', '/console/posture')).text);
    const { models, is_whole: isWhole } = JSON.parse((await ask('omar', '/console/posture/json')).text);

    expect(text).toMatch(/mortgage-approval 1\.1\.0 level 3 of 3 ✓ Every step holds\./);
    expect(text).toContain('42 events, published');
    expect(isWhole).toBe(true);
    expect(models.find((one: { model_name: string }) => one.model_name === 'mortgage-approval')).toMatchObject({
      level: 3,
      if_enforced: { not_enforced: [] },
    });
  });

  it('says that nothing serves where nothing does', async () => {
    const scene = await aFleet();
    const { ask } = asking(issuer, scene, {
      store: { ...consoleWorld(issuer, scene).store, models: async () => ({ items: [], next: undefined }) } as never,
    });

    expect(textOf((await ask('omar', '/console/posture')).text)).toContain('No model on this page is in production.');
  });

  it('has pages', async () => {
    const scene = await aFleet();
    const { store } = consoleWorld(issuer, scene);
    const models = async ({ after }: { after?: string | undefined }) =>
      after === undefined ? { items: ['churn'], next: 'churn' } : { items: ['mortgage-approval'], next: undefined };
    const { ask } = asking(issuer, scene, { store: { ...store, models } as never });

    const first = await ask('omar', '/console/posture');
    const { models: all } = JSON.parse((await ask('omar', '/console/posture/json')).text);

    expect(textOf(first.text)).toContain('The model on this page is at level 0.');
    expect(first.text).toContain('?after=churn');
    expect(all).toHaveLength(2);
  });
});

describe('what enforce would have done (CO-7)', () => {
  it('is said of a check that the policy only observes, and that did not pass', async () => {
    const scene = await aFleet();
    await withMode(scene, 'observe');
    const { ask } = await aConsole(scene);

    const text = textOf((await ask('omar', '/console/posture')).text);

    expect(text).toContain('✕ It would have been stopped');
    expect(text).toMatch(/Not enforced by its policy: \S/);
  });

  it('is nothing that anybody can say where the policy is not kept', async () => {
    const scene = await aFleet();
    const live = await scene.store.get('release', LIVE as never);
    scene.store.seed({ ...live, policySha256: 'e'.repeat(64) } as never);
    const { ask } = await aConsole(scene);

    expect(textOf((await ask('omar', '/console/posture')).text)).toContain('Nobody can say: the policy');
    expect((await ask('omar', '/console/posture/json')).text).not.toContain('"if_enforced":null');
  });
});
