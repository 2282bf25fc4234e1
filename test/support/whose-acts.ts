import type { Writer } from '../../lib/rights/writers.ts';

/** Whose each act of the story is. The others are calls of a Lambda, by the name of its folder. */
export const WHOSE: Readonly<Record<string, readonly Writer[]>> = {
  // By the API a release is requested in the same way.
  'receive-release': ['ReceiveRelease', 'ServeApi'],
  decide: ['ServeApproval'],
  takeDecision: ['ServeApproval'],
  answerAlarm: ['RequestRollback'],
  ...Object.fromEntries(
    ['expire_approval', 'escalate_request', 'remind_people', 'expire_request', 'suspend_approval', 'sync_registry'].map(
      (act) => [act, ['DispatchOutbox']],
    ),
  ),
  // Of the console in the same way.
  ...Object.fromEntries(['askRollback', 'releaseHold'].map((act) => [act, ['ServeApi', 'ServeConsole']])),
  publishAttestationKey: ['ExtendLog'],
  publishDecisionKey: ['ExtendLog'],
  keepLogAlive: ['ExtendLog'],
  ...Object.fromEntries(
    [
      ...['askPromotion', 'askMove', 'adoptEndpoint', 'askKeyRotation'],
      ...['withdrawRequest', 'redriveParked', 'resendMails', 'remindPeople', 'meetCondition'],
      ...['changeLine', 'reverify', 'settlePackage', 'recordReview', 'setLegalHold', 'liftLegalHold'],
      ...['requestBreakGlass', 'confirmBreakGlass', 'endBreakGlass', 'documentBreakGlass'],
    ].map((act) => [act, ['ServeApi']]),
  ),
};
