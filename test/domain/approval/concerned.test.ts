import { describe, expect, it } from 'vitest';
import { concernedBy, leftOfOutcome, ownersOf } from '../../../lib/domain/approval/concerned.ts';
import { aDirectory, person } from '../../support/approval-case.ts';
import { aCondition } from '../../support/conditions.ts';

const directory = aDirectory([
  { id: 'rita', roles: ['ml_engineer'] },
  { id: 'sam', roles: ['ml_engineer'], logins: ['sam@laptop'] },
  { id: 'ada', roles: ['ml_lead'] },
  { id: 'grace', roles: ['risk_owner'] },
  { id: 'tom', roles: ['risk_owner'] },
]);
const release = { requestedBy: person('rita'), submittedBy: 'pipeline' };
const asking = (...ids: string[]) => ({
  invitations: ids.map((id) => ({ personId: person(id), role: 'ml_lead', nonce: 'nonce-nonce-nonce' })),
});
const gave = (id: string, owners: string[] = [], decision = 'approve') => ({
  approverId: person(id),
  decision,
  ...(owners.length === 0 ? {} : { conditions: owners.map((owner) => aCondition({ owner_id: owner })) }),
});
const concerned = (facts: Partial<Parameters<typeof concernedBy>[0]>) =>
  concernedBy({ release, request: undefined, approvals: [], ...facts }, directory).map(({ id }) => id);

describe('whom the outcome of a release concerns (AP-18)', () => {
  it('is who requested it, if nobody was asked', () => {
    expect(concerned({})).toEqual(['rita']);
  });

  it('is a person who submitted it for somebody else, by whatever login, and no machine', () => {
    expect(concerned({ release: { ...release, submittedBy: 'sam@laptop' } })).toEqual(['rita', 'sam']);
    expect(concerned({ release: { ...release, requestedBy: person('pipeline') } })).toEqual([]);
  });

  it('is everybody who was asked, decided or not, and everybody who decided, invited or not', () => {
    const approvals = [gave('ada'), gave('tom')];

    expect(concerned({ request: asking('ada', 'grace'), approvals })).toEqual(['rita', 'ada', 'grace', 'tom']);
  });

  it('is each of them once, whatever part they have', () => {
    const twice = { requestedBy: person('ada'), submittedBy: 'ada' };

    expect(concerned({ release: twice, request: asking('ada', 'ada'), approvals: [gave('ada')] })).toEqual(['ada']);
  });

  it('is everybody who has a condition of an approval to meet', () => {
    const approvals = [gave('ada', ['tom', 'grace', 'tom']), gave('grace', ['sam'], 'deny')];

    expect(concerned({ approvals })).toEqual(['rita', 'ada', 'grace', 'tom']);
    expect(ownersOf(approvals)).toEqual(['tom', 'grace']);
  });

  it('is nobody who has left the directory', () => {
    expect(concerned({ request: asking('gone', 'grace') })).toEqual(['rita', 'grace']);
    expect(concerned({ release: { ...release, submittedBy: 'gone@laptop' } })).toEqual(['rita']);
  });

  it('would be those who decide, if they had not left; a name that made the release may be a machine', () => {
    const facts = {
      release: { ...release, submittedBy: 'gone@laptop' },
      request: asking('gone', 'grace'),
      approvals: [gave('gone', ['away', 'tom']), gave('former')],
    };

    expect(leftOfOutcome('rejected', facts, directory)).toEqual(['gone', 'former', 'away']);
    expect(leftOfOutcome('approved_with_conditions', facts, directory)).toEqual(['away']);
  });
});
