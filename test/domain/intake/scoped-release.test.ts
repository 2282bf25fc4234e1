import { describe, expect, it } from 'vitest';
import { noteConfiguration } from '../../../lib/domain/intake/record-configuration-change.ts';
import { requestRelease } from '../../../lib/domain/intake/request-release.ts';
import { CONFIGURATION_CHAIN } from '../../../lib/domain/ledger/event.ts';
import { policySha256 } from '../../../lib/domain/policy/policy-record.ts';
import { type Policies, policyOf } from '../../../lib/domain/policy/scoped-policies.ts';
import { aManifest } from '../../support/approval-case.ts';
import { checkLedger } from '../../support/check-ledger.ts';
import { aClaim, anIntake, type Intake } from '../../support/intake.ts';
import { anOverlay, deployed, MODELS } from '../policy/policy-files.ts';

const MODEL = aManifest().model_name;
const STRICTER = anOverlay('credit', 'scope: { tags: { line: [credit] } }', 'approval_expiry_days: 30');
const NAMED = anOverlay('named', `scope: { models: [${MODEL}] }`, 'version_schemes: [date]');

const intakeOf = ({ base, scoped }: Policies): Intake => anIntake({ policy: base, scoped });

const requested = async (world: Intake) => {
  const answer = await requestRelease(aClaim(), world);
  if (answer.outcome !== 'accepted') return expect.unreachable(JSON.stringify(answer));
  const [event] = await world.store.events(MODEL);
  return { release: answer.release, details: event?.event.details };
};

describe('a release under overlays (RT-6)', () => {
  it('pins the policy that they make, and its request names them and the tags that decided', async () => {
    const policies = deployed(STRICTER, MODELS);
    const world = intakeOf(policies);

    const { release, details } = await requested(world);

    const { policy } = policyOf(policies, MODEL);
    expect(policy.approval_expiry_days).toBe(30);
    expect(release.policySha256).toBe(policySha256(policy));
    expect(await world.store.get('policy', release.policySha256)).toMatchObject({
      policy: { approval_expiry_days: 30, applied: { overlays: [{ name: 'credit' }] } },
    });
    expect(details).toMatchObject({
      policy_applied: {
        overlays: [{ name: 'credit', sha256: policies.scoped?.overlays[0]?.sha256 }],
        tags: {},
        models_sha256: policies.scoped?.models_sha256,
      },
    });
    await checkLedger(world.store, MODEL, CONFIGURATION_CHAIN);
  });

  it('has the base where none is for its model, and says by which tags', async () => {
    const { base, scoped } = deployed(STRICTER);
    const models = [{ name: MODEL, tags: { line: 'marketing' } }];
    const world = intakeOf({ base, scoped: scoped && { ...scoped, models } });

    const { release, details } = await requested(world);

    expect(release.policySha256).toBe(policySha256(base));
    expect(details?.['policy_applied']).toEqual({ overlays: [], tags: { line: 'marketing' }, models_sha256: '' });
  });

  it('says nothing of them where there are none', async () => {
    expect((await requested(intakeOf(deployed()))).details).not.toHaveProperty('policy_applied');
  });

  it('is refused at the door by what an overlay demands', async () => {
    const answer = await requestRelease(aClaim(), intakeOf(deployed(NAMED)));

    expect(answer).toMatchObject({ outcome: 'refused', refusal: { faults: [{ field: 'model_version' }] } });
  });
});

describe('a change of overlays', () => {
  const last = async (world: Intake) => (await world.store.events(CONFIGURATION_CHAIN)).at(-1)?.event;

  it('is on record, overlay by overlay, and so is one of the list of models', async () => {
    const [none, one, other] = [
      deployed(),
      deployed(STRICTER),
      deployed(anOverlay('credit', 'scope: { models: ["*"] }'), NAMED, MODELS),
    ];
    const world = intakeOf(none);
    const note = ({ base, scoped }: Policies) => noteConfiguration({ ...world, policy: base, scoped });

    await note(one);
    const digest = one.scoped?.overlays[0]?.sha256 ?? '';
    expect(await last(world)).toMatchObject({
      reason: 'another overlays deployed',
      details: {
        changed: ['overlays'],
        policy_changes_total: 0,
        overlay_changes: [{ name: 'credit', sha256_before: '', sha256: digest }],
        models_sha256: '',
      },
    });

    await note(one);
    await note(other);
    expect(await last(world)).toMatchObject({
      details: {
        changed: ['overlays', 'models'],
        overlay_changes: [
          { name: 'credit', sha256_before: digest, sha256: other.scoped?.overlays[0]?.sha256 },
          { name: 'named', sha256_before: '' },
        ],
        models_sha256: other.scoped?.models_sha256,
      },
    });

    await note(none);
    const { details } = (await last(world)) ?? {};
    expect(details).toMatchObject({ changed: ['overlays', 'models'], models_sha256: '' });
    expect(details?.['models_sha256_before']).toBe(other.scoped?.models_sha256);
    expect(await world.store.events(CONFIGURATION_CHAIN)).toHaveLength(3);
    expect(await world.store.get('configuration')).not.toHaveProperty('overlays');
    await checkLedger(world.store, CONFIGURATION_CHAIN);
  });
});
