import { beforeEach, describe, expect, it } from 'vitest';
import { type ApprovalCase, anApprovalCase } from '../../support/approval-case.ts';
import { mailOnOutcome } from '../../support/mails.ts';
import { aPointer, approved, superseded } from '../../support/release-life.ts';

let scene: ApprovalCase;
beforeEach(async () => {
  scene = await anApprovalCase();
});

describe('a mail about a deployment that failed (GT-5)', () => {
  it.each(['rita', 'grace'])('says why, and that the approval stands: to %s', (to) => {
    const { text } = mailOnOutcome(scene, 'not_deployed', to);

    expect(text).toContain('alarm mortgage-5xx went off');
    expect(text).toContain('The approval stands');
  });

  const failed = { ...approved, reasons: [{ rule: 'deployment', evidence: '', explanation: 'no capacity' }] };
  const { endpointConfigName: _, ...takenBack } = failed;
  const givenUp = [...failed.reasons, { rule: 'restoration', evidence: '', explanation: 'it could not be changed' }];
  const before = aPointer({ releaseId: superseded.releaseId });

  const NOT_RESTORED = 'Endpoint mortgage has not been restored to that, and may serve something else.';
  it.each([
    ['what was in production before', takenBack, before, 'now: mortgage-1-1-0. That is what serves.'],
    ['nothing, of a first release', takenBack, undefined, 'Nothing of mortgage-approval is in production now. That'],
    [
      'that its endpoint may serve something else, if it was ordered and not taken back',
      { ...failed, endpointConfigName: 'mortgage-1-2-0-e2' },
      undefined,
      `Nothing of mortgage-approval is in production now. ${NOT_RESTORED}`,
    ],
    ['the same, if that was given up', { ...takenBack, reasons: givenUp }, before, `1-1-0. ${NOT_RESTORED}`],
  ])('says what serves instead: %s', (_name, release, pointer, words) => {
    const { text } = mailOnOutcome(scene, 'not_deployed', 'rita', { release, pointer });

    expect(text.replaceAll(/\s+/g, ' ')).toContain(words);
  });

  it('says to its requester, and to nobody else, how to try again', () => {
    expect(mailOnOutcome(scene, 'not_deployed', 'rita').text).toContain('assay promote mortgage-1-2-0');
    expect(mailOnOutcome(scene, 'not_deployed', 'grace').text).not.toContain('assay promote');
  });
});
