/** What `assay status` says of a release. */
import * as z from 'zod';
import { approvalRequestId } from '../../domain/approval/request.ts';
import { DeploymentStrategy } from '../../domain/release/deployment-strategy.ts';
import { CHANGES_REQUESTED } from '../../domain/release/outcome.ts';
import { givenByPeople } from '../../domain/release/release.ts';
import { strategyInWords } from '../../domain/release/strategy-in-words.ts';
import { TierOverride } from '../../domain/release/tier-override.ts';
import type { Surroundings } from '../command.ts';
import { AwaitedApprovals, awaitedFacts } from './awaited-approvals.ts';
import { BreakGlass, breakGlassInWords } from './break-glass-account.ts';
import { Condition, conditionTable } from './condition-account.ts';
import { localTime } from './local-time.ts';
import { columns, paragraph, plain, shorten } from './text.ts';

export const ReleaseSummary = z.object({
  release_id: z.string(),
  model_name: z.string(),
  model_version: z.string(),
  state: z.string(),
  risk_tier: z.string(),
  updated_at: z.string(),
});

export const Story = z.object({
  release: ReleaseSummary.extend({
    requested_by: z.string().default(''),
    evidence_digest: z.string().default(''),
    rollback_target: z.string().default(''),
    approved_until: z.string().default(''),
    suspended_since: z.string().default(''),
    record_uri: z.string().default(''),
    package_differs: z.array(z.string()).default([]),
    tier_override: TierOverride.optional(),
    denial_answer: z.string().default(''),
    answers: z.string().default(''),
    change_note: z.string().default(''),
    serving: z.object({ deployment_strategy: DeploymentStrategy.optional() }).default({}),
    policy_applied: z.object({ overlays: z.array(z.object({ name: z.string(), sha256: z.string() })) }).optional(),
    reasons: z.array(z.object({ rule: z.string(), evidence: z.string(), explanation: z.string() })).default([]),
  }),
  former_decisions: z
    .array(
      z.object({
        release_id: z.string(),
        about: z.string(),
        outcome: z.string(),
        decided_by: z.string(),
        role: z.string(),
        reason: z.string(),
        timestamp: z.string(),
      }),
    )
    .default([]),
  approval_request: AwaitedApprovals.optional(),
  promotion: z
    .object({
      can_promote: z.boolean(),
      under_way: z.boolean(),
      waits: z.boolean().default(false),
      waits_until: z.string().default(''),
      reasons: z.array(z.object({ rule: z.string(), explanation: z.string() })),
      /** Former versions of the API did not say. */
      remedies: z.array(z.string()).default([]),
    })
    .optional(),
  break_glass: BreakGlass.optional(),
  production: z.object({ endpoint: z.string(), since: z.string() }).optional(),
  stages: z.array(z.object({ name: z.string(), title: z.string(), status: z.string() })).default([]),
  hold: z.object({ held_since: z.string(), rollback_id: z.string() }).optional(),
  checks: z.array(
    z.object({
      stage: z.string(),
      name: z.string(),
      status: z.string(),
      measured: z.string(),
      threshold: z.string(),
      explanation: z.string(),
      known_by: z.string().default(''),
    }),
  ),
  approvals: z.array(
    z.object({
      approver_id: z.string(),
      approver_role: z.string(),
      acting_for: z.string().optional(),
      decision: z.string(),
      key_id: z.string().default(''),
      comment: z.string().default(''),
      timestamp: z.string(),
    }),
  ),
  conditions: z.array(Condition).default([]),
  events: z.array(
    z.object({
      seq: z.int(),
      event_type: z.string(),
      timestamp: z.string(),
      actor_id: z.string(),
      reason: z.string().default(''),
    }),
  ),
});
export type Story = z.infer<typeof Story>;

type Zone = Pick<Surroundings, 'env'>;

