import type { SummaryReport } from '../../domain/attestation/verification-summary.ts';
import { columns, paragraph, plain } from './text.ts';

/** What a signed answer of the gate says, and whether it proves that these bytes may be in production. */
export const summaryAccount = ({ summary, problems }: SummaryReport): string =>
  [
    ...(summary === undefined
      ? []
      : [
          columns(
            ['release', summary.release_id],
            [
              ['model', `${summary.model_name} ${summary.model_version}`],
              ['environment', summary.environment],
              ['artifact', summary.sha256],
              ['policy', summary.policy_sha256],
              ['answered at', summary.time_verified],
              ['decision', summary.decision],
            ],
          ),
          ...summary.reasons.flatMap(({ rule, explanation }) => ['', plain(rule), paragraph(explanation)]),
          '',
        ]),
    ...(problems.length === 0
      ? [
          'ok: the gate allowed these bytes',
          'It was so at that instant. Whether it still is, the gate says: assay gate.',
        ]
      : ['NOT OK: this does not show that the gate allows them', ...problems.map((problem) => `  ${plain(problem)}`)]),
  ].join('\n');
