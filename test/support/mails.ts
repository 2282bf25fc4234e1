/** Every mail that a person can get, as it is sent: for those who read them, and for those who check them. */

import type { OutcomeRecord } from '../../lib/domain/evidence/outcome-record.ts';
import type { PersonRecord } from '../../lib/domain/policy/directory-record.ts';
import { type FairnessLine, fairnessLine } from '../../lib/domain/questions/fairness-line.ts';
import { ratesOf } from '../../lib/domain/questions/group-rates.ts';
import { worstImpact } from '../../lib/domain/questions/impact.ts';
import { movementsOf } from '../../lib/domain/questions/movements.ts';
import { unmatchedOf } from '../../lib/domain/questions/unmatched.ts';
import type { Outcome } from '../../lib/domain/release/outcome.ts';
import type { Release } from '../../lib/domain/release/release.ts';
import { approvalMail } from '../../lib/web/mail/approval-mail.ts';
import { denierMail } from '../../lib/web/mail/denier-mail.ts';
import type { MailText } from '../../lib/web/mail/mail-body.ts';
import { type OutcomeMailInput, outcomeMail } from '../../lib/web/mail/outcome-mail.ts';
import { type ApprovalCase, aCheck, at, digestOf, NOW } from './approval-case.ts';
import { aStandingCondition } from './conditions.ts';
import { APPROVED_UNTIL, anApprovalOf, aPointer, aRollback, inProduction, superseded } from './release-life.ts';
import { totalsOf } from './totals-of.ts';

export const VIENNA = 'Europe/Vienna';

const group = (attribute: string, value: string, favorable: number, count: number) => ({
  ...{ attribute, value, count, favorable, labelled: count, actualFavorable: favorable },
  ...{ truePositive: Math.round(favorable * 0.9), falsePositive: Math.round((count - favorable) * 0.1) },
});
const NOW_GROUPS: OutcomeRecord['groups'] = [
  group('race', 'White', 7421, 9120),
  group('race', 'Asian', 1180, 1402),
  group('race', 'Black or African American', 640, 1011),
];
const FORMER_GROUPS: OutcomeRecord['groups'] = [
  group('race', 'White', 7400, 9120),
  group('race', 'Asian', 1175, 1402),
  group('race', 'Black or African American', 760, 1011),
];

const CHANGED = { stayedYes: 9000, stayedNo: 2200, yesToNo: 190, noToYes: 143 };

const measuredIn = (groups: OutcomeRecord['groups'], { minimumRows }: FairnessLine) => ({
  ...{ metrics: {}, groups: ratesOf(groups, minimumRows), totals: totalsOf(groups) },
});

export const measuredGroups = ({ policy }: Pick<ApprovalCase, 'policy'>, isLive = true) => {
  const line = fairnessLine(policy);
  const [was, is] = [measuredIn(FORMER_GROUPS, line), measuredIn(NOW_GROUPS, line)];
  const found = worstImpact(is.groups, line);
  const worst = found && { ...found, asked: line.minimumRatioOf('race'), favorable: '1' };
  if (!isLive) return { worst };
  const [movements, unmatched] = [movementsOf(was, is, line), unmatchedOf(was, is, line)];
  return { worst, live: { releaseId: superseded.releaseId, movements, unmatched, changed: CHANGED } };
};

const REASONS = {
  rejected: [
    {
      ...{ rule: 'disparate_impact_ratio_above_minimum', evidence: '' },
      explanation:
        'failed: race: Black or African American is selected at 0.7780 of the rate of White; at least 0.80 is asked for.',
    },
    {
      rule: 'adversarial_perturbation_test_passed',
      evidence: '',
      explanation: 'not_provided: the manifest names no perturbed_predictions.',
    },
  ],
  denied: [
    {
      rule: 'human_approval',
      evidence: 'apr-mortgage-1-2-0',
      explanation: 'grace denied as risk_owner: too wide a gap',
    },
  ],
  changes_requested: [
    {
      rule: 'changes_requested',
      evidence: 'apr-mortgage-1-2-0',
      explanation: 'grace asked for changes as risk_owner: say who',
    },
  ],
  withdrawn: [
    {
      rule: 'withdrawn',
      evidence: 'apr-mortgage-1-2-0',
      explanation: 'rita withdrew it as requester: the labels were wrong',
    },
  ],
};
const CHECKS = [
  { ...aCheck('disparate_impact_ratio_above_minimum'), status: 'failed', passed: false },
  { ...aCheck('adversarial_perturbation_test_passed'), status: 'not_provided', passed: false },
];

