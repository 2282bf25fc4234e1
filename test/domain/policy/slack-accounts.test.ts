import { describe, expect, it } from 'vitest';
import { ApproverDirectory } from '../../../lib/domain/policy/directory.ts';
import { DirectoryRecord, findBySlack } from '../../../lib/domain/policy/directory-record.ts';

const person = (id: string, slack?: Record<string, string>) => ({
  ...{ id, name: id, email: `${id}@example.com`, roles: [] },
  ...(slack && { slack }),
});
const account = (user_id: string, team_id = 'T0ASSAY01') => ({ team_id, user_id });
const directoryOf = (...people: object[]) => ({ schema_version: 1, people });
const problemsOf = (...people: object[]) =>
  (ApproverDirectory.safeParse(directoryOf(...people)).error?.issues ?? []).map(
    ({ path, message }) => `${path.join('.')}: ${message}`,
  );

describe('an account in Slack', () => {
  it('is that of one person, in one workspace', () => {
    const people = [
      person('ana', account('U0ANA0001')),
      person('ben'),
      person('cleo', account('U0ANA0001', 'T0OTHER01')),
    ];
    const directory = DirectoryRecord.parse(ApproverDirectory.parse(directoryOf(...people)));

    expect(findBySlack(directory, account('U0ANA0001'))?.id).toBe('ana');
    expect(findBySlack(directory, account('U0ANA0001', 'T0OTHER01'))?.id).toBe('cleo');
    expect(findBySlack(directory, account('U0ANA0001', 'T0EVIL001'))).toBeUndefined();
    expect(findBySlack(directory, account('U0BEN0001'))).toBeUndefined();
  });

  it('is nobody else’s', () => {
    expect(problemsOf(person('ana', account('U0ANA0001')), person('ben', account('U0ANA0001')))).toEqual([
      'people.1.slack.user_id: T0ASSAY01/U0ANA0001 is ana already',
    ]);
  });

  it.each([
    [account('ana'), 'people.0.slack.user_id: must be the id of a member, such as U0123ABCD'],
    [account('U0ANA0001', 'assay'), 'people.0.slack.team_id: must be the id of a workspace, such as T0123ABCD'],
  ])('is named by the ids of Slack: %j', (slack, problem) => {
    expect(problemsOf(person('ana', slack), person('ben', slack))).toContain(problem);
  });
});
