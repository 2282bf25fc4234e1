import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assignRoles, INVITATIONS_MAX, invitationsFor, quorumOf } from '../../../lib/domain/approval/quorum.ts';
import type { Role } from '../../../lib/domain/policy/policy.ts';
import { aDirectory, aManifest, anApproval, person } from '../../support/approval-case.ts';
import { refusalOf } from '../../support/refusals.ts';

const release = { requestedBy: person('rita'), submittedBy: 'rita', manifest: aManifest() };
const assigned = (roles: Role[], people: { id: string; roles: string[] }[]) =>
  assignRoles(roles, aDirectory(people), release).map(({ role, person: { id } }) => `${role}: ${id}`);

describe('assignment of roles', () => {
  it('finds the one assignment there is, though the first person could take either role', () => {
    const people = [
      { id: 'both', roles: ['ml_lead', 'risk_owner'] },
      { id: 'lead', roles: ['ml_lead'] },
    ];

    expect(assigned(['ml_lead', 'risk_owner'], people)).toEqual(['ml_lead: lead', 'risk_owner: both']);
  });

  it('asks two people for a role that is required twice', () => {
    const people = [
      { id: 'one', roles: ['ml_lead'] },
      { id: 'two', roles: ['ml_lead'] },
    ];

    expect(assigned(['ml_lead', 'ml_lead'], people).sort()).toEqual(['ml_lead: one', 'ml_lead: two']);
  });

  it.each([
    ['nobody in the directory holds this role', [{ id: 'a', roles: ['ml_lead'] }]],
    [
      'everybody who holds this role requested or submitted the release, trained the model or wrote its commit',
      [
        { id: 'a', roles: ['ml_lead'] },
        { id: 'rita', roles: ['risk_owner'] },
        { id: 'tom', roles: ['risk_owner'] },
      ],
    ],
    [
      'everybody who holds this role is needed for another required role',
      [{ id: 'a', roles: ['ml_lead', 'risk_owner'] }],
    ],
  ])('refuses, naming the role: %s', async (problem, people) => {
    const refusal = await refusalOf(() => assigned(['ml_lead', 'risk_owner'], people));

    expect(refusal.code).toBe('QuorumImpossible');
    expect(refusal.violations).toEqual([{ field: 'risk_owner', problem }]);
  });

  it('names every role that cannot be filled', async () => {
    const refusal = await refusalOf(() =>
      assigned(['legal', 'ml_lead', 'risk_owner'], [{ id: 'a', roles: ['ml_lead'] }]),
    );

    expect(refusal.violations.map(({ field }) => field)).toEqual(['legal', 'risk_owner']);
  });

  it('succeeds exactly when trying every order of people succeeds', () => {
    const roles: Role[] = ['ml_lead', 'risk_owner', 'legal', 'product_owner'];
    const staff = fc.array(fc.subarray(roles, { minLength: 1 }), { minLength: 1, maxLength: 5 });

    fc.assert(
      fc.property(fc.subarray(roles, { minLength: 1 }), staff, (required, held) => {
        const people = held.map((own, index) => ({ id: `p${index}`, roles: own }));
        const isPossible = (left: Role[], free: typeof people): boolean =>
          left.length === 0 ||
          free.some(
            (one) =>
              one.roles.includes(left[0] ?? 'legal') &&
              isPossible(
                left.slice(1),
                free.filter((other) => other !== one),
              ),
          );

        if (!isPossible(required, people)) expect(() => assigned(required, people)).toThrow('cannot be filled');
        else expect(new Set(assigned(required, people).map((seat) => seat.split(': ')[1])).size).toBe(required.length);
      }),
    );
  });
});

describe('quorum (RT-4, AP-12)', () => {
  const roles: Role[] = ['ml_lead', 'risk_owner'];

  it.each([
    [[], ['ml_lead', 'risk_owner']],
    [[anApproval('ada', 'ml_lead')], ['risk_owner']],
    [[anApproval('ada', 'ml_lead'), anApproval('ada', 'risk_owner')], ['risk_owner']],
    [[anApproval('ada', 'ml_lead'), anApproval('grace', 'ml_lead')], ['risk_owner']],
    [[anApproval('ada', 'ml_lead'), anApproval('grace', 'legal')], ['risk_owner']],
    [[{ ...anApproval('ada', 'ml_lead'), decision: 'deny' as const }, anApproval('grace', 'risk_owner')], ['ml_lead']],
    [[anApproval('grace', 'risk_owner'), anApproval('ada', 'ml_lead')], []],
  ])('counts each person once, in one role (case %#)', (approvals, missingRoles) => {
    expect(quorumOf(roles, approvals)).toEqual({ met: missingRoles.length === 0, missingRoles });
  });

  it('needs two people for a role that is required twice', () => {
    expect(quorumOf(['ml_lead', 'ml_lead'], [anApproval('ada', 'ml_lead')]).missingRoles).toEqual(['ml_lead']);
    expect(quorumOf(['ml_lead', 'ml_lead'], [anApproval('ada', 'ml_lead'), anApproval('bob', 'ml_lead')]).met).toBe(
      true,
    );
  });

  it('is never met by one person where two are required, whatever they click', () => {
    const clicks = fc.array(fc.constantFrom<Role>('ml_lead', 'risk_owner', 'legal'), { maxLength: 20 });

    fc.assert(
      fc.property(clicks, (clicked) => {
        expect(
          quorumOf(
            roles,
            clicked.map((role) => anApproval('ada', role)),
          ).met,
        ).toBe(false);
      }),
    );
  });
});

describe('invitations', () => {
  const nextNonce = () => 'nonce-nonce-nonce';

  it('ask everybody who may approve, once, in one role', () => {
    const invitations = invitationsFor(['ml_lead', 'risk_owner'], aDirectory(), release, nextNonce);

    expect(invitations.map(({ personId, role }) => `${personId}: ${role}`)).toEqual([
      'ada: ml_lead',
      'grace: risk_owner',
      'katherine: ml_lead',
    ]);
  });

  it('can always meet the quorum together, even when there are more people than a request can hold', () => {
    const crowd = Array.from({ length: 80 }, (_, index) => ({ id: `lead${index}`, roles: ['ml_lead'] }));
    const directory = aDirectory([...crowd, { id: 'zoe', roles: ['risk_owner'] }]);

    const invitations = invitationsFor(['ml_lead', 'risk_owner'], directory, release, nextNonce);

    expect(invitations).toHaveLength(INVITATIONS_MAX);
    expect(
      quorumOf(
        ['ml_lead', 'risk_owner'],
        invitations.map(({ personId, role }) => anApproval(personId, role)),
      ).met,
    ).toBe(true);
  });
});