const states: Readonly<Record<Outcome, Partial<Release>>> = {
  rejected: { state: 'rejected', reasons: REASONS.rejected },
  denied: { state: 'rejected', reasons: REASONS.denied },
  changes_requested: { state: 'rejected', reasons: REASONS.changes_requested },
  withdrawn: { state: 'rejected', reasons: REASONS.withdrawn },
  approved_with_conditions: { state: 'approved' },
  suspended: { state: 'production', suspendedSince: at('2026-12-14T22:59:00.000Z') },
  renewed: { state: 'production', approvedUntil: APPROVED_UNTIL, approvalRenewedAt: NOW },
  not_renewed: {
    state: 'production',
    approvedUntil: APPROVED_UNTIL,
    renewalRefused: {
      until: APPROVED_UNTIL,
      reasons: [{ rule: 'input_changed', evidence: 'policy', explanation: 'the policy has changed' }],
    },
  },
  expiring: { state: 'production', approvedUntil: APPROVED_UNTIL, expiryWarning: { until: APPROVED_UNTIL, days: 7 } },
  expired: { state: 'expired' },
  not_deployed: {
    state: 'approved',
    reasons: [
      {
        rule: 'deployment',
        evidence: '',
        explanation: 'endpoint serves mortgage-1-1-0-e1, not mortgage-1-2-0-e2: alarm mortgage-5xx went off',
      },
    ],
  },
  promoted: { state: 'production' },
  rolled_back: { state: 'rolled_back' },
};

/** One of the people of a case, in Vienna. */
export const inVienna = ({ directory }: Pick<ApprovalCase, 'directory'>, id: string): PersonRecord => {
  const found = directory.people.find((one) => one.id === id);
  if (found === undefined) throw new Error(`${id} is not in the directory`);
  return { ...found, time_zone: VIENNA };
};

/** What somebody gets about an outcome: grace was asked, rita requested it. */
export const mailOnOutcome = (
  scene: ApprovalCase,
  outcome: Outcome,
  to: string,
  changes: Partial<OutcomeMailInput> = {},
): MailText => {
  const { request, release, directory } = scene;
  const ended = outcome === 'promoted' || outcome === 'rolled_back' ? inProduction : release;
  return outcomeMail({
    person: inVienna(scene, to),
    release: { ...ended, requestedBy: release.requestedBy, ...states[outcome] } as Release,
    outcome,
    request: outcome === 'rejected' ? undefined : request,
    approvals:
      outcome === 'denied'
        ? [
            anApprovalOf('grace', 'risk_owner', {
              decision: 'deny',
              comment: 'The gap between two groups is too wide.',
            }),
          ]
        : outcome === 'changes_requested'
          ? [
              anApprovalOf('grace', 'risk_owner', {
                decision: 'request_changes',
                comment: 'Say in the card who must not be scored.',
              }),
            ]
          : outcome === 'promoted'
            ? [anApprovalOf('ada', 'ml_lead'), anApprovalOf('grace', 'risk_owner')]
            : [],
    suspensions: [],
    conditions: outcome === 'approved_with_conditions' || outcome === 'suspended' ? [aStandingCondition()] : [],
    checks: outcome === 'rejected' ? CHECKS : [],
    pointer:
      outcome === 'rolled_back'
        ? aPointer({ releaseId: superseded.releaseId })
        : aPointer({ releaseId: inProduction.releaseId, fallbackReleaseId: superseded.releaseId }),
    rollback: outcome === 'rolled_back' ? aRollback({ executedAt: NOW }) : undefined,
    names: new Map(directory.people.map(({ id, name }) => [id, name])),
    ...changes,
  });
};

export const mailAsking = (
  scene: ApprovalCase,
  changes: Partial<Parameters<typeof approvalMail>[0]> = {},
): MailText => {
  const { request, release, directory } = scene;
  const invitation = request.invitations.find(({ personId }) => personId === 'grace');
  if (invitation === undefined) throw new Error('grace was not asked');
  return approvalMail({
    person: inVienna(scene, 'grace'),
    invitation,
    request,
    release,
    checks: [aCheck('disparate_impact_ratio_above_minimum')],
    requester: directory.people.find(({ id }) => id === release.requestedBy),
    unsigned: undefined,
    former: [],
    names: new Map(),
    groups: measuredGroups(scene),
    link: 'https://approve.example.com/a/payload.mac',
    ...changes,
  });
};

export const everyMail = (scene: ApprovalCase): Readonly<Record<string, MailText>> => {
  const denial = {
    ...{ releaseId: 'mortgage-1-1-9', modelName: 'mortgage-approval', modelVersion: '1.1.9', outcome: 'denied' },
    ...{
      decidedBy: 'grace',
      role: 'risk_owner',
      reason: 'The groups differ.',
      decidedAt: at('2026-11-20T09:00:00.000Z'),
    },
    ...{ isOfContent: true, artifactSha256: digestOf('artifact') },
  } as never;
  return {
    asking: mailAsking(scene),
    'asking-first-release': mailAsking(scene, { groups: measuredGroups(scene, false) }),
    'asking-after-denial': mailAsking(scene, { former: [denial] }),
    denier: denierMail({ person: inVienna(scene, 'grace'), ...scene, denier: { denial, fields: ['trained_by'] } }),
    ...Object.fromEntries(
      (Object.keys(states) as Outcome[]).flatMap((outcome) =>
        ['rita', 'grace'].map((to) => [`${outcome}-to-${to}`, mailOnOutcome(scene, outcome, to)]),
      ),
    ),
  };
};
