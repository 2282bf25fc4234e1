import { describe, expect, it } from 'vitest';
import { lastWriterOf } from '../../../lib/domain/intake/last-writer.ts';
import { aDirectory } from '../../support/approval-case.ts';

const [person, ...others] = aDirectory().people;
if (person === undefined) throw new Error('nobody is in the directory');
const directory = {
  ...aDirectory(),
  people: [{ ...person, id: 'nora', logins: ['nora@example.org', 'arn:aws:iam::111122223333:user/nora'] }, ...others],
} as ReturnType<typeof aDirectory>;
const by = (IamIdentity: object) => lastWriterOf({ LastModifiedBy: { IamIdentity } }, directory);

describe('who wrote to a package last', () => {
  it('is a person of the directory, by the source identity of their session', () => {
    expect(by({ SourceIdentity: 'nora@example.org', Arn: 'arn:aws:sts::111122223333:assumed-role/Studio/x' })).toBe(
      'nora',
    );
  });

  it('is a role, without the name of its session', () => {
    expect(by({ Arn: 'arn:aws:sts::111122223333:assumed-role/Studio/nora@example.org' })).toBe(
      'arn:aws:iam::111122223333:role/Studio',
    );
  });

  it('is nobody where SageMaker does not say, and no name of a stranger', () => {
    expect(lastWriterOf({}, directory)).toBe('');
    expect(lastWriterOf({ LastModifiedBy: {} }, directory)).toBe('');
    expect(by({ Arn: 'arn:aws:iam::111122223333:user/mallory' })).toBe('');
  });
});
