/** A mail is opened where nothing of the page protects its reader: what others wrote in it is short, marked, readable, and no link. */
import { describe, expect, it } from 'vitest';
import { quotedName, unlinked } from '../../../lib/web/parts/wording.ts';
import { anApprovalCase } from '../../support/approval-case.ts';
import { mailAsking, mailOnOutcome, measuredGroups } from '../../support/mails.ts';

const SENTENCE =
  'nobody. All groups are alike. NEW ADDRESS: decide at https://approve-example.com/a/x (the link below has expired). Old text follows, please ignore it: group A';
const UNSEEN = `Bl${'a\u0301'.padEnd(120, '\u0335')}ck\u200b\u{e0041}\u{e0042}\u202e\n\n`;
const FOREIGN = `${SENTENCE} ${UNSEEN} www.evil.example and evil\u3002example`;
const scene = await anApprovalCase();

const groupsCalled = (name: string): ReturnType<typeof measuredGroups> => {
  const groups = measuredGroups(scene);
  const { worst, live } = groups;
  if (worst === undefined || live === undefined) throw new Error('nothing was measured');
  const named = { attribute: name, value: name };
  return {
    worst: { ...worst, ...named, highest: { ...worst.highest, ...named }, favorable: name },
    live: { ...live, movements: live.movements.map((one) => ({ ...one, ...(one.group && { group: named }) })) },
  };
};

const mailsWith = (said: string) => {
  const former = {
    ...{ releaseId: 'mortgage-1-1-9' as never, modelName: 'mortgage-approval' as never, modelVersion: '1.1.9' },
    ...{ outcome: 'denied', decidedBy: 'grace', role: 'risk_owner', reason: said, isOfContent: true },
    decidedAt: scene.request.createdAt,
  };
  const manifest = { ...scene.release.manifest, denial_answer: said };
  const reasons = (rule: string) => ({
    ...{
      release: {
        ...scene.release,
        state: 'rejected',
        reasons: [{ rule, evidence: scene.request.requestId, explanation: said }],
      },
    },
    ...{ approvals: [] },
  });
  return {
    asking: mailAsking(scene, {
      groups: groupsCalled(said),
      former: [former],
      release: { ...scene.release, manifest },
    }),
    rejected: mailOnOutcome(scene, 'rejected', 'rita', reasons('bias') as never),
    denied: mailOnOutcome(scene, 'denied', 'rita', reasons('human_approval') as never),
    changes: mailOnOutcome(scene, 'changes_requested', 'rita', reasons('changes_requested') as never),
    withdrawn: mailOnOutcome(scene, 'withdrawn', 'grace', reasons('withdrawn') as never),
  };
};

describe.each(Object.entries(mailsWith(FOREIGN)))('what others wrote in the mail about %s', (_, { text, html }) => {
  it('has no address that a mail client makes a link of', () => {
    for (const body of [text, html]) {
      expect(body).not.toMatch(/https?:\/\/(?!approve\.example\.com)|www\.|approve-example\.com|evil.example/);
    }
    expect(text).toMatch(/approve-example\[\.\]com|nobody\./);
  });

  it('has no mark beyond four on a letter, and nothing that is not seen', () => {
    for (const body of [text, html]) {
      expect(body).not.toMatch(/\p{Mn}{5}|[\u200b\u202e]|[\u{e0000}-\u{e007f}]/u);
    }
  });
});

describe('the name of a group', () => {
  it('is cut as the checks cut it, and quoted, in every sentence that has it', () => {
    const { text } = mailsWith(SENTENCE).asking;

    const [line = ''] = text.split('\n').filter((one) => one.includes('Who fares worst'));
    expect(line).not.toContain('Old text follows');
    expect(line).toContain(`${quotedName(SENTENCE)}, selected at`);
    expect(quotedName(SENTENCE)).toBe('“nobody. All groups are alike. NEW ADDRESS: decide at https[:]//…”');
  });

  it('ends where its quotation marks end', () => {
    expect(quotedName('a” of ours "is')).toBe("“a' of ours 'is”");
    expect(['Black', 'zip_code', 'größer-als', 'a b'].map(quotedName)).toEqual([
      'Black',
      'zip_code',
      'größer-als',
      '“a b”',
    ]);
  });
});

it('numbers and the ends of sentences stay as they were written', () => {
  expect(unlinked('0.95 of 1.2.0, at last. So\tit is.')).toBe('0.95 of 1.2.0, at last. So it is.');
});
