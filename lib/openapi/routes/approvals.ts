import { Explained, Order } from '../../../lambdas/serve-api/body.ts';
import { Paged } from '../../runtime/api-door/paged.ts';
import { Condition, ConditionList } from '../answers/conditions.ts';
import { SettledPackage } from '../answers/operations.ts';
import { RequestPage, SentAgain } from '../answers/requests.ts';
import { ReleaseSummary } from '../answers/summary.ts';
import { WithdrawnRelease } from '../answers/withdrawn.ts';
import { BODIES } from '../named.ts';
import { ok, type Route } from '../route.ts';

Explained.register(BODIES, { id: 'Explained' });
Order.register(BODIES, { id: 'Order' });

const sent = { 202: { about: 'the people who get it again', shape: SentAgain } };

export const APPROVAL_ROUTES: readonly Route[] = [
  {
    ...{ method: 'get', path: '/approvals', id: 'listApprovals', who: 'any role' },
    summary: 'Approvals that wait, the longest first',
    query: Paged.shape,
    answers: ok(RequestPage),
  },
  {
    ...{ method: 'post', path: '/approvals/{id}/resend', id: 'resendMessages', who: 'operator' },
    summary: 'Send the last message about a release again',
    body: Explained,
    answers: sent,
    refusals: [404, 409],
  },
  {
    ...{ method: 'post', path: '/approvals/{id}/reminder', id: 'remindApprovers', who: 'operator' },
    summary: 'Remind the people who have not decided',
    body: Explained,
    answers: sent,
    refusals: [404, 409],
  },
  {
    ...{ method: 'post', path: '/approvals/{id}/withdrawal', id: 'withdrawApproval', who: 'any role' },
    summary: 'Withdraw a release, as its requester or as an operator',
    body: Explained,
    answers: ok(WithdrawnRelease),
    refusals: [404, 409],
  },
  {
    ...{ method: 'get', path: '/releases/{id}/conditions', id: 'listConditions', who: 'any role' },
    summary: 'What an approval was given on condition of',
    answers: ok(ConditionList),
    refusals: [404],
  },
  {
    ...{ method: 'post', path: '/releases/{id}/conditions/{condition}/met', id: 'meetCondition', who: 'any role' },
    summary: 'Say, as its owner or as the approver, that a condition is met',
    body: Explained,
    answers: ok(Condition),
    refusals: [404, 409],
  },
  {
    ...{ method: 'post', path: '/releases/{id}/promotion', id: 'promoteRelease', who: 'operator' },
    summary: 'Try the promotion of an approved release again',
    body: Explained,
    answers: {
      200: { about: 'it is under way', shape: ReleaseSummary },
      202: { about: 'it is requested', shape: ReleaseSummary },
    },
    refusals: [404, 409],
  },
  {
    ...{ method: 'post', path: '/releases/{id}/package/settle', id: 'settlePackage', who: 'operator' },
    summary: 'Say that what was done to a package by hand was dealt with',
    body: Order,
    answers: ok(SettledPackage),
    refusals: [404, 409],
  },
];
