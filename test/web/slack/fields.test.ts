import { expect, it } from 'vitest';
import { approvalForm } from '../../../lib/web/approval/approval-form.ts';
import { decisionModal } from '../../../lib/web/slack/decision-modal.ts';
import { aDirectory, digestOf } from '../../support/approval-case.ts';

const form = {
  approver: aDirectory().people[0] ?? expect.unreachable(),
  role: 'ml_lead',
  meaning: 'I approve.',
  modelVersion: '1.2.0',
  checklist: [
    { id: 'limits', question: 'Are the limits known?' },
    { id: 'groups', question: 'Are the groups fine?' },
  ],
  formNonce: 'nonce-of-the-form-0001',
  conditionDays: 90,
};

/** A field that the page gets is one that Slack asks for as well, or the form says where to go for it. */
it('the form in Slack has the fields of the page but conditions, and no others', () => {
  const page = String(approvalForm(form));
  const ofPage = [...page.matchAll(/ name="([^"]+)"/g)].flatMap(([, name = '']) =>
    name.startsWith('conditions.') ? [] : [name],
  );
  const metadata = {
    request: 'apr-1',
    role: 'risk_owner',
    decision: 'approve' as const,
    digest: digestOf('e'),
    version: '1.2.0',
  };
  const { blocks } = decisionModal({ decision: 'approve', modelName: 'm', form, metadata });
  const ofSlack = blocks.flatMap((block) => (block.type === 'input' ? [block.block_id] : []));

  expect(JSON.stringify(blocks)).toContain('To approve with conditions, decide there.');
  expect(new Set(ofPage)).toEqual(new Set([...ofSlack, 'form_nonce', 'decision']));
});
