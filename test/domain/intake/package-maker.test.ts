import { describe, expect, it } from 'vitest';
import { ModelPackage } from '../../../lib/domain/intake/model-package.ts';
import { claimOfPackage } from '../../../lib/domain/intake/package-claim.ts';
import { requestRelease } from '../../../lib/domain/intake/request-release.ts';
import { INTAKE_CHAIN } from '../../../lib/domain/ledger/event.ts';
import { aDirectory } from '../../support/approval-case.ts';
import { anIntake, somePackages, unknownName } from '../../support/intake.ts';
import { described } from './a-package.ts';

const ROLE = 'arn:aws:iam::000000000000:role';
const session = (role: string, SourceIdentity?: string) => ({
  Arn: `arn:aws:sts::000000000000:assumed-role/${role}/run`,
  ...(SourceIdentity === undefined ? {} : { SourceIdentity }),
});
const { 'gov.requested_by': _, 'gov.trained_by': __, ...METADATA } = described.CustomerMetadataProperties;

/** A package that this identity made, with these makers in its metadata, as the intake judges it. */
const judged = async (IamIdentity: object | undefined, makers: Record<string, string> = {}) => {
  const CustomerMetadataProperties = {
    ...METADATA,
    ...Object.fromEntries(Object.entries(makers).map(([field, name]) => [`gov.${field}`, name])),
  };
  const CreatedBy = IamIdentity && { IamIdentity };
  const modelPackage = ModelPackage.parse({ ...described, CustomerMetadataProperties, CreatedBy });
  const intake = anIntake({ directory, packages: somePackages(modelPackage) });
  const answer = await requestRelease(claimOfPackage(modelPackage, directory), intake);
  const event = (await intake.store.event(INTAKE_CHAIN, 1))?.event;
  if (answer.outcome === 'refused') return { faults: answer.refusal.faults, event };
  const { requestedBy, submittedBy, manifest } = answer.release;
  return { requestedBy, submittedBy, trainedBy: manifest.trained_by };
};
const directory = aDirectory([
  { id: 'ada', roles: ['ml_lead'], logins: [`${ROLE}/ada-alone`, 'ada@lovelace.example'] },
  { id: 'grace', roles: ['risk_owner'] },
  { id: 'katherine', roles: ['ml_lead'] },
]);
const CONTRADICTS = (name: string, field: string) =>
  `is ${name} in customer metadata gov.${field}, but ada made the package`;

describe('a package that a person made (SD-5)', () => {
  it.each([
    ['by the source identity of the session', session('shared', 'ada@lovelace.example'), {}],
    ['by the id as source identity', session('pipeline', 'ada'), {}],
    ['by a role that only this person assumes', session('ada-alone'), {}],
    ['whose metadata agree', session('shared', 'ada'), { trained_by: 'ada@lovelace.example', requested_by: 'ada' }],
  ])('was requested, submitted and trained by them: %s', async (_, identity, makers) => {
    expect(await judged(identity, makers)).toEqual({ requestedBy: 'ada', submittedBy: 'ada', trainedBy: 'ada' });
  });

  it.each(['trained_by', 'requested_by'])('is refused if its metadata name another in %s', async (field) => {
    expect((await judged(session('shared', 'ada'), { [field]: 'tom' })).faults).toEqual([
      { field, problem: CONTRADICTS('tom', field) },
    ]);
  });

  it('is refused for a typo in its metadata, which would have let the trainer approve', async () => {
    const { faults } = await judged(session('shared', 'ada'), { trained_by: 'adda' });

    expect(faults).toEqual([
      { field: 'trained_by', problem: 'adda is neither a person nor a declared machine of the directory' },
    ]);
  });
});

describe('a source identity', () => {
  it.each([
    ['another person', session('ada-alone', 'katherine'), 'katherine', 'ada'],
    ['a machine', session('ada-alone', 'pipeline'), 'pipeline', 'ada'],
    ['another machine', session('pipeline', 'release-job'), 'release-job', 'pipeline'],
  ])('does not hide whose role made the package behind %s', async (_, identity, said, owner) => {
    const { faults } = await judged(identity, { trained_by: 'tom', requested_by: 'rita' });

    expect(faults).toContainEqual({
      field: 'CreatedBy.IamIdentity.SourceIdentity',
      problem: `is ${said}, but the role is that of ${owner}`,
    });
  });
});

describe('a package that a machine made (SD-1)', () => {
  it('was trained by the machine, if it may train and nobody else is named', async () => {
    expect(await judged(session('pipeline'))).toEqual({
      requestedBy: 'pipeline',
      submittedBy: 'pipeline',
      trainedBy: 'pipeline',
    });
  });

  it('was trained and requested by those whom it names, and submitted by the machine', async () => {
    expect(await judged(session('pipeline'), { trained_by: 'tom', requested_by: 'rita' })).toEqual({
      requestedBy: 'rita',
      submittedBy: 'pipeline',
      trainedBy: 'tom',
    });
  });

  it('names its trainer if it may not train', async () => {
    const job = session('release-job');
    const { faults } = await judged({ ...job, SourceIdentity: 'release-job' });

    expect(faults).toEqual([{ field: 'trained_by', problem: 'is missing: set customer metadata gov.trained_by' }]);
    expect(await judged({ ...job, SourceIdentity: 'release-job' }, { trained_by: 'tom' })).toMatchObject({
      submittedBy: 'release-job',
      trainedBy: 'tom',
    });
  });

  it('is refused if the machine may not submit', async () => {
    expect((await judged(session('t'), { requested_by: 'rita' })).faults).toEqual([
      {
        field: 'CreatedBy.IamIdentity.Arn',
        problem: 'is the machine trainer-only, which may not be a submitter',
      },
    ]);
  });
});

describe('a package of nobody', () => {
  const MAKERS = { trained_by: 'tom', requested_by: 'rita' };

  it.each([
    ['no identity', undefined],
    ['an empty identity', {}],
    ['an identity without names', { Arn: '', SourceIdentity: '' }],
  ])('is refused with %s', async (_, identity) => {
    const { faults, event } = await judged(identity, MAKERS);

    expect(faults).toEqual([
      { field: 'CreatedBy.IamIdentity', problem: 'is missing: nobody is known to be the maker' },
    ]);
    expect(event).toMatchObject({ actor_id: await unknownName(''), actor_auth: 'created_by' });
  });

  it.each([
    ['a role that is not declared', session('mallory'), 'Arn', `${ROLE}/mallory`],
    ['a source identity that is not in the directory', session('pipeline', 'mallory'), 'SourceIdentity', 'mallory'],
    [
      'a user of the name of a role',
      { Arn: 'arn:aws:iam::000000000000:user/pipeline' },
      'Arn',
      `${ROLE.replace('role', 'user')}/pipeline`,
    ],
  ])('is refused with %s', async (_, identity, place, name) => {
    const { faults, event } = await judged(identity, MAKERS);

    expect(faults).toEqual([
      {
        field: `CreatedBy.IamIdentity.${place}`,
        problem: `${name} is neither a person nor a declared machine of the directory`,
      },
    ]);
    expect(JSON.stringify(event)).not.toContain(name);
  });
});
