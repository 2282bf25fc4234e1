import { expect, it } from 'vitest';
import { changedMessage } from '../../../lib/domain/approval/by-slack.ts';
import { payloadFor } from '../../../lib/domain/approval/link.ts';
import { Instant, PersonId } from '../../../lib/domain/identifiers.ts';
import { anApprovalCase } from '../../support/approval-case.ts';

const identity = { team_id: 'T0', user_id: 'U0', requested_at: Instant.parse('2026-11-21T09:00:00.000Z') };
const message = { channel: 'D0', ts: '1764400000.000100' };

it('the message that is changed is that of the person, and of whom they act for', async () => {
  const { request } = await anApprovalCase();
  const payload = payloadFor(request, 'grace');
  const invitations = request.invitations.map((one) => ({ ...one, actingFor: PersonId.parse('mia') }));

  expect(changedMessage({ bySlack: { identity, message }, request, payload })).toEqual([
    { intent: expect.objectContaining({ kind: 'update_slack_message', personId: 'grace', channel: 'D0' }) },
  ]);
  expect(changedMessage({ bySlack: { identity, message }, request: { ...request, invitations }, payload })).toEqual([
    { intent: expect.objectContaining({ personId: 'grace', actingFor: 'mia' }) },
  ]);
  expect(changedMessage({ bySlack: { identity }, request, payload })).toEqual([]);
});

it('a message that others read is left as it is: what takes its place would bring them the link of the person', async () => {
  const { request } = await anApprovalCase();

  for (const channel of ['C0RELEASES', 'G0RELEASES', '']) {
    const bySlack = { identity, message: { ...message, channel } };
    expect(changedMessage({ bySlack, request, payload: payloadFor(request, 'grace') })).toEqual([]);
  }
});
