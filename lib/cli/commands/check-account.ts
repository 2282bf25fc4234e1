/** What a check of a manifest found, for people. */
import { relative } from 'node:path';
import * as z from 'zod';
import { StageName } from '../../domain/checks/vocabulary.ts';
import { fairnessReport } from '../../domain/evidence/fairness/fairness-report.ts';
import type { OutcomeCounts } from '../../domain/evidence/predictions/predictions.ts';
import type { Rehearsal, RehearsedCheck } from '../../domain/gate/rehearsal.ts';
import type { PolicyRecord } from '../../domain/policy/policy-record.ts';
import type { Reason } from '../../domain/release/release.ts';
import type { TierOverride } from '../../domain/release/tier-override.ts';
import type { HeldFile } from '../files/manifest-files.ts';
import type { Terminal } from '../terminal/group-bars.ts';
import { groupPicture } from '../terminal/group-picture.ts';
import { columns, count, paragraph, plain } from '../terminal/text.ts';
import { type Checked, isBlocking, judgementOf } from './check-document.ts';

type Status = RehearsedCheck['verdict']['status'];

export const accountOf = (checked: Checked, directory: string, terminal: Terminal): string => {
  const { rehearsal } = checked;
  return [
    ...heading(checked, directory),
    ...besideChecks(rehearsal, terminal),
    ...StageName.options.flatMap((stage) => stageLines(stage, rehearsal, terminal)),
    ...pictures(checked, terminal),
    '',
    ...closing(checked, terminal),
  ].join('\n');
};

const heading = (
  { manifest, policy, policyFile, hasApprovers, files, rehearsal }: Checked,
  directory: string,
): string[] => {
  const { tier, declared, computed, rule, override } = rehearsal.assessment;
  const raised = tier === declared ? '' : `, declared ${declared}`;
  const folders = files.map((file) => folderInWords(file, directory));
  return [
    columns(
      ['release', manifest.release_id],
      [
        ['policy', [policyFile, ...(policy.applied?.overlays ?? []).map(({ name }) => `overlay ${name}`)].join(', ')],
        ...(hasApprovers ? [] : [['approvers', 'unknown here; name the file with --approvers FILE']]),
        [
          'risk tier',
          override === undefined
            ? `${tier}${rule === undefined ? '' : ` by ${rule}`}${raised}`
            : `${tier} in place of ${computed} by ${rule}`,
        ],
        ...(override === undefined ? [] : [['override', demandedBy(override)]]),
        ...[...new Set(folders)].map((folder) => [
          'evidence',
          `${count(folders.filter((one) => one === folder).length, 'file')} from ${folder}`,
        ]),
      ],
    ),
  ];
};

/** What the lower tier takes: said before anybody is asked. */
const demandedBy = ({ roles }: TierOverride): string =>
  `counts only with the approval of ${roles.join(' and ')}, each another person; denied or unanswered, the release is rejected`;

/** Where a file was read from, so that nobody mistakes a local copy for the object in S3. */
const folderInWords = ({ where, isUnversioned }: HeldFile, directory: string): string => {
  const folder = where.replace(/[/\\][^/\\]*$/, '');
  if (isUnversioned) return `${folder}, a bucket without versioning: a release from there is refused`;
  if (folder.startsWith('s3://')) return folder;
  const way = relative(directory, folder);
  return way.startsWith('..') ? folder : way || '.';
};

const besideChecks = ({ mismatches, deployment }: Rehearsal, terminal: Terminal): string[] => [
  ...reasonLines('digests', mismatches, 'Use the right file, or correct the manifest.', terminal),
  ...reasonLines('deployment', deployment, 'Write one into deployment.strategy of the manifest.', terminal),
];

const reasonLines = (title: string, reasons: readonly Reason[], remedy: string, terminal: Terminal): string[] =>
  reasons.length === 0
    ? []
    : [
        '',
        title,
        ...reasons.flatMap(({ rule, explanation }) => [
          `  ${signOf('failed', terminal)} failed, blocks  ${plain(rule)}`,
          indentText(`${explanation}. ${remedy}`, terminal),
        ]),
      ];

const stageLines = (stage: StageName, { checks }: Rehearsal, terminal: Terminal): string[] => {
  const made = checks.filter((check) => check.stage === stage);
  return made.length === 0 ? [] : ['', stage, ...made.flatMap((check) => checkLines(check, terminal))];
};

