/** The page of the policy: what is deployed, which models it applies to, and what it says otherwise than the former one. */
import { afterAll, describe, expect, it } from 'vitest';
import { CONFIGURATION_CHAIN } from '../../lib/domain/ledger/event.ts';
import { type PolicyRecord, policySha256 } from '../../lib/domain/policy/policy-record.ts';
import { Policies } from '../../lib/domain/policy/scoped-policies.ts';
import { ASSAY, eventWithoutRelease } from '../../lib/domain/release/release-event.ts';
import { type ApprovalCase, aPolicy, digestOf } from '../support/approval-case.ts';
import { consoleWorld, realNow } from '../support/console.ts';
import { aFleet, asking } from '../support/console-scene.ts';
import { startIssuer } from '../support/oidc-issuer.ts';
import { textOf } from '../support/page-text.ts';

const issuer = await startIssuer();
afterAll(() => issuer.stop());

const NOW_POLICY = aPolicy();
const kept = (policy: PolicyRecord) => ({
  ...{ entity: 'policy' as const, version: 1, policySha256: policySha256(policy), policy, firstSeenAt: realNow() },
});
const first = NOW_POLICY.stages[0];
const STRICTER: PolicyRecord = { ...NOW_POLICY, approval_expiry_days: 30 };
const OVERLAY = { name: 'credit', sha256: digestOf('credit'), scope: { models: ['mortgage-*'] }, policy: STRICTER };

/** Notes that a policy was deployed in the place of another. */
const note = async ({ store }: ApprovalCase, is: string, was: string, changed = ['policy']): Promise<void> => {
  const details = {
    ...{ changed, approvers_sha256: digestOf('a'), approvers_sha256_before: '', policy_sha256_before: was },
    ...{ policy_change_id: '', approvers_change_id: '', policy_changes: [], policy_changes_total: 0 },
    ...{ role_changes: [], role_changes_total: 0 },
  };
  const event = eventWithoutRelease(ASSAY, {
    ...{ event_type: 'configuration_changed', reason: 'another policy deployed', details },
    ...{ policy_sha256: is as never, idempotency_key: `configuration:${is}:${changed}` },
  });
  await store.commit({ model: CONFIGURATION_CHAIN, event, writes: [], intents: [] }, realNow());
};

const pageOf = async (scene: ApprovalCase, policies: unknown = NOW_POLICY, page = Number.POSITIVE_INFINITY) => {
  const { fleet } = consoleWorld(issuer, scene);
  const latestEvents: typeof fleet.latestEvents = (model, most) => fleet.latestEvents(model, Math.min(most, page));
  const { ask } = asking(issuer, scene, {
    policies: async () => Policies.parse(policies),
    fleet: { ...fleet, latestEvents },
  });
  return textOf((await ask('omar', '/console/policy')).text);
};

describe('the policy that is deployed', () => {
  it('says who has to approve, what is checked and how, and which of it stops nothing', async () => {
    const stages = [{ ...first, required: false, blocking: false }, ...NOW_POLICY.stages.slice(1)];

    const text = await pageOf(await aFleet(), { ...NOW_POLICY, stages });

    expect(text).toContain('ML lead, Risk owner');
    expect(text).toContain('optional, not blocking');
    expect(text).toContain('nothing: it applies to every model');
  });

  it('applies to each model as its overlays make it, and what serves may be of another one', async () => {
    const text = await pageOf(await aFleet(), { base: NOW_POLICY, scoped: { overlays: [OVERLAY], models: [] } });

    expect(text).toMatch(/mortgage-approval credit [0-9a-f]{12} ○ another one [0-9a-f]{12}/);
    expect(text).toMatch(/churn none: the base alone [0-9a-f]{12} ✓ this one/);
    expect(text).toContain(`credit ${digestOf('credit').slice(0, 12)}`);
  });
});

describe('what it says otherwise than the former one', () => {
  const [was, is] = [policySha256(STRICTER), policySha256(NOW_POLICY)];

  it('is every difference, and whether it is looser', async () => {
    const scene = await aFleet();
    scene.store.seed(kept(STRICTER));
    await note(scene, is, was);
    await note(scene, is, is, ['approvers']);

    expect(await pageOf(scene)).toMatch(/▼ looser approval_expiry_days 30 90/);
  });

  it('is compared with what was used last, where nobody has used the one that is deployed', async () => {
    const scene = await aFleet();
    scene.store.seed(kept(STRICTER));
    await note(scene, was, '');

    expect(await pageOf(scene)).toContain(`The former policy, ${was.slice(0, 12)}, was on record until`);
  });

  it('is nothing where another digest demands the same', async () => {
    const scene = await aFleet();
    const renamed = { ...NOW_POLICY, change_id: 'CHG-1' } as PolicyRecord;
    scene.store.seed(kept(renamed));
    await note(scene, is, policySha256(renamed));

    expect(await pageOf(scene)).toContain('✓ Both demand the same.');
  });

  it('is found behind many other events, and is not denied where it is further back than this page looks', async () => {
    const scene = await aFleet();
    scene.store.seed(kept(STRICTER));
    await note(scene, is, was);
    for (let other = 0; other < 60; other += 1) await note(scene, is, is, ['approvers']);

    expect(await pageOf(scene)).toMatch(/▼ looser approval_expiry_days 30 90/);
    const text = await pageOf(scene, NOW_POLICY, 55);
    expect(text).toContain('No change of the policy is among the latest 55 events of the configuration');
    expect(text).toContain('assay ask configuration');
    expect(text).not.toContain('No other policy was on record');
  });

  it('is not known where the former one is not kept, and nothing where there was none', async () => {
    const scene = await aFleet();
    expect(await pageOf(scene)).toContain('No other policy was on record before this one.');

    await note(scene, is, '');
    expect(await pageOf(scene)).toContain('No other policy was on record before this one.');

    await note(scene, is, digestOf('gone'), ['policy', 'approvers']);
    expect(await pageOf(scene)).toContain('It is not kept, so nobody can compare them here.');
  });
});
