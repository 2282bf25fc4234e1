import {
  Account,
  BreakGlassOrder,
  CheckAgain,
  Explained,
  LegalOrder,
  LineOrder,
  Order,
} from '../../../lambdas/serve-api/body.ts';
import { LegalHoldQuery } from '../../../lambdas/serve-api/legal-holds.ts';
import { DateOrTime, SinceWritten } from '../../../lambdas/serve-api/window.ts';
import { ModelName } from '../../domain/identifiers.ts';
import { CONTENT_TYPES } from '../../domain/metrics/open-metrics.ts';
import { Paged } from '../../runtime/api-door/paged.ts';
import { BreakGlass, BreakGlassPage, LegalHold, LegalHoldPage, Line, LinePage, StartedLine } from '../answers/holds.ts';
import {
  CanaryList,
  ExpiringPage,
  JudgedPage,
  KeyRotation,
  OrderedReverification,
  ParkedPage,
  Redriven,
  RefusalPage,
  Renewal,
  ReverificationList,
  Settings,
  SignaturePage,
} from '../answers/operations.ts';
import { BODIES } from '../named.ts';
import { ok, type Route } from '../route.ts';

Account.register(BODIES, { id: 'Account' });
BreakGlassOrder.register(BODIES, { id: 'BreakGlassOrder' });
CheckAgain.register(BODIES, { id: 'CheckAgain' });
LegalOrder.register(BODIES, { id: 'LegalOrder' });
LineOrder.register(BODIES, { id: 'LineOrder' });

const period = { ...Paged.shape, from: DateOrTime, until: DateOrTime };
const redriven = {
  200: { about: 'there was nothing', shape: Redriven },
  202: { about: 'these are tried again', shape: Redriven },
};

