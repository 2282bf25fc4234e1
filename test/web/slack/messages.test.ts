/** What is sent to Slack: the facts of the mail, and nothing that Slack would act on. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Approval } from '../../../lib/domain/records/approval.ts';
import { type ApprovalMailInput, approvalMail } from '../../../lib/web/mail/approval-mail.ts';
import { approvalMessage, decidedMessage } from '../../../lib/web/slack/approval-message.ts';
import { type Block, escaped, LIMITS } from '../../../lib/web/slack/blocks.ts';
import { decisionModal, fitsModal, problemView, toldView, waitingView } from '../../../lib/web/slack/decision-modal.ts';
import { type ApprovalCase, anApprovalCase, NOW, person } from '../../support/approval-case.ts';
import { hostileText } from '../../support/hostile-text.ts';

const LINK = 'https://assay.bank.example/a/payload.mac';
/** What Slack would make something of, in markup and in plain text. */
const TEMPTING = [
  '<!channel> <!here> <@U0GRACE01> <#C012AB3CD>',
  '<https://evil.example|click here>',
  'https://evil.example/unfurl.png',
  '*bold* _it_ ~no~ `code` :tada: &lt;!channel&gt;',
  '@channel @here @everyone',
];
const hostile = fc.oneof(fc.constantFrom(...TEMPTING), hostileText(400), fc.string({ unit: 'binary', maxLength: 400 }));

const askedIn = ({ release, request, checks, directory }: ApprovalCase, changes: Partial<ApprovalMailInput> = {}) => ({
  person: directory.people.find(({ id }) => id === 'grace') ?? expect.unreachable(),
  invitation: request.invitations.find(({ personId }) => personId === 'grace') ?? expect.unreachable(),
  request,
  release,
  checks,
  requester: directory.people.find(({ id }) => id === 'rita'),
  unsigned: undefined,
  former: [],
  names: new Map(directory.people.map(({ id, name }) => [id, name])),
  groups: { worst: undefined },
  link: LINK,
  ...changes,
});
const facts = await anApprovalCase();
const OVERRIDE = {
  declared: 'low' as const,
  computed: 'high' as const,
  rule: 'decides-about-people',
  reason: 'It only sorts.',
  roles: ['risk_owner'],
};

/** Every object with a text, wherever it is. */
const textsIn = (value: unknown): { type?: unknown; text: string; emoji?: unknown }[] => {
  if (typeof value !== 'object' || value === null) return [];
  const own = 'text' in value && typeof value.text === 'string' ? [value as { text: string }] : [];
  return [...own, ...Object.values(value).flatMap(textsIn)];
};
const urlsIn = (value: unknown): unknown[] =>
  typeof value !== 'object' || value === null
    ? []
    : [...('url' in value ? [value.url] : []), ...Object.values(value).flatMap(urlsIn)];

const isNeutral = (text: string) => !/[<>]|&(?!(?:amp|lt|gt);)/.test(text);

/** As Slack shows it. */
const seen = (text: string) => text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');

const limitOf = (block: Block): boolean => {
  if (block.type === 'section') return block.text.text.length <= 3000 && block.text.text !== '';
  if (block.type === 'context') return block.elements.every(({ text }) => text.length <= 2000 && text !== '');
  if (block.type === 'input') return block.label.text.length <= 2000 && block.block_id.length <= 255;
  return block.elements.every(
    ({ text, value = '', url = '' }) => text.text.length <= 75 && value.length <= 2000 && url.length <= 3000,
  );
};

describe('the message that asks somebody', () => {
  const message = approvalMessage(askedIn(facts));
  const words = textsIn(message.blocks).map(({ text }) => seen(text));

  it('says what the mail says', () => {
    const mail = approvalMail(askedIn(facts)).text;
    const lines = mail
      .split('\n')
      .map((line) => line.replace(/^- /, '').replaceAll('this mail', 'this message'))
      .filter((line) => line !== '' && !line.endsWith(',') && !line.startsWith('http') && !line.endsWith(':'))
      // How to decide is not the same there.
      .filter((line) => !line.startsWith('Opening the link'));

    expect(lines.length).toBeGreaterThan(10);
    for (const line of lines) expect(words.join('\n')).toContain(line);
  });

  it('has the personal link, and a button for each decision that names the request and nobody', () => {
    expect(urlsIn(message)).toEqual([LINK]);
    expect(message.blocks).toContainEqual({
      type: 'actions',
      block_id: 'decide',
      elements: ['approve', 'request_changes', 'deny'].map((action_id) =>
        expect.objectContaining({
          type: 'button',
          action_id,
          value: JSON.stringify({ request: facts.request.requestId, role: 'risk_owner' }),
        }),
      ),
    });
    expect(JSON.stringify(message)).not.toContain('grace"');
  });

  it('is one that Slack takes, however much was decided before', () => {
    const denial = { entity: 'decided_content' as const, version: 1, contentSha256: facts.release.contentSha256 };
    const former = Array.from({ length: 90 }, (_, index) => ({
      ...denial,
      releaseId: `r-${index}`,
      modelName: 'mortgage-approval',
      modelVersion: '1.2.0',
      outcome: 'denied',
      decidedBy: person('tom'),
      role: 'risk_owner',
      reason: 'x'.repeat(2000),
      decidedAt: NOW,
    })) as unknown as ApprovalMailInput['former'];

    const { blocks } = approvalMessage(askedIn(facts, { former }));

    expect(blocks.length).toBeLessThanOrEqual(LIMITS.messageBlocks);
    expect(blocks.every(limitOf)).toBe(true);
    expect(urlsIn(blocks)).toEqual([LINK]);
    const said = textsIn(blocks).map(({ text }) => text);
    expect(said).toContainEqual(expect.stringContaining('asks you, as risk owner'));
  });

  it('drops alerts where there are more than Slack shows, says so, and still asks', () => {
    const lost = Array.from({ length: 60 }, (_, index) => `${index + 1} is no longer asked for.`);
    const many = {
      ...askedIn(facts),
      release: { ...facts.release, tierOverride: OVERRIDE },
      lowered: { roles: [], checks: [], questions: lost },
    };

    const { blocks } = approvalMessage(many);

    const said = textsIn(blocks).map(({ text }) => text);
    expect(blocks).toHaveLength(LIMITS.messageBlocks);
    expect(said).toContainEqual('There is more than a message can show: it is on the page.');
    expect(said).toContainEqual(expect.stringContaining('asks you, as risk owner'));
  });

  it('has all ways to answer in one place, and digests after them', () => {
    const at = (type: string) => message.blocks.flatMap((block, index) => (block.type === type ? [index] : []));
    const [page = 0, decide] = at('actions');
    const digests = message.blocks.findIndex((block) => JSON.stringify(block).includes('Evidence digest'));

    expect(decide).toBe(page + 1);
    expect(digests).toBeGreaterThan(page);
  });
});

