import { beforeEach, describe, expect, it } from 'vitest';
import { type ApprovalCase, anApprovalCase } from '../../support/approval-case.ts';
import { mailOnOutcome } from '../../support/mails.ts';

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

  it('says to its requester, and to nobody else, how to try again', () => {
    expect(mailOnOutcome(scene, 'not_deployed', 'rita').text).toContain('assay promote mortgage-1-2-0');
    expect(mailOnOutcome(scene, 'not_deployed', 'grace').text).not.toContain('assay promote');
  });
});
