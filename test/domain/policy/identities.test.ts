import { describe, expect, it } from 'vitest';
import { ApproverDirectory } from '../../../lib/domain/policy/directory.ts';
import { DirectoryRecord, FORMER_DOMAIN } from '../../../lib/domain/policy/directory-record.ts';
import { findByName, findByPrincipal, findBySource, mayBe, namesOf } from '../../../lib/domain/policy/identities.ts';

const ROLE = 'arn:aws:iam::123456789012:role/pipelines/training';
const SESSION = 'arn:aws:sts::123456789012:assumed-role/training/run-7';
const ANA = { id: 'ana', name: 'Ana', email: 'ana@example.com', logins: ['asilva', 'Ana@Silva.example'], roles: [] };
const BEN = { id: 'ben', name: 'Ben', email: 'ben@example.com', roles: ['ml_lead'] };
const PIPELINE = {
  id: 'training',
  logins: ['client-1'],
  principal_arn: ROLE,
  event_source: 'bank.training',
  may_be: ['submitter'],
};
type Entry = Record<string, unknown>;
const aDocument = (people: Entry[] = [ANA, BEN], machines: Entry[] = [PIPELINE]) => ({
  schema_version: 1,
  people,
  machines,
});
const directory = DirectoryRecord.parse(ApproverDirectory.parse(aDocument()));
/** The faults of a document as JSON has it: what is undefined is not there. */
const faultsOf = (document: object): string[] =>
  ApproverDirectory.safeParse(JSON.parse(JSON.stringify(document))).error?.issues.map(
    ({ path, message }) => `${path.join('.')}: ${message}`,
  ) ?? [];

describe('an identity (SD-5)', () => {
  it.each([
    ['ana', 'ana'],
    ['asilva', 'ana'],
    ['Ana@Silva.example', 'ana'],
    ['ben', 'ben'],
    ['training', 'training'],
    ['client-1', 'training'],
    ['ana@silva.example', undefined],
    ['asilvaa', undefined],
    ['ana@example.com', undefined],
    ['bank.training', undefined],
    ['', undefined],
  ])('has the name %j if it is written exactly so: %s', (name, id) => {
    expect(findByName(directory, name)?.id).toBe(id);
  });

  it.each([
    ['bank.training', 'training'],
    ['bank', undefined],
    ['training', undefined],
  ])('puts events of %j: %s', (source, id) => {
    expect(findBySource(directory, source)?.id).toBe(id);
  });

  it.each([
    ['the role', ROLE, 'training'],
    ['a session of the role', SESSION, 'training'],
    ['the role of another account', SESSION.replace('123456789012', '210987654321'), undefined],
    ['a user of the same name', 'arn:aws:iam::123456789012:user/training', undefined],
    ['a role whose session has the name', 'arn:aws:sts::123456789012:assumed-role/other/training', undefined],
    ['the account', 'arn:aws:iam::123456789012:root', undefined],
    ['another partition', ROLE.replace('arn:aws:', 'arn:aws-cn:'), undefined],
    ['no ARN', 'training', undefined],
  ])('acts as a principal: %s', (_, arn, id) => {
    expect(findByPrincipal(directory, arn)?.id).toBe(id);
  });

  it('is that of a person, too, who has a role of AWS among their logins', () => {
    const ofAna = ApproverDirectory.parse(aDocument([{ ...ANA, logins: [ROLE, 'asilva'] }], []));

    expect(findByPrincipal(ofAna, SESSION)?.id).toBe('ana');
    expect(findByPrincipal(ofAna, 'asilva')).toBeUndefined();
  });

  it('may be anything as a person, and what is declared as a machine', () => {
    const [ana, training] = ['ana', 'training'].map((id) => findByName(directory, id));

    expect([ana && mayBe(ana, 'submitter'), ana && mayBe(ana, 'trainer')]).toEqual([true, true]);
    expect([training && mayBe(training, 'submitter'), training && mayBe(training, 'trainer')]).toEqual([true, false]);
  });

  it('has every name that is known of it', () => {
    expect(namesOf(directory, 'ana')).toEqual(['ana', 'asilva', 'Ana@Silva.example']);
    expect(namesOf(directory, 'training')).toEqual(['training', 'client-1']);
    expect(namesOf(directory, 'nobody')).toEqual(['nobody']);
  });

  it('is nobody once the person was forgotten: the id is kept for the records, and no account has it (CO-4)', () => {
    const gone = { ...ANA, email: `0123456789abcdef@${FORMER_DOMAIN}`, logins: ['asilva', ROLE] };
    const without = DirectoryRecord.parse({ schema_version: 1, people: [gone, BEN] });

    expect(['ana', 'asilva', 'ben'].map((name) => findByName(without, name)?.id)).toEqual([
      undefined,
      undefined,
      'ben',
    ]);
    expect(findByPrincipal(without, SESSION)).toBeUndefined();
    expect(namesOf(without, 'ana')).toEqual(['ana', 'asilva', ROLE]);
  });

  it('is known by its id alone in a directory of a version that knew no logins', () => {
    const former = DirectoryRecord.parse({ schema_version: 1, people: [BEN] });

    expect(findByName(former, 'ben')?.id).toBe('ben');
    expect(findBySource(former, 'bank.training')).toBeUndefined();
    expect(findByPrincipal(former, ROLE)).toBeUndefined();
  });
});

