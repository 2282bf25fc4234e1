import type { AttestationReport } from '../../domain/attestation/verify-attestation.ts';
import { columns, plain } from './text.ts';

/** What a stage attests, and whether it does. */
export const attestationAccount = ({ attestation: said, problems }: AttestationReport): string =>
  [
    ...(said === undefined
      ? []
      : [
          columns(
            ['release', said.release_id],
            [
              ['stage', said.stage],
              ['attested at', said.timestamp],
              ['artifact', said.sha256],
              ['lies at', said.name],
              ['result', said.result],
              ['passed', said.passed.join(', ')],
              ['warned', said.warned.join(', ')],
              ['failed', said.failed.join(', ')],
            ],
          ),
          '',
        ]),
    ...(problems.length === 0
      ? ['ok: the stage attests this', 'Whether the release may be in production, only the gate says: assay gate.']
      : ['NOT OK: this attests to nothing', ...problems.map((problem) => `  ${plain(problem)}`)]),
  ].join('\n');