const checkLines = (check: RehearsedCheck, terminal: Terminal): string[] => {
  const { name, verdict } = check;
  const consequence = isFine(verdict.status) ? '' : isBlocking(check) ? ', blocks' : ', does not block';
  const word = verdict.status.replaceAll('_', ' ');
  const head = `  ${signOf(verdict.status, terminal)} ${word}${consequence}  ${plain(name)}`;
  if (verdict.status === 'not_run_here') return [head, indentText(verdict.explanation, terminal)];
  const found = `measured: ${verdict.measured}; threshold: ${verdict.threshold}; ${verdict.knownBy}`;
  return [
    head,
    indentText(found, terminal),
    ...(isFine(verdict.status) ? [] : [indentText(verdict.explanation, terminal)]),
  ];
};

const indentText = (text: string, { width }: Terminal): string => paragraph(text, { indent: 6, width });

const isFine = (status: Status): boolean => status === 'passed' || status === 'not_run_here';

const signOf = (status: Status, { isUnicode }: Terminal): string => {
  if (status === 'passed') return isUnicode ? '✓' : '+';
  if (status === 'not_run_here') return '-';
  return isUnicode ? '✗' : 'x';
};

/** One picture for each attribute that a failing check judges. */
const pictures = ({ policy, rehearsal }: Checked, terminal: Terminal): string[] => {
  const { outcomes } = rehearsal;
  if (outcomes === undefined) return [];
  const unfair = rehearsal.checks.filter(
    (check) => check.stage === 'bias_and_fairness' && !isFine(check.verdict.status),
  );
  const asked = unfair.map(({ name }) => judgedBy(policy, name, outcomes));
  const attributes = new Set(asked.flatMap((one) => one.protected_attributes));
  return fairnessReport(outcomes, Math.max(...asked.map((one) => one.minimum_group_size)))
    .filter(({ attribute }) => attributes.has(attribute))
    .flatMap(({ attribute, groups }) => [
      '',
      `favorable outcomes by ${plain(attribute)}`,
      ...groupPicture(groups, terminal),
    ]);
};

/** A check whose parameters name no attributes judges all of them. */
const judgedBy = (policy: PolicyRecord, name: string, { attributes }: OutcomeCounts) => {
  const Asked = z.object({
    protected_attributes: z.array(z.string()).default([]),
    minimum_group_size: z.int().default(1),
  });
  const used = policy.stages.flatMap(({ checks }): readonly { name: string; parameters: unknown }[] => checks);
  const asked = Asked.parse(used.find((check) => check.name === name)?.parameters);
  return asked.protected_attributes.length > 0 ? asked : { ...asked, protected_attributes: attributes };
};

const closing = (checked: Checked, { width }: Terminal): string[] => {
  const { leftOut, notPassed, blocking, unversioned } = judgementOf(checked);
  const { unsigned } = checked;
  const { checks, mismatches, deployment } = checked.rehearsal;
  const made = `${count(checks.length - leftOut.length, 'check')}${leftOut.length > 0 ? ' that were run here' : ''}`;
  const left = `Only the deployment can run these, so they have not passed yet: ${leftOut.map(({ name }) => name).join(', ')}.`;
  const passes =
    notPassed.length === 0
      ? `All ${made} pass.`
      : `${notPassed.length} of ${made} ${notPassed.length === 1 ? 'does' : 'do'} not pass; ${blocking.length} of them ${blocking.length === 1 ? 'blocks' : 'block'} the release.`;
  const digests = `${count(mismatches.length, 'file')} ${mismatches.length === 1 ? 'does' : 'do'} not match the manifest, which blocks the release.`;
  const versions = `${count(unversioned.length, 'file')} ${unversioned.length === 1 ? 'is' : 'are'} in a bucket without versioning; a release from there is refused.`;
  return [
    ...(leftOut.length === 0 ? [] : [paragraph(left, { indent: 1, width }).replaceAll(/^ /gm, '')]),
    passes,
    ...(mismatches.length === 0 ? [] : [digests]),
    ...(deployment.length === 0 ? [] : ['The policy asks for another deployment strategy, which blocks the release.']),
    ...(unversioned.length === 0 ? [] : [versions]),
    ...(unsigned === undefined
      ? []
      : [`The model is not signed yet, and assay push refuses it until it is: ${plain(unsigned.howTo)}.`]),
  ];
};