export const OPERATION_ROUTES: readonly Route[] = [
  {
    ...{ method: 'get', path: '/refusals', id: 'listRefusals', who: 'any role', bySignature: true },
    summary: 'Requests for releases that were refused, the latest first',
    query: { ...Paged.shape, ...SinceWritten, model: ModelName.optional() },
    answers: ok(RefusalPage),
  },
  {
    ...{ method: 'get', path: '/refusals/{id}', id: 'readRefusals', who: 'any role', bySignature: true },
    summary: 'A refusal by its id, or the latest of requests for a release of this id',
    answers: ok(RefusalPage),
    refusals: [404],
  },
  {
    ...{ method: 'get', path: '/settings', id: 'readSettings', who: 'any role', bySignature: true },
    summary: 'Where releases may come from',
    answers: ok(Settings),
  },
  {
    ...{ method: 'get', path: '/metrics', id: 'readMetrics', who: 'any role', bySignature: true },
    summary: 'Metrics of the last look, for Prometheus',
    answers: { 200: { about: 'samples', media: Object.values(CONTENT_TYPES) } },
  },
  {
    ...{ method: 'get', path: '/openapi.json', id: 'readDocument', who: 'any role', bySignature: true },
    summary: 'This document',
    answers: { 200: { about: 'an OpenAPI document', media: ['application/openapi+json'] } },
  },
  {
    ...{ method: 'get', path: '/legal-holds', id: 'listLegalHolds', who: 'any role' },
    summary: 'What is kept whatever its retention',
    query: LegalHoldQuery.shape,
    answers: ok(LegalHoldPage),
  },
  {
    ...{ method: 'post', path: '/models/{model}/legal-hold', id: 'setLegalHold', who: 'auditor' },
    summary: 'Keep all that there is of a model',
    body: LegalOrder,
    answers: ok(LegalHold),
    refusals: [404, 409],
  },
  {
    ...{ method: 'post', path: '/models/{model}/legal-hold/lift', id: 'liftLegalHold', who: 'auditor' },
    summary: 'Agree that a legal hold is lifted',
    body: LegalOrder,
    answers: {
      200: { about: 'it is lifted', shape: LegalHold },
      202: { about: 'another person is needed', shape: LegalHold },
    },
    refusals: [404, 409],
  },
  {
    ...{ method: 'get', path: '/line', id: 'listStoppedLines', who: 'any role' },
    summary: 'Which lines are stopped, and why',
    query: Paged.shape,
    answers: ok(LinePage),
  },
  {
    ...{ method: 'post', path: '/line/stop', id: 'stopLine', who: 'operator' },
    summary: 'Stop promotions, of all models or of one',
    body: LineOrder,
    answers: ok(Line),
    refusals: [404, 409],
  },
  {
    ...{ method: 'post', path: '/line/start', id: 'startLine', who: 'operator' },
    summary: 'Lift a stop',
    body: LineOrder,
    answers: ok(StartedLine),
    refusals: [404, 409],
  },
  {
    ...{ method: 'get', path: '/break-glass', id: 'listBreakGlass', who: 'any role' },
    summary: 'What waits for a second person, is open, or is owed its documentation',
    query: Paged.shape,
    answers: ok(BreakGlassPage),
  },
  {
    ...{ method: 'get', path: '/releases/{id}/break-glass', id: 'readBreakGlass', who: 'any role' },
    summary: 'The break-glass of a release',
    answers: ok(BreakGlass),
    refusals: [404],
  },
  {
    ...{ method: 'post', path: '/releases/{id}/break-glass', id: 'requestBreakGlass', who: 'operator' },
    summary: 'Ask that a release be let past freezes and a stopped line',
    body: BreakGlassOrder,
    answers: {
      200: { about: 'it was asked for, and is open', shape: BreakGlass },
      202: { about: 'another person must confirm it', shape: BreakGlass },
    },
    refusals: [404, 409],
  },
  {
    ...{ method: 'post', path: '/releases/{id}/break-glass/confirm', id: 'confirmBreakGlass', who: 'operator' },
    summary: 'Confirm it as the second person: it is open from now on',
    body: Explained,
    answers: ok(BreakGlass),
    refusals: [404, 409],
  },
  {
    ...{ method: 'post', path: '/releases/{id}/break-glass/end', id: 'endBreakGlass', who: 'operator' },
    summary: 'Close it before its time',
    body: Explained,
    answers: ok(BreakGlass),
    refusals: [404, 409],
  },
  {
    ...{ method: 'post', path: '/releases/{id}/break-glass/document', id: 'documentBreakGlass', who: 'operator' },
    summary: 'Say what was done by it, and why',
    body: Account,
    answers: ok(BreakGlass),
    refusals: [404, 409],
  },
  {
    ...{ method: 'post', path: '/key-rotations', id: 'rotateKeys', who: 'operator' },
    summary: 'Sign again with the keys of now',
    body: Order,
    answers: {
      200: { about: 'nothing to sign again, or under way', shape: KeyRotation },
      202: { about: 'it is requested', shape: KeyRotation },
    },
    refusals: [409],
  },
  {
    ...{ method: 'get', path: '/key-rotations/{id}', id: 'readKeyRotation', who: 'any role' },
    summary: 'How far a rotation is',
    answers: ok(KeyRotation),
    refusals: [404],
  },
  {
    ...{ method: 'get', path: '/signatures', id: 'listSignatures', who: 'any role' },
    summary: 'What was signed in a period',
    query: period,
    answers: ok(SignaturePage),
  },
  {
    ...{ method: 'get', path: '/expiring', id: 'listExpiring', who: 'any role' },
    summary: 'Approvals of what serves whose end has passed or is near',
    query: Paged.shape,
    answers: ok(ExpiringPage),
  },
  {
    ...{ method: 'post', path: '/releases/{id}/renewal', id: 'renewApproval', who: 'operator' },
    summary: 'Renew the approval of what serves, by a proof that nothing changed',
    answers: ok(Renewal),
    refusals: [404, 422],
  },
  {
    ...{ method: 'post', path: '/releases/{id}/renewal/preview', id: 'previewRenewal', who: 'operator' },
    summary: 'Whether an approval could be renewed',
    isFresh: true,
    answers: ok(Renewal),
    refusals: [404, 422],
  },
  {
    ...{ method: 'get', path: '/canaries', id: 'listCanaries', who: 'any role' },
    summary: 'Which checks can be trusted',
    answers: ok(CanaryList),
  },
  {
    ...{ method: 'get', path: '/canaries/{check}/releases', id: 'listJudged', who: 'any role' },
    summary: 'What was approved on a check in a period',
    query: period,
    answers: ok(JudgedPage),
    refusals: [404],
  },
  {
    ...{ method: 'get', path: '/releases/{id}/reverifications', id: 'listReverifications', who: 'any role' },
    summary: 'Checks that were made again',
    answers: ok(ReverificationList),
    refusals: [404],
  },
  {
    ...{ method: 'post', path: '/releases/{id}/reverifications', id: 'reverify', who: 'operator' },
    summary: 'Have a check made again',
    body: CheckAgain,
    answers: { 202: { about: 'it is ordered', shape: OrderedReverification } },
    refusals: [404, 409],
  },
  {
    ...{ method: 'get', path: '/outbox/parked', id: 'listParked', who: 'any role' },
    summary: 'Side effects that failed for good',
    query: Paged.shape,
    answers: ok(ParkedPage),
  },
  {
    ...{ method: 'post', path: '/outbox/redrive', id: 'redriveAll', who: 'operator' },
    summary: 'Try again all that failed for good',
    body: Explained,
    answers: redriven,
    refusals: [409],
  },
  {
    ...{ method: 'post', path: '/outbox/parked/{row}/redrive', id: 'redriveOne', who: 'operator' },
    summary: 'Try one of them again',
    body: Explained,
    answers: redriven,
    refusals: [404, 409],
  },
];
