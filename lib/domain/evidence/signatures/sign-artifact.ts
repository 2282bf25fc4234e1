/** A signature over an artifact as OpenSSF model signing v1.0 writes it: a Sigstore bundle over a statement of its files. */
import { createHash } from 'node:crypto';
import type { Sha256 } from '../../identifiers.ts';
import { canonicalJson } from '../../signing/canonical-json.ts';
import { signEnvelope } from '../../signing/envelope.ts';
import type { Signer } from '../../signing/signer.ts';
import { STATEMENT_TYPE } from '../../signing/statement.ts';

const PREDICATE_TYPE = 'https://model_signing/signature/v1.0';
const MEDIA_TYPE = 'application/vnd.dev.sigstore.bundle.v0.3+json';

/** What the public tool calls a model that is one file and no folder. */
const WHOLE_MODEL = '.';

/** The statement lists one file, which is the whole model. */
export const signArtifact = async (file: { readonly name: string; readonly sha256: Sha256 }, signer: Signer) => {
  const statement = canonicalJson({
    _type: STATEMENT_TYPE,
    subject: [{ name: file.name, digest: { sha256: digestOf(Buffer.from(file.sha256, 'hex')) } }],
    predicateType: PREDICATE_TYPE,
    predicate: {
      serialization: { method: 'files', hash_type: 'sha256', allow_symlinks: false, ignore_paths: [] },
      resources: [{ name: WHOLE_MODEL, algorithm: 'sha256', digest: file.sha256 }],
    },
  });
  return {
    mediaType: MEDIA_TYPE,
    // The public tool refuses a bundle whose hint is another key's.
    verificationMaterial: {
      publicKey: { hint: digestOf(Buffer.from(await signer.publicKeyPem())) },
      tlogEntries: [],
    },
    dsseEnvelope: await signEnvelope(statement, signer),
  };
};

const digestOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
