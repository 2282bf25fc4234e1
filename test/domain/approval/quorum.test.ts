import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answerTime } from '../../../lib/domain/approval/candidates.ts';
import { INVITATIONS_MAX, invitationsFor, quorumOf } from '../../../lib/domain/approval/quorum.ts';
import type { Role } from '../../../lib/domain/policy/policy.ts';
import { aDirectory, aManifest, anApproval, NOW, person } from '../../support/approval-case.ts';

const release = { requestedBy: person('rita'), submittedBy: 'rita', manifest: aManifest() };

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

  it('counts who holds a role once, by themselves or by one who acts for them', () => {
    const forAda = (who: string) => ({ ...anApproval(who, 'ml_lead'), actingFor: person('ada') });

    for (const approvals of [
      [anApproval('ada', 'ml_lead'), forAda('bob')],
      [forAda('bob'), anApproval('ada', 'ml_lead')],
      [forAda('bob'), forAda('cem')],
    ]) {
      expect(quorumOf(['ml_lead', 'ml_lead'], approvals).missingRoles).toEqual(['ml_lead']);
    }
    expect(quorumOf(roles, [forAda('bob'), anApproval('ada', 'risk_owner')]).met).toBe(true);
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
  const time = answerTime({ sla_hours: 4, deadline_hours: 72 }, NOW);
  const asked = { roles: ['ml_lead', 'risk_owner'], release, time, mustDecide: [] };

  it('ask everybody who may approve, once, in one role', () => {
    const invitations = invitationsFor({ ...asked, directory: aDirectory() }, nextNonce);

    expect(invitations.map(({ personId, role }) => `${personId}: ${role}`)).toEqual([
      'ada: ml_lead',
      'grace: risk_owner',
      'katherine: ml_lead',
    ]);
  });

  it('ask nobody who only stands in for another, though the quorum may need them later', () => {
    const directory = aDirectory([
      { id: 'ana', roles: ['ml_lead', 'risk_owner'], backups: ['ben'] },
      { id: 'ben', roles: [] },
    ]);

    const invitations = invitationsFor({ ...asked, directory }, nextNonce);

    expect(invitations.map(({ personId }) => personId)).toEqual(['ana']);
  });

  it('can always meet the quorum together, even when there are more people than a request can hold', () => {
    const crowd = Array.from({ length: 80 }, (_, index) => ({ id: `lead${index}`, roles: ['ml_lead'] }));
    const directory = aDirectory([...crowd, { id: 'zoe', roles: ['risk_owner'] }]);

    const invitations = invitationsFor({ ...asked, directory }, nextNonce);

    expect(invitations).toHaveLength(INVITATIONS_MAX);
    expect(
      quorumOf(
        ['ml_lead', 'risk_owner'],
        invitations.map(({ personId, role }) => anApproval(personId, role)),
      ).met,
    ).toBe(true);
  });
});
