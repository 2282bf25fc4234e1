import { readFile, stat, writeFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { fileChunks } from '../../adapters/counting/file-chunks.ts';
import { sha256Of } from '../../adapters/hashed-stream.ts';
import { signArtifact } from '../../domain/evidence/signatures/sign-artifact.ts';
import { isPreAuthenticationEncoding } from '../../domain/signing/envelope.ts';
import type { Signer } from '../../domain/signing/signer.ts';
import { connect } from '../client/connection.ts';
import { defineCommand, EXIT, type Surroundings, UsageError } from '../command.ts';
import { readSigner } from '../files/private-key.ts';
import { progressOf } from '../terminal/progress.ts';
import { jsonText, plain } from '../terminal/text.ts';

/** The whole file is in memory while it is signed byte by byte; a statement has its digest only. */
const DETACHED_MAX_BYTES = 2 * 1024 ** 3 - 1;

export const command = defineCommand({
  name: 'sign',
  parameters: ['ARTIFACT'],
  description: [
    'Signs the artifact of a release: as OpenSSF model signing (v1.0) does, which every check of a signature takes, or with',
    '--detached over its bytes alone, as cosign sign-blob does. The key is EC P-256, in a file or in KMS. Writes over no file.',
  ].join('\n'),
  example: 'model.onnx --key private.pem',
  options: {
    key: { type: 'string', value: 'FILE', description: 'a private key in PEM, without a passphrase' },
    kms: { type: 'string', value: 'KEY', description: 'the id, ARN or alias of a key in KMS (ECC_NIST_P256)' },
    detached: { type: 'boolean', description: 'sign the bytes alone, in base64' },
    out: { type: 'string', value: 'FILE', description: 'where to write the signature (ARTIFACT.sig)' },
  },
  run: async ({ values, positionals: [artifact = ''] }, around) => {
    const file = resolve(around.directory, artifact);
    const { size } = await stat(file);
    const signer = await signerOf(values, around);
    const text = values.detached
      ? await signBytes(file, size, signer)
      : await signStatement({ file, size, signer }, around);
    const out = values.out ?? `${artifact}.sig`;
    await writeNew(resolve(around.directory, out), `${text}\n`);
    around.out(plain(out));
    return EXIT.ok;
  },
});

type Keys = { readonly key?: string | undefined; readonly kms?: string | undefined };

const signerOf = async ({ key, kms }: Keys, around: Surroundings): Promise<Signer> => {
  if ((key === undefined) === (kms === undefined)) throw new UsageError('sign needs --key or --kms, and not both');
  if (kms === undefined) return readSigner(resolve(around.directory, key ?? ''));
  const [{ KMSClient }, { kmsPublicKey, kmsSigner }] = await Promise.all([
    import('@aws-sdk/client-kms'),
    import('../../adapters/kms-signer.ts'),
  ]);
  const client = new KMSClient((await connect(around)).clientSettings);
  return { ...kmsSigner(kms, client), ...kmsPublicKey(kms, client) };
};

const signBytes = async (file: string, size: number, signer: Signer): Promise<string> => {
  if (size > DETACHED_MAX_BYTES) {
    throw new UsageError(`${plain(file)} has ${size} bytes, too many for --detached: leave it out`);
  }
  const bytes = await readFile(file);
  if (isPreAuthenticationEncoding(bytes)) {
    throw new UsageError(
      `${plain(file)} begins as what a DSSE envelope signs, so its signature would be one of an attestation too: leave --detached out`,
    );
  }
  return Buffer.from(await signer.sign(bytes)).toString('base64');
};

type Subject = { readonly file: string; readonly size: number; readonly signer: Signer };

const signStatement = async ({ file, size, signer }: Subject, around: Surroundings): Promise<string> => {
  const advance = progressOf((text) => around.err(plain(text)), `hashing ${file}`, size);
  const sha256 = await sha256Of(fileChunks(file), advance);
  return jsonText(await signArtifact({ name: basename(file), sha256 }, signer));
};

const writeNew = async (file: string, text: string): Promise<void> => {
  try {
    await writeFile(file, text, { flag: 'wx' });
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'EEXIST')) throw cause;
    throw new UsageError(
      `sign writes over no file, and there is ${plain(file)}: if it is of an earlier model, remove it; or name another with --out, and in the manifest`,
    );
  }
};