describe('a directory is refused', () => {
  it('never, if every name is of one', () => {
    expect(faultsOf(aDocument())).toEqual([]);
    expect(faultsOf(aDocument([{ ...ANA, logins: ['ana', 'ANA', 'ana@example.com'] }, BEN]))).toEqual([]);
  });

  it.each([
    ['a login that another has', [ANA, { ...BEN, logins: ['ASilva'] }], 'people.1.logins.0: ASilva is ana already'],
    ['a login that is the id of another', [ANA, { ...BEN, logins: ['ana'] }], 'people.1.logins.0: ana is ana already'],
    ['an id that is the login of another', [{ ...ANA, logins: ['ben'] }, BEN], 'people.1.id: ben is ana already'],
    ['an id twice', [ANA, { ...BEN, id: 'ana' }], 'people.1.id: ana is ana already'],
    [
      'a login that is the address of another',
      [{ ...ANA, logins: ['Ben@example.com'] }, BEN],
      'people.0.logins.0: Ben@example.com is ben already',
    ],
    ['a login that is blank', [{ ...ANA, logins: [' '] }], /^people.0.logins.0: must have 1 to 256/],
    ['no login', [{ ...ANA, logins: [] }], /^people.0.logins/],
  ] as const)('for %s', (_, people, fault) => {
    const [found, ...more] = faultsOf(aDocument([...people], []));

    expect(found).toEqual(typeof fault === 'string' ? fault : expect.stringMatching(fault));
    expect(more).toEqual([]);
  });

  it.each([
    ['the id of a person', { id: 'ben' }, 'machines.0.id: ben is ben already'],
    ['the login of a person', { logins: ['asilva'] }, 'machines.0.logins.0: asilva is ana already'],
    ['the source of Assay', { event_source: 'assay' }, /^machines.0.event_source: must be an event source/],
    ['a source of AWS', { event_source: 'aws.sagemaker' }, /^machines.0.event_source: must be an event source/],
    [
      'a wildcard in its principal',
      { principal_arn: ROLE.replace('training', '*') },
      /^machines.0.principal_arn: must/,
    ],
    ['a session as its principal', { principal_arn: SESSION }, /^machines.0.principal_arn: must be the ARN of an IAM/],
    ['nothing that it may be', { may_be: [] }, /^machines.0.may_be/],
    ['the part of an approver', { may_be: ['approver'] }, /^machines.0.may_be.0/],
    [
      'a source that anybody could use',
      { principal_arn: undefined },
      'machines.0.event_source: needs a principal_arn: anybody else could use this source',
    ],
  ])('for a machine with %s', (_, changes, fault) => {
    const [found, ...more] = faultsOf(aDocument(undefined, [{ ...PIPELINE, ...changes }]));

    expect(found).toEqual(typeof fault === 'string' ? fault : expect.stringMatching(fault));
    expect(more).toEqual([]);
  });

  it.each([
    ['source', { ...PIPELINE, id: 'other', logins: ['x'], principal_arn: `${ROLE}-2` }, 'event_source: bank.training'],
    [
      'principal',
      { ...PIPELINE, id: 'other', logins: ['x'], event_source: 'o', principal_arn: ROLE.replace('/pipelines', '') },
      'principal_arn: arn:aws:iam::123456789012:role/training',
    ],
  ])('for two machines with one %s', (_, other, fault) => {
    expect(faultsOf(aDocument(undefined, [PIPELINE, other]))).toEqual([`machines.1.${fault} is training already`]);
  });

  it('for a role of AWS that a person and a machine have', () => {
    expect(faultsOf(aDocument([{ ...ANA, logins: [SESSION] }, BEN]))).toEqual([
      'machines.0.principal_arn: arn:aws:iam::123456789012:role/training is ana already',
    ]);
  });
});
