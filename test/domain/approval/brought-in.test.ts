import fc from 'fast-check';
import { expect, it } from 'vitest';
import { bringInStandIns } from '../../../lib/domain/approval/escalate.ts';
import { seatPeople } from '../../../lib/domain/approval/solve-quorum.ts';
import { takeDecision } from '../../../lib/domain/approval/take-decision.ts';
import { findPerson } from '../../../lib/domain/policy/directory-record.ts';
import { Refusal } from '../../../lib/domain/refusal.ts';
import { aDirectory, anApprovalCase, answerOf, at } from '../../support/approval-case.ts';
import { DECISION_KEY } from '../../support/decision-key.ts';

const BEFORE_SLA = at('2026-11-21T12:00:00.000Z');
const SLA = at('2026-11-21T13:00:00.000Z');
const ROLES = ['ml_lead', 'risk_owner'];
const IDS = ['ana', 'ben', 'cem', 'dan'];

type Listed = NonNullable<Parameters<typeof aDirectory>[0]>[number];
const somebody = (id: string): fc.Arbitrary<Listed> =>
  fc
    .record({
      roles: fc.subarray(ROLES),
      backups: fc.subarray(IDS.filter((other) => other !== id)),
    })
    .map(({ roles, backups }) => ({ id, roles, ...(backups.length > 0 && { backups }) }));
const people = fc.tuple(...IDS.map(somebody));

/** Undefined where the door would refuse it. */
const opened = async (listed: readonly Listed[]) => {
  try {
    return await anApprovalCase({ directory: aDirectory(listed) });
  } catch (cause) {
    if (cause instanceof Refusal && cause.code === 'QuorumImpossible') return undefined;
    throw cause;
  }
};

it('who is asked until the SLA has passed can fill every seat, if the door says that people can (AP-11)', async () => {
  await fc.assert(
    fc.asyncProperty(people, async (listed) => {
      const scene = await opened(listed);
      if (scene === undefined) return;
      const { store, directory, request } = scene;
      let nonces = 0;
      const ports = { store, directory: async () => directory, signer: DECISION_KEY.signer };
      const requestNow = async () => (await store.get('request', request.requestId)) ?? expect.unreachable();
      for (const { personId } of request.invitations) {
        if ((await requestNow()).status !== 'pending') return;
        await takeDecision(answerOf(scene, personId), { ...ports, now: () => BEFORE_SLA });
      }
      if ((await requestNow()).status !== 'pending') return;

      await bringInStandIns(
        { requestId: request.requestId },
        { ...ports, nextNonce: () => `nonce-of-the-backups-${String(++nonces).padStart(4, '0')}`, now: () => SLA },
      );

      const ways = (await requestNow()).invitations.map(({ personId, role, actingFor }) => ({
        person: findPerson(directory, personId) ?? expect.unreachable(),
        role,
        ...(actingFor && { actingFor }),
      }));
      expect(seatPeople(request.requiredRoles, ways).shortages).toEqual([]);
    }),
    { numRuns: 40 },
  );
});
