import { resolve } from 'node:path';
import type { GovernanceRecord } from '../../domain/attestation/record.ts';
import { isVerificationSummary, verifySummary } from '../../domain/attestation/verification-summary.ts';
import { isAttestation, verifyAttestation } from '../../domain/attestation/verify-attestation.ts';
import { type RecordReport, verifyRecord } from '../../domain/audit/verify-record.ts';
import { Instant } from '../../domain/identifiers.ts';
import type { OpenedFile } from '../../domain/records/approval.ts';
import { readPublicKey } from '../../domain/signing/fingerprint.ts';
import { defineCommand, EXIT, type Surroundings, UsageError } from '../command.ts';
import { durationMs } from '../duration.ts';
import { fileSha256 } from '../files/file-digest.ts';
import { readIfThere } from '../files/ledger-directory.ts';
import { attestationAccount } from '../terminal/attestation-account.ts';
import { summaryAccount } from '../terminal/summary-account.ts';
import { columns, jsonText, plain } from '../terminal/text.ts';

export const command = defineCommand({
  name: 'verify',
  parameters: ['RECORD'],
  description: [
    'Verifies a governance record from its file alone: its signature, its digests, and the signature of each decision.',
    'If anything is wrong, everything that is wrong is listed, and the exit code is 1. A record of a version that signed no',
    'decisions does not hold by itself: assay audit verify says whether they had to be signed.',
    'Of an answer of the gate, which assay gate --summary saves, it verifies the signature, and that the answer is yes: about',
    'the bytes of --artifact, and no older than --max-age. Its key is that of attestations, and there are no decisions in it.',
    'Of the attestation of a stage it verifies the signature, and that it is about the bytes of --artifact: by the same key.',
  ].join('\n'),
  example: 'RECORD.dsse --key record.pub --decision-key decision.pub',
  options: {
    key: {
      type: 'string',
      value: 'FILE',
      isRequired: true,
      description: 'public key of records, or of attestations, PEM',
    },
    'decision-key': {
      type: 'string',
      value: 'FILE',
      multiple: true,
      description: 'public key of decisions, PEM; once for each generation',
    },
    artifact: {
      type: 'string',
      value: 'FILE',
      description: 'of an answer of the gate, or an attestation: the bytes that it must be about',
    },
    'max-age': { type: 'string', value: 'AGE', description: 'of an answer of the gate: 30m, 2h or 3d; any if omitted' },
    json: { type: 'boolean', description: 'print the report as JSON' },
  },
  run: async ({ values, positionals: [name = ''] }, around) => {
    const bytes = await readIfThere(resolve(around.directory, name));
    if (bytes === undefined) throw new UsageError(`there is no record in ${plain(name)}`);
    if (isVerificationSummary(bytes)) return verifyAnswer(bytes, values, around);
    if (isAttestation(bytes)) return verifyStage(bytes, values, around);
    const { 'decision-key': decisionKeys = [] } = values;
    if (decisionKeys.length === 0) throw new UsageError('verify needs --decision-key');
    const keys = {
      recordKeyPem: await keyFrom(values.key, around),
      decisionKeysPem: await Promise.all(decisionKeys.map((file) => keyFrom(file, around))),
    };
    const report = verifyRecord(bytes, keys);
    around.out(values.json ? jsonText(report) : accountOf(report));
    return report.problems.length === 0 ? EXIT.ok : EXIT.no;
  },
});

type AnswerOptions = {
  readonly key: string;
  readonly artifact?: string | undefined;
  readonly 'max-age'?: string | undefined;
  readonly json?: boolean | undefined;
};

const verifyAnswer = async (bytes: Uint8Array, values: AnswerOptions, around: Surroundings) => {
  const { artifact, 'max-age': age } = values;
  const maxAgeMs = age === undefined ? undefined : durationMs(age);
  if (age !== undefined && maxAgeMs === undefined) throw new UsageError('--max-age takes an age such as 30m, 2h or 3d');
  const report = verifySummary(bytes, {
    attestationKeyPem: await keyFrom(values.key, around),
    artifactSha256: artifact === undefined ? undefined : await fileSha256(resolve(around.directory, artifact)),
    notBefore: maxAgeMs === undefined ? undefined : Instant.parse(new Date(Date.now() - maxAgeMs).toISOString()),
  });
  around.out(values.json ? jsonText(report) : summaryAccount(report));
  return report.problems.length === 0 ? EXIT.ok : EXIT.no;
};