/** A release in full: what was decided before, what stands in its way, its state, stages, checks, approvals and events. */
export const releaseAccount = (story: Story, around: Zone): string => {
  const { release, former_decisions: former, checks, approvals, conditions, events } = story;
  return [
    ...former.flatMap(formerLines),
    ...answerLines(release),
    ...obstacleLines(story),
    columns(['release', release.release_id], factsOf(story, around)),
    ...stageLines(story),
    ...(release.reasons.length === 0 ? [] : ['', 'reasons:']),
    ...release.reasons.map(({ rule, explanation }) => `${plain(rule)}\n${paragraph(explanation)}`),
    ...section(
      'checks',
      ['check', 'status', 'known by', 'measured', 'threshold'],
      checks.map((check) => [
        check.name,
        check.status,
        check.known_by,
        shorten(check.measured, 40),
        shorten(check.threshold, 40),
      ]),
    ),
    ...section(
      'approvals',
      ['when', 'who', 'as', 'decision', 'signed', 'comment'],
      approvals.map((approval) => [
        approval.timestamp,
        approval.approver_id,
        approval.acting_for === undefined
          ? approval.approver_role
          : `${approval.approver_role} for ${approval.acting_for}`,
        approval.decision,
        approval.key_id === '' ? 'no' : 'yes',
        plain(approval.comment),
      ]),
    ),
    ...(conditions.length === 0 ? [] : ['', 'approved on condition of:', conditionTable(conditions, around)]),
    ...section(
      'events',
      ['when', 'seq', 'event', 'who', 'reason'],
      events.map((event) => [event.timestamp, event.seq, event.event_type, event.actor_id, event.reason]),
    ),
  ].join('\n');
};

/** What changes while one waits: the state, whom it waits for, and each stage. */
export const releaseInBrief = (story: Story, around: Zone): string =>
  [
    columns(
      ['release', story.release.release_id],
      [
        ['state', stateInWords(story.release)],
        ...outlookFacts(story, around).filter(([, value]) => value !== ''),
        ...story.release.reasons.map(({ rule, explanation }) => ['because', plain(`${rule}: ${explanation}`)]),
      ],
    ),
    ...stageLines(story),
  ].join('\n');

const factsOf = (story: Story, around: Zone): string[][] => {
  const { release, hold } = story;
  const { tier_override: lowered } = release;
  return [
    ['model', `${release.model_name} ${release.model_version}`],
    ['state', stateInWords(release)],
    ...outlookFacts(story, around),
    ['break-glass', breakGlassInWords(story.break_glass, around)],
    ['risk tier', release.risk_tier],
    ...(lowered === undefined ? [] : overrideFacts(lowered)),
    ['policy', policyInWords(release.policy_applied)],
    ['deployment', deploymentInWords(release)],
    ['requested by', release.requested_by],
    ['evidence digest', release.evidence_digest],
    ['rollback target', wayBack(release.rollback_target)],
    ['approved until', localTime(release.approved_until, around)],
    ['suspended since', localTime(release.suspended_since, around)],
    ['record', release.record_uri],
    [
      'model package',
      release.package_differs.length === 0 ? '' : `was changed: ${plain(release.package_differs.join(', '))}`,
    ],
    [
      'model held',
      hold === undefined ? '' : `since ${localTime(hold.held_since, around)} by rollback ${hold.rollback_id}`,
    ],
    ['updated', localTime(release.updated_at, around)],
  ].filter(([, value]) => value !== '');
};

/** One at once says nothing of itself. */
const deploymentInWords = ({ serving: { deployment_strategy: strategy } }: Story['release']): string =>
  strategy === undefined ? '' : plain(strategyInWords(strategy));

/** A rejection that asks for something is told from one that is an end. */
const stateInWords = ({ state, reasons, release_id }: Story['release']): string => {
  const ended = { reasons, approvalRequestId: approvalRequestId(release_id) };
  return givenByPeople(ended, CHANGES_REQUESTED) === undefined ? state : `${state}: changes were asked for`;
};

