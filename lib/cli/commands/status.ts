import * as z from 'zod';
import { TierOverride } from '../../domain/release/tier-override.ts';
import { callApi } from '../client/api.ts';
import { connect, iamOption } from '../client/connection.ts';
import { defineCommand, EXIT } from '../command.ts';
import { columns, jsonText, paragraph, plain, shorten } from '../terminal/text.ts';

const Summary = z.object({
  release_id: z.string(),
  model_name: z.string(),
  model_version: z.string(),
  state: z.string(),
  risk_tier: z.string(),
  updated_at: z.string(),
});
const Releases = z.object({ releases: z.array(Summary) });

const Story = z.object({
  release: Summary.extend({
    requested_by: z.string().default(''),
    evidence_digest: z.string().default(''),
    rollback_target: z.string().default(''),
    approved_until: z.string().default(''),
    record_uri: z.string().default(''),
    package_differs: z.array(z.string()).default([]),
    tier_override: TierOverride.optional(),
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
  approval_request: z
    .object({
      status: z.string(),
      expires_at: z.string(),
      waits_for: z.array(z.object({ role: z.string(), asked: z.array(z.string()) })),
      required_people: z.array(z.string()).default([]),
    })
    .optional(),
  promotion: z
    .object({
      can_promote: z.boolean(),
      under_way: z.boolean(),
      reasons: z.array(z.object({ explanation: z.string() })),
    })
    .optional(),
  production: z.object({ endpoint: z.string(), since: z.string() }).optional(),
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
      decision: z.string(),
      key_id: z.string().default(''),
      comment: z.string().default(''),
      timestamp: z.string(),
    }),
  ),
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
type Story = z.infer<typeof Story>;

export const command = defineCommand({
  name: 'status',
  parameters: ['[RELEASE_ID]'],
  description: 'Lists all releases, latest first; or shows the state, reasons, checks, approvals and events of one.',
  example: 'hmda-mortgage-1.1.0',
  options: { json: { type: 'boolean', description: 'print the answer of the API as JSON' }, iam: iamOption },
  run: async ({ values, positionals: [releaseId] }, around) => {
    const connection = await connect(around, values);
    const path = releaseId === undefined ? ['releases'] : ['releases', releaseId];
    const answer = await callApi(connection, { method: 'GET', path, role: 'auditor' }, z.unknown());
    if (values.json) around.out(jsonText(answer));
    else around.out(releaseId === undefined ? listOf(Releases.parse(answer)) : storyOf(Story.parse(answer)));
    return EXIT.ok;
  },
});

const listOf = ({ releases }: z.infer<typeof Releases>): string =>
  releases.length === 0
    ? 'no releases yet'
    : columns(
        ['release', 'model', 'version', 'state', 'tier', 'updated'],
        releases.map((release) => [
          release.release_id,
          release.model_name,
          release.model_version,
          release.state,
          release.risk_tier,
          release.updated_at,
        ]),
      );

const storyOf = (story: Story): string => {
  const { release, former_decisions: former, hold, checks, approvals, events } = story;
  const { tier_override: lowered } = release;
  const facts = [
    ['model', `${release.model_name} ${release.model_version}`],
    ['state', release.state],
    ...outlookFacts(story),
    ['risk tier', release.risk_tier],
    ...(lowered === undefined ? [] : overrideFacts(lowered)),
    ['requested by', release.requested_by],
    ['evidence digest', release.evidence_digest],
    ['rollback target', wayBack(release.rollback_target)],
    ['approved until', release.approved_until],
    ['record', release.record_uri],
    [
      'model package',
      release.package_differs.length === 0 ? '' : `was changed: ${plain(release.package_differs.join(', '))}`,
    ],
    ['model held', hold === undefined ? '' : `since ${hold.held_since} by rollback ${hold.rollback_id}`],
    ['updated', release.updated_at],
  ].filter(([, value]) => value !== '');
  return [
    ...former.flatMap(formerLines),
    ...obstacleLines(story),
    columns(['release', release.release_id], facts),
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
        approval.approver_role,
        approval.decision,
        approval.key_id === '' ? 'no' : 'yes',
        plain(approval.comment),
      ]),
    ),
    ...section(
      'events',
      ['when', 'seq', 'event', 'who', 'reason'],
      events.map((event) => [event.timestamp, event.seq, event.event_type, event.actor_id, event.reason]),
    ),
  ].join('\n');
};

/** A tier that is lower than the computed one is never shown without that one, and without who answers for it. */
const overrideFacts = ({ computed, rule, reason, roles }: TierOverride): string[][] => [
  ['in place of', `${computed}, by rule ${rule}; counts only with the approval of ${plain(roles.join(' and '))}`],
  ['because', plain(reason)],
];

/** On top of all: what was decided before about the same content or version. */
const formerLines = (one: Story['former_decisions'][number]): string[] => [
  `${plain(one.outcome)} before by ${plain(one.decided_by)} as ${plain(one.role)}, at ${plain(one.timestamp)}: ` +
    `release ${plain(one.release_id)}, ${one.about === 'content' ? 'the same content' : 'the same version with other content'}`,
  paragraph(one.reason),
  '',
];

/** On top as well: why it does not go to production as things stand, whatever people decide. */
const obstacleLines = ({ promotion }: Story): string[] =>
  promotion === undefined || promotion.can_promote
    ? []
    : [
        'as things stand, it will not go to production:',
        ...promotion.reasons.map(({ explanation }) => paragraph(explanation)),
        '',
      ];

/** Whom it waits for, and until when; how far its promotion is; and where it serves. */
const outlookFacts = ({ release, approval_request: request, promotion, production }: Story): string[][] => [
  ...(request?.waits_for ?? []).map(({ role, asked }) => [
    'waits for',
    `${role}: ${asked.join(', ') || 'nobody else was asked'}`,
  ]),
  ['must approve', (request?.status === 'pending' ? request.required_people : []).join(', ')],
  ['decided by', request?.status === 'pending' ? request.expires_at : ''],
  ['promotion', release.state === 'approved' && promotion !== undefined ? promotionInWords(promotion) : ''],
  ['serves from', production === undefined ? '' : `${production.endpoint} since ${production.since}`],
];

const promotionInWords = ({ can_promote: can, under_way: isUnderWay }: NonNullable<Story['promotion']>): string => {
  if (isUnderWay) return 'under way';
  return can ? 'ended; assay promote tries again' : 'ended; assay approvals withdraw takes the release back';
};

const wayBack = (target: string): string =>
  target === 'none' ? 'none; it can be taken back to nothing (assay rollback --to-nothing)' : target;

const section = (title: string, header: string[], rows: (string | number)[][]): string[] =>
  rows.length === 0 ? [] : ['', `${title}:`, columns(header, rows)];
