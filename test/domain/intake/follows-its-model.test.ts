import { describe, expect, it } from 'vitest';
import { requestRelease } from '../../../lib/domain/intake/request-release.ts';
import { INTAKE_CHAIN } from '../../../lib/domain/ledger/event.ts';
import { GovernancePolicy } from '../../../lib/domain/policy/policy.ts';
import { withVersion } from '../../../lib/domain/records/served-versions.ts';
import { aManifest, aPolicy, NOW } from '../../support/approval-case.ts';
import { aClaim, anIntake, type Intake, someBuckets } from '../../support/intake.ts';
import { anEndpoint, aPointer, superseded } from '../../support/release-life.ts';

const MODEL = 'mortgage-approval';

const accepted = async (claim: Parameters<typeof requestRelease>[0], intake: Intake) => {
  const answer = await requestRelease(claim, intake);
  if (answer.outcome === 'refused') throw new Error(`refused: ${answer.refusal.message}`);
  return answer;
};
const refused = async (claim: Parameters<typeof requestRelease>[0], intake: Intake) => {
  const answer = await requestRelease(claim, intake);
  if (answer.outcome !== 'refused') throw new Error(`not refused: ${answer.outcome}`);
  return answer.refusal;
};

describe('a release that cannot follow what its model has served is refused', () => {
  it.each([
    ['has served under', '1.2.0', '1.2.0 is the version of mortgage-1-1-0, which has been in production'],
    ['has gone above', '1.10.0', '1.2.0 is lower than 1.10.0, the version of mortgage-1-1-0'],
  ])('because of its version, which another release %s (RR-7)', async (_, modelVersion, problem) => {
    const intake = anIntake();
    intake.store.seed(withVersion(undefined, { ...superseded, modelVersion }));

    expect(await refused(aClaim(), intake)).toMatchObject({
      code: 'VersionTaken',
      faults: [{ field: 'model_version', problem }],
    });
    const other = await accepted(aClaim({ model_name: 'another-model' }), intake);
    expect(other.release.modelVersion).toBe('1.2.0');
  });

  it('because of its endpoint, which is not the one that its model serves from (RB-1)', async () => {
    const intake = anIntake();
    intake.store.seed(aPointer({ endpointName: 'elsewhere' }));

    expect(await refused(aClaim(), intake)).toMatchObject({
      code: 'EndpointMismatch',
      faults: [
        {
          field: 'deployment.endpoint_name',
          problem: `mortgage is not the endpoint of ${MODEL}, which serves from elsewhere`,
        },
      ],
    });
    expect(await intake.store.events(INTAKE_CHAIN)).toHaveLength(1);
    expect((await accepted(aClaim({ model_name: 'another-model' }), intake)).outcome).toBe('accepted');
  });

  it('naming its version, its endpoint and its missing files at once', async () => {
    const intake = anIntake({ evidence: someBuckets(['s3://models/model.tar.gz']) });
    intake.store.seed(
      withVersion(undefined, { ...superseded, modelVersion: '1.2.0' }),
      aPointer({ endpointName: 'elsewhere' }),
    );

    const { code, faults } = await refused(aClaim(), intake);

    expect(code).toBe('VersionTaken');
    expect(faults.map(({ field }) => field)).toEqual(['model_version', 'deployment.endpoint_name', 'artifact_uri']);
  });

  it.each(['mortgage', 'Mortgage'])('because %s is the endpoint of another model (GT-8)', async (endpoint_name) => {
    const intake = anIntake();
    intake.store.seed(anEndpoint({ modelName: 'high-tier-model' as never }));
    const { deployment } = aManifest();

    expect(await refused(aClaim({ deployment: { ...deployment, endpoint_name } }), intake)).toMatchObject({
      code: 'EndpointTaken',
      faults: [{ field: 'deployment.endpoint_name', problem: 'mortgage is the endpoint of high-tier-model' }],
    });
  });

  it('because of an endpoint that Assay did not make (GT-8)', async () => {
    const found = { serves: 'theirs', headsFor: 'theirs', condition: 'in_service', createdAt: NOW } as const;
    const intake = anIntake({ findEndpoint: async () => found });
    const problem =
      'mortgage is there, and Assay did not make it: assay endpoints adopt mortgage --model mortgage-approval adopts it';

    expect(await refused(aClaim(), intake)).toMatchObject({
      code: 'EndpointTaken',
      faults: [{ field: 'deployment.endpoint_name', problem }],
    });
    intake.store.seed(anEndpoint({ endpointConfigName: 'theirs' }));
    expect((await accepted(aClaim(), intake)).outcome).toBe('accepted');
  });

  it('because of one that somebody else created under the name of an endpoint that the model has no more (GT-8)', async () => {
    const found = { serves: 'theirs', headsFor: 'theirs', condition: 'in_service', createdAt: NOW } as const;
    const intake = anIntake({ findEndpoint: async () => found });
    intake.store.seed(anEndpoint({ endpointConfigName: 'ours' }));

    expect((await refused(aClaim(), intake)).code).toBe('EndpointTaken');

    intake.store.seed(aPointer());
    expect((await accepted(aClaim({ release_id: 'another' }), intake)).outcome).toBe('accepted');
  });

  it('only as long as the endpoint is that model’s (GT-8)', async () => {
    const intake = anIntake();
    intake.store.seed(anEndpoint({ modelName: 'former-model' as never, status: 'released' }));

    expect((await accepted(aClaim(), intake)).outcome).toBe('accepted');
  });

  it('not because of the endpoint that its own model serves from', async () => {
    const intake = anIntake();
    intake.store.seed(anEndpoint());

    expect((await accepted(aClaim(), intake)).outcome).toBe('accepted');
  });

  it('because of a scheme of versions that the policy does not take (RR-7)', async () => {
    const dated = aClaim({ model_version: '2026-04-10' });
    const policy = (version_schemes: string[]) => GovernancePolicy.parse({ ...aPolicy(), version_schemes });

    expect((await accepted(dated, anIntake())).release.modelVersion).toBe('2026-04-10');
    expect((await accepted(dated, anIntake({ policy: policy(['date']) }))).outcome).toBe('accepted');
    expect(await refused(dated, anIntake({ policy: policy(['semantic']) }))).toMatchObject({
      code: 'ManifestInvalid',
      faults: [{ field: 'model_version', problem: '2026-04-10 is a date version; the policy accepts semantic' }],
    });
  });
});
