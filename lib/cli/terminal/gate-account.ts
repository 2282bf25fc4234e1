import * as z from 'zod';
import { Sha256 } from '../../domain/identifiers.ts';
import { Envelope } from '../../domain/signing/envelope.ts';
import { columns, count, paragraph, plain } from './text.ts';

/** What the API answers of the gate. A release that is not there has no more than a decision and its reason. */
export const GateAnswer = z.object({
  decision: z.enum(['allow', 'deny']),
  reasons: z.array(z.object({ rule: z.string(), evidence: z.string(), explanation: z.string() })),
  /** Former versions of the API did not say. */
  remedies: z.array(z.string()).default([]),
  question: z.string().optional(),
  environment: z.string().optional(),
  release_id: z.string().optional(),
  model_name: z.string().optional(),
  model_version: z.string().optional(),
  subject: z.object({ name: z.string(), sha256: Sha256, is: z.string() }).optional(),
  policy_sha256: z.string().optional(),
  inputs_sha256: z.string().optional(),
  opened_by_break_glass: z.array(z.object({ rule: z.string(), explanation: z.string() })).optional(),
  verification_summary: Envelope.optional(),
});
export type GateAnswer = z.infer<typeof GateAnswer>;

/** The decision first, then every reason, then what to do about them. */
export const gateAccount = (answer: GateAnswer, asked: string): string =>
  [verdict(answer, asked), ...facts(answer), ...opened(answer), ...why(answer), ...whatToDo(answer)].join('\n');

const verdict = ({ decision, question, reasons, ...answer }: GateAnswer, asked: string): string => {
  const { model_name: model, model_version: version, environment } = answer;
  const what = model === undefined ? plain(asked) : `${plain(model)} ${plain(version ?? '')}`;
  const verb = question === 'production' ? 'stay in' : 'go to';
  const where = environment === undefined ? '' : ` (${plain(environment)})`;
  return decision === 'allow'
    ? `ALLOWED: ${what} may ${verb} production${where}`
    : `DENIED: ${what} may not ${verb} production${where}, for ${count(reasons.length, 'reason')}`;
};

const SUBJECTS: Readonly<Record<string, string>> = {
  asked: 'artifact, as you have it',
  pinned: 'artifact, as it was pinned',
  manifest: 'manifest; nobody has hashed the artifact yet',
};

const facts = ({ release_id: release, subject, policy_sha256: policy }: GateAnswer): string[] =>
  release === undefined || subject === undefined
    ? []
    : [
        '',
        columns(
          ['release', release],
          [
            [SUBJECTS[subject.is] ?? subject.is, subject.sha256],
            ['policy', policy ?? ''],
          ],
        ),
      ];

/** An answer that would be another one without it says so, whoever reads it. */
const opened = ({ opened_by_break_glass: reasons = [] }: GateAnswer): string[] =>
  reasons.length === 0
    ? []
    : ['', 'BY BREAK-GLASS, past', ...reasons.map(({ rule, explanation }) => paragraph(`${rule}: ${explanation}`))];

const why = ({ reasons }: GateAnswer): string[] =>
  reasons.flatMap(({ rule, explanation }) => ['', plain(rule), paragraph(explanation)]);

const whatToDo = ({ decision, remedies, release_id: release }: GateAnswer): string[] => {
  if (decision === 'allow') return [];
  const look = release === undefined ? 'assay status' : `assay status ${plain(release)}`;
  return ['', 'What to do', ...[...remedies, `${look} shows what there is.`].map((line) => paragraph(plain(line)))];
};