describe('what others wrote (AP-10)', () => {
  it('is no mention, no link, no markup and no unfurl in any message or form (property)', () => {
    fc.assert(
      fc.property(hostile, hostile, (name, said) => {
        const input = askedIn(facts, {
          person: { ...askedIn(facts).person, name },
          requester: { ...askedIn(facts).person, name: said },
          request: { ...facts.request, modelVersion: said },
          unsigned: { timestamp: NOW } as Approval,
        });
        const form = {
          approver: input.person,
          role: said,
          meaning: said,
          modelVersion: name,
          checklist: [{ id: 'limits', question: said }],
        };
        const metadata = {
          request: 'apr-1',
          role: 'risk_owner',
          decision: 'deny' as const,
          digest: facts.request.evidenceDigest,
          version: '1',
        };
        const sent = [
          approvalMessage(input),
          decidedMessage({ ...input, decided: { decision: said, at: name } }),
          decisionModal({ decision: 'deny', modelName: said, form, metadata }),
          problemView({ title: said, explanation: name, remedy: said, details: [name] }),
          toldView('Recorded', [said, name]),
          waitingView('form', 'assay-1'),
        ];

        for (const { text, ...one } of sent.map((it) => ({ text: '', ...it }))) {
          const texts = textsIn(one);
          expect(isNeutral(text)).toBe(true);
          expect(texts.length).toBeGreaterThan(0);
          expect(texts.filter(({ type, emoji }) => type !== 'plain_text' || emoji !== false)).toEqual([]);
          expect(texts.filter((it) => !isNeutral(it.text))).toEqual([]);
          expect(urlsIn(one).filter((url) => url !== LINK)).toEqual([]);
          expect(one.blocks.every(limitOf)).toBe(true);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('is shown as it was written, and cut between characters (property)', () => {
    fc.assert(
      fc.property(hostile, fc.integer({ min: 1, max: 500 }), (text, limit) => {
        const short = escaped(text, limit);

        expect(short.length).toBeLessThanOrEqual(limit);
        expect(short.isWellFormed()).toBe(true);
        expect(isNeutral(short)).toBe(true);
      }),
    );
    expect(TEMPTING.map((text) => seen(escaped(text, 3000)))).toEqual(TEMPTING);
    expect(escaped('a\u202eb\u0000c\u2028d\ne', 99)).toBe('a b c d\ne');
    expect(escaped('&&&', 12)).toBe('&amp;&amp;…');
  });
});

describe('the form of a decision', () => {
  const modal = (decision: 'approve' | 'deny' | 'request_changes', question = 'Are the limits known?') =>
    decisionModal({
      decision,
      modelName: 'mortgage-approval',
      form: {
        approver: askedIn(facts).person,
        role: 'risk_owner',
        meaning: 'I approve.',
        modelVersion: '1.2.0',
        checklist: [{ id: 'limits', question }],
        ...(decision === 'deny' && { approvedAt: NOW }),
      },
      metadata: {
        request: 'apr-1',
        role: 'risk_owner',
        decision,
        digest: facts.request.evidenceDigest,
        version: '1.2.0',
      },
    });

  it('asks for a reason unless it approves, and says what the signature means', () => {
    const optional = (['approve', 'deny', 'request_changes'] as const).map((decision) =>
      modal(decision).blocks.find((block) => block.type === 'input' && block.block_id === 'comment'),
    );

    expect(optional).toMatchObject([{ optional: true }, { optional: false }, { optional: false }]);
    expect(JSON.stringify(modal('approve'))).toContain('Meaning of your signature: I approve.');
    expect(JSON.stringify(modal('deny'))).toContain('You approved this release at');
  });

  it('is not shown where a question would be cut', () => {
    expect(fitsModal(modal('approve'))).toBe(true);
    expect(fitsModal(modal('approve', 'x'.repeat(2001)))).toBe(false);
  });
});