const verifyStage = async (bytes: Uint8Array, { key, artifact, json }: AnswerOptions, around: Surroundings) => {
  const report = verifyAttestation(bytes, {
    attestationKeyPem: await keyFrom(key, around),
    artifactSha256: artifact === undefined ? undefined : await fileSha256(resolve(around.directory, artifact)),
  });
  around.out(json ? jsonText(report) : attestationAccount(report));
  return report.problems.length === 0 ? EXIT.ok : EXIT.no;
};

const keyFrom = async (file: string, around: Surroundings): Promise<string> => {
  const pem = (await readIfThere(resolve(around.directory, file)))?.toString('utf8') ?? '';
  if (readPublicKey(pem)?.signsEnvelopes === true) return pem;
  throw new UsageError(`${plain(file)} is no public key on P-256 in PEM`);
};

const accountOf = ({ record, opened, problems }: RecordReport): string =>
  [
    ...(record === undefined
      ? []
      : [
          columns(
            ['release', record.release_id],
            [
              ['model', `${record.model_id} ${record.model_version}`],
              ['artifact', record.model_hash],
              ['evidence digest', record.evidence_digest],
              ['schema version', String(record.schema_version)],
              ...tierRows(record),
              ...policyRows(record),
              ...answerRows(record),
            ],
          ),
          '',
          columns(
            ['decided', 'who', 'as', 'decision', 'door', 'signature'],
            record.human_approvals.map((approval) => [
              approval.timestamp,
              approval.approver_id,
              approval.acting_for === undefined
                ? approval.approver_role
                : `${approval.approver_role} for ${approval.acting_for}`,
              approval.decision,
              approval.auth_method,
              Reflect.has(approval, 'envelope') ? 'signed' : 'none',
            ]),
          ),
          '',
          ...record.human_approvals.flatMap(conditionLines),
          ...record.human_approvals.map(({ approver_id: person }) => openedLine(person, opened[person])),
          '',
        ]),
    ...(problems.length === 0
      ? [
          'ok: the record holds',
          'Only the ledger says whether the release may still be promoted: it may be withdrawn since.',
        ]
      : ['NOT OK: the record does not hold', ...problems.map((problem) => `  ${plain(problem)}`)]),
  ].join('\n');

/** What was approved on them is not said without them. */
const conditionLines = ({
  approver_id: person,
  conditions = [],
}: GovernanceRecord['human_approvals'][number]): string[] =>
  conditions.map(
    ({ text, owner_id: owner, due_at: due }) =>
      `${plain(person)} approved on condition that ${plain(owner)} does this before ${due}: ${plain(text)}`,
  );

/** Nobody knows whether a person read what their browser was given, and this does not say so. */
const openedLine = (person: string, opened: readonly OpenedFile[] | undefined): string => {
  if (opened === undefined) return `${plain(person)}: nobody noted what was opened from the page`;
  const files = opened.map(({ name, sha256, at }) => `\n  ${plain(name)}  ${sha256}  ${at}`);
  return `${plain(person)} opened from the page:${files.length === 0 ? ' nothing' : files.join('')}`;
};

const tierRows = ({ risk_tier: tier, tier_override: lowered }: GovernanceRecord): [string, string][] =>
  lowered === undefined
    ? [['risk tier', tier]]
    : [
        ['risk tier', `${tier}, in place of ${lowered.computed} by rule ${plain(lowered.rule)}`],
        ['reason', plain(lowered.reason)],
        ['roles to accept it', lowered.roles.map(plain).join(', ')],
      ];

/** The policy by its digest, and by name where overlays made it. */
const policyRows = (record: GovernanceRecord): [string, string][] => {
  const { policy_applied: applied } = record.schema_version === 3 ? record : {};
  const overlays = (applied?.overlays ?? []).map(({ name }) => plain(name)).join(', ');
  const base = applied && ` of ${plain(applied.base.name)} with ${overlays}`;
  return [['policy', `${record.policy_sha256}${base ?? ''}`]];
};

/** Who denied it is in the ledger; that somebody did, and what the submitter says to that, nobody should miss. */
const answerRows = ({ denial_answer: answered }: GovernanceRecord): [string, string][] =>
  answered === undefined
    ? []
    : [
        ['denied before as', answered.answered_denials.map(plain).join(', ')],
        ['answer', plain(answered.answer)],
      ];
