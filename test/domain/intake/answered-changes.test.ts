import { describe, expect, it } from 'vitest';
import { requestRelease } from '../../../lib/domain/intake/request-release.ts';
import { decidedAgainst } from '../../../lib/domain/records/former-decision.ts';
import { anApprovalCase, digestOf, NOW } from '../../support/approval-case.ts';
import { aClaim, anIntake } from '../../support/intake.ts';

const { release: before } = await anApprovalCase();
const asked = { ...before, releaseId: 'asked' as never, modelVersion: '1.1.0', state: 'rejected' };
const pinned = { ...before.pinned, artifactSha256: digestOf('other') } as never;
const NOTE = 'The card says now who must not be scored.';

const request = (manifest: Record<string, unknown>, outcome = 'changes_requested', changes: object = {}) => {
  const intake = anIntake();
  const against = { outcome, decidedBy: 'ada', role: 'ml_lead', reason: 'say who', decidedAt: NOW };
  const release = { ...asked, pinned, ...changes };
  intake.store.seed(release, ...decidedAgainst(release, against).map(({ entity }) => ({ ...entity, version: 1 })));
  return requestRelease(aClaim(manifest), intake).then(async (answer) => ({ answer, intake }));
};

describe('a release that answers the changes that were asked for', () => {
  it('is accepted, and its event names the release that it answers', async () => {
    const { answer, intake } = await request({ answers: 'asked', change_note: NOTE });

    expect(answer).toMatchObject({ outcome: 'accepted' });
    const [event] = await intake.store.events('mortgage-approval');
    expect(event?.event.details).toMatchObject({ answers: 'asked' });
  });

  it.each([
    ['nothing that there is', { answers: 'nothing' }, 'changes_requested', {}],
    ['a release that was denied', { answers: 'asked' }, 'denied', {}],
    ['a release of another model', { answers: 'asked' }, 'changes_requested', { modelName: 'fraud' }],
  ])('is refused if it answers %s, with every field at fault', async (_, manifest, outcome, changes) => {
    const { answer } = await request(manifest, outcome, changes);

    expect(answer).toMatchObject({
      outcome: 'refused',
      refusal: {
        code: 'ManifestInvalid',
        faults: [
          { field: 'answers', problem: expect.stringContaining('nobody has asked for changes to a release of') },
          { field: 'change_note', problem: expect.stringContaining('is missing') },
        ],
      },
    });
  });
});
