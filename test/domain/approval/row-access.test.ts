import { describe, expect, it } from 'vitest';
import { mayHaveRows } from '../../../lib/domain/approval/row-access.ts';
import type { ReleaseId } from '../../../lib/domain/identifiers.ts';
import { HOUR_MS, plusMilliseconds } from '../../../lib/domain/instant.ts';
import type { ApprovalRequest } from '../../../lib/domain/records/approval.ts';
import { aDirectory, anApprovalCase, NOW, person } from '../../support/approval-case.ts';
import { aStagedCase } from '../../support/staged-case.ts';

const scene = await anApprovalCase();
const { release, request, policy, directory } = scene;
const question = { request, policy };
const asking = { personId: person('ada'), isAuditor: false, release, question, directory, now: NOW };
const asked = (changes: Partial<ApprovalRequest>) => ({
  ...asking,
  question: { policy, request: { ...request, ...changes } },
});

describe('the rows of a release', () => {
  it('may be given to those who are asked to approve it', () => {
    expect(mayHaveRows(asking)).toBe(true);
    expect(mayHaveRows({ ...asking, personId: person('grace') })).toBe(true);
  });

  it('may be given to an auditor of the directory, whatever was asked', () => {
    const auditor = { ...asking, personId: person('omar'), isAuditor: true };

    expect(mayHaveRows(auditor)).toBe(true);
    expect(mayHaveRows({ ...auditor, question: undefined })).toBe(true);
    expect(mayHaveRows({ ...auditor, personId: person('stranger') })).toBe(false);
  });

  it.each([
    ['was never asked about', { ...asking, question: undefined }],
    ['was decided', asked({ status: 'approved' })],
    ['ended in a way that this version does not know', asked({ status: 'a_word_of_another_version' })],
    ['has run out of time', { ...asking, now: request.expiresAt }],
    ['was asked about elsewhere', asked({ releaseId: 'another' as ReleaseId })],
  ])('are given to nobody else if it %s', (_, changed) => {
    expect(mayHaveRows(changed)).toBe(false);
  });

  it('may be given to those of a later stage once it is open: until then nobody asks them', async () => {
    const staged = await aStagedCase();
    const stages = staged.request.stages?.map((stage) => ({ ...stage, openedAt: NOW })) ?? [];
    const of = (request: ApprovalRequest) =>
      mayHaveRows({
        ...{ personId: person('grace'), isAuditor: false, release: staged.release, directory: staged.directory },
        ...{ question: { policy: staged.policy, request }, now: NOW },
      });

    expect(of(staged.request)).toBe(false);
    expect(of({ ...staged.request, stages })).toBe(true);
  });

  it('may be given to a backup who was asked, while they may stand in for the holder', () => {
    const people = aDirectory([
      { id: 'ada', roles: ['ml_lead'], backups: ['oscar'] },
      { id: 'oscar', roles: [] },
    ]);
    const oscar = { personId: person('oscar'), role: 'ml_lead', actingFor: person('ada'), nonce: 'n'.repeat(16) };
    const backup = { ...asked({ invitations: [oscar] }), personId: person('oscar'), directory: people };
    const later = plusMilliseconds(NOW, 5 * HOUR_MS);

    expect(mayHaveRows(backup)).toBe(false);
    expect(mayHaveRows({ ...backup, now: later })).toBe(true);
    expect(
      mayHaveRows({
        ...backup,
        ...asked({ invitations: [oscar], undelivered: [person('ada')] }),
        personId: person('oscar'),
        directory: people,
      }),
    ).toBe(true);
    expect(mayHaveRows({ ...backup, now: later, directory })).toBe(false);
  });

  it('are given to nobody whose role was withdrawn, who was not invited, or who made the release', () => {
    const without = aDirectory([{ id: 'ada', roles: [] }]);
    const invitation = { personId: person('rita'), role: 'ml_lead', nonce: 'n'.repeat(16) };

    expect(mayHaveRows({ ...asking, directory: without })).toBe(false);
    expect(mayHaveRows({ ...asking, personId: person('oscar') })).toBe(false);
    expect(mayHaveRows({ ...asked({ invitations: [invitation] }), personId: person('rita') })).toBe(false);
  });
});
