import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import * as z from 'zod';
import project from '../../../package.json' with { type: 'json' };
import { Sha256 } from '../../domain/identifiers.ts';
import { envelopeBytes } from '../../domain/signing/envelope.ts';
import { ApiRefusal, callApi } from '../client/api.ts';
import { connect, iamOption } from '../client/connection.ts';
import { defineCommand, EXIT, type Surroundings, UsageError } from '../command.ts';
import { fileSha256 } from '../files/file-digest.ts';
import { GateAnswer, gateAccount } from '../terminal/gate-account.ts';
import { gateSarif } from '../terminal/gate-sarif.ts';
import { jsonText, plain } from '../terminal/text.ts';

export const command = defineCommand({
  name: 'gate',
  parameters: ['MODEL', '[VERSION]'],
  description: [
    'Asks the gate whether a version of a model may be in production, now: the same gate that the promotion asks.',
    'One word is the id of a release instead. Exit code 0: allowed. 1: denied, with every reason. 2: there is no answer.',
    'With --artifact or --sha256 it is about the bytes that you are going to deploy; without, about those that were pinned.',
    'The answer is signed, a denial too: assay verify checks what --summary saves, and needs no AWS.',
  ].join('\n'),
  example: 'hmda-mortgage 1.1.0 --artifact model.tar.gz',
  options: {
    artifact: { type: 'string', value: 'FILE', description: 'the artifact that is to be deployed' },
    sha256: { type: 'string', value: 'HEX', description: 'what it hashes to, instead of the file' },
    summary: { type: 'string', value: 'FILE', description: 'save the signed verification summary' },
    json: { type: 'boolean', description: 'print the answer of the API as JSON' },
    sarif: { type: 'boolean', description: 'print it as SARIF 2.1.0, one result for each reason' },
    iam: iamOption,
  },
  run: async ({ values, positionals: [name = '', version] }, around) => {
    if (values.json && values.sarif) throw new UsageError('gate prints --json or --sarif, not both');
    const asked = version === undefined ? name : `${name} ${version}`;
    const digest = await digestOf(values, around);
    const query = {
      ...(version === undefined ? { release: name } : { model: name, version }),
      ...(digest === undefined ? {} : { artifact_sha256: digest }),
    };
    const connection = await connect(around, values);
    const given = await answered(() =>
      callApi(connection, { method: 'GET', path: ['gate'], query, role: 'auditor' }, z.unknown()),
    );
    const answer = GateAnswer.parse(given);
    if (values.summary !== undefined) await save(answer, resolve(around.directory, values.summary), around);
    if (values.json) around.out(jsonText(given));
    else if (values.sarif) around.out(jsonText(gateSarif(answer, { asked, version: project.version })));
    else around.out(gateAccount(answer, asked));
    return answer.decision === 'allow' ? EXIT.ok : EXIT.no;
  },
});

type Bytes = { readonly artifact?: string | undefined; readonly sha256?: string | undefined };

const digestOf = async ({ artifact, sha256 }: Bytes, around: Surroundings): Promise<Sha256 | undefined> => {
  if (artifact !== undefined && sha256 !== undefined)
    throw new UsageError('gate takes --artifact or --sha256, not both');
  if (artifact !== undefined) return fileSha256(resolve(around.directory, artifact));
  const digest = Sha256.optional().safeParse(sha256?.toLowerCase());
  if (digest.success) return digest.data;
  throw new UsageError('--sha256 takes 64 hexadecimal digits');
};

/** The gate denies by an answer. If the API refuses the question itself, nobody knows: that must not look like a denial. */
const answered = async <T>(ask: () => Promise<T>): Promise<T> => {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof ApiRefusal)) throw error;
    throw new Error(`the gate gave no answer: ${error.name}: ${error.message}`, { cause: error });
  }
};

const save = async ({ verification_summary: envelope }: GateAnswer, file: string, around: Surroundings) => {
  if (envelope === undefined) {
    around.err(`assay: nothing is saved in ${plain(file)}: there is no release to sign about`);
    return;
  }
  await writeFile(file, envelopeBytes(envelope));
};