const STAGE_WORDS: Readonly<Record<string, string>> = {
  passed: 'passed',
  not_passed: 'did not pass',
  under_way: 'under way',
  waits: 'waits for the others',
};

/** Stages that the policy has no checks for say nothing. */
const stageLines = ({ stages }: Story): string[] =>
  section(
    'stages',
    ['stage', 'is'],
    stages
      .filter(({ status }) => status !== 'no_checks')
      .map(({ title, status }) => [title, STAGE_WORDS[status] ?? status]),
  );

/** Which overlays made the policy stricter for this release. */
const policyInWords = (applied: Story['release']['policy_applied']): string => {
  if (applied === undefined) return '';
  const overlays = applied.overlays.map(({ name, sha256 }) => `${plain(name)} (sha256 ${sha256})`);
  return overlays.length === 0 ? 'the base alone; no overlay is for this model' : `base with ${overlays.join(', ')}`;
};

/** A tier that is lower than the computed one is never shown without that one, and without who answers for it. */
const overrideFacts = ({ computed, rule, reason, roles }: TierOverride): string[][] => [
  ['in place of', `${computed}, by rule ${rule}; counts only with the approval of ${plain(roles.join(' and '))}`],
  ['because', plain(reason)],
];

const ABOUT = new Map([
  ['content', 'the same content'],
  ['answered', 'the one that this release answers'],
  ['answered_content', 'the one that this release answers, with the same content'],
]);

/** On top of all: what was decided before about the same content or version. */
const formerLines = (one: Story['former_decisions'][number]): string[] => [
  `${plain(one.outcome.replaceAll('_', ' '))} before by ${plain(one.decided_by)} as ${plain(one.role)}, at ${plain(one.timestamp)}: ` +
    `release ${plain(one.release_id)}, ${ABOUT.get(one.about) ?? 'the same version with other content'}`,
  paragraph(one.reason),
  '',
];

const answerLines = ({ denial_answer: answer, answers, change_note: note }: Story['release']): string[] =>
  [answers === '' ? '' : note, answer].flatMap((said) =>
    said === '' ? [] : ['the requester answers:', paragraph(said), ''],
  );

/** On top as well: why it does not go to production as things stand, whatever people decide, and what to do about it. */
const obstacleLines = ({ promotion }: Story): string[] =>
  promotion === undefined || promotion.can_promote
    ? []
    : [
        'as things stand, it will not go to production:',
        ...promotion.reasons.map(({ explanation }) => paragraph(explanation)),
        ...promotion.remedies.map((remedy) => paragraph(`What to do: ${plain(remedy)}`)),
        '',
      ];

/** Whom it waits for, and until when; how far its promotion is; and where it serves. */
const outlookFacts = (
  { release, approval_request: request, promotion, production }: Story,
  around: Zone,
): string[][] => [
  ...awaitedFacts(request, around),
  ['promotion', release.state === 'approved' && promotion !== undefined ? promotionInWords(promotion, around) : ''],
  [
    'serves from',
    production === undefined ? '' : `${production.endpoint} since ${localTime(production.since, around)}`,
  ],
];

const promotionInWords = (promotion: NonNullable<Story['promotion']>, around: Zone): string => {
  const { can_promote: can, under_way: isUnderWay, waits, waits_until: until, remedies } = promotion;
  if (isUnderWay) return 'under way';
  if (waits)
    return `waits for the end of a freeze${until === '' ? '' : `, ${localTime(until, around)}`}; it is judged again then`;
  if (can) return 'ended; assay promote tries again';
  return remedies.length > 0
    ? 'ended; what to do first is said above'
    : 'ended; assay approvals withdraw takes the release back';
};

const wayBack = (target: string): string =>
  target === 'none' ? 'none; it can be taken back to nothing (assay rollback --to-nothing)' : target;

const section = (title: string, header: string[], rows: (string | number)[][]): string[] =>
  rows.length === 0 ? [] : ['', `${title}:`, columns(header, rows)];
