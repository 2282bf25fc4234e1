/** A denial is not laundered by naming the person who denied as a maker, whom nobody asks (AP-16). */
import { describe, expect, it } from 'vitest';
import { requestRelease } from '../../../lib/domain/intake/request-release.ts';
import { aManifest, anApprovalCase } from '../../support/approval-case.ts';
import { ANSWER, decide, ofContent, ofVersion, policyWith, reasonsOf, submit } from '../../support/denials.ts';
import { aClaim, anIntake } from '../../support/intake.ts';

describe('a person who denied these bytes, and whom the next release names as a maker', () => {
  const rows = [ofContent()];
  const NAMING = [
    ['trained_by', 'correct the field'],
    ['commit_author', 'correct the field'],
    ['requested_by', 'let another person do it'],
  ] as const;

  it.each(NAMING)('in %s: it is refused at the door, whatever it answers', async (field, wayOut) => {
    const intake = anIntake({ policy: policyWith('same_person') });
    intake.store.seed(...rows);

    expect(await requestRelease(aClaim({ ...ANSWER, [field]: 'katherine' }), intake)).toMatchObject({
      refusal: {
        code: 'ManifestInvalid',
        faults: [
          { field, problem: expect.stringMatching(`^names katherine, who denied these very bytes .*${wayOut}`) },
        ],
      },
    });
  });

  it.each(['answer', 'shown'] as const)('is no bar under rule %s, which does not ask for that person', async (rule) => {
    expect(await submit(rows, { rule, ...ANSWER, trained_by: 'katherine' })).toBe('accepted');
  });

  it('after it was requested: nobody can approve it, and no gate passes it', async () => {
    const manifest = aManifest({ trained_by: 'katherine' });
    const scene = await anApprovalCase({ policy: policyWith('same_person'), manifest });
    await decide(scene, 'ada');
    scene.store.seed(...rows);

    expect((await decide(scene, 'grace')).facts.request.status).toBe('pending');
    expect(await reasonsOf(scene)).toContain(
      'katherine denied these bytes as mortgage-former, and is named in trained_by',
    );
  });

  it('is sent a mail once the approval is asked for, and nobody else is', async () => {
    const noted = async (trained_by: string) =>
      (await anApprovalCase({ decidedBefore: [ofVersion()], manifest: aManifest({ trained_by }) })).store.outbox.filter(
        ({ intent }) => intent.kind === 'send_denier_mails',
      );

    expect(await noted('katherine')).toMatchObject([{ intent: { requestId: 'apr-mortgage-1-2-0' } }]);
    expect(await noted('tom')).toEqual([]);
  });
});
