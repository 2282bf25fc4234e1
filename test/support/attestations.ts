/** Attestations as other tools write them. */
import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import type { StageEvidence } from '../../lib/domain/checks/check.ts';
import { parseAttestations } from '../../lib/domain/evidence/attestations.ts';
import { Instant, Sha256 } from '../../lib/domain/identifiers.ts';
import { preAuthenticationEncoding } from '../../lib/domain/signing/envelope.ts';

export const TEST_RESULT = 'https://in-toto.io/attestation/test-result/v0.1';

/** A key of somebody, and how a policy trusts it. */
export const signerNamed = (name: string) => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    privateKey,
    trusted: { name, public_key_pem: publicKey.export({ type: 'spki', format: 'pem' }).toString() },
  };
};

export type Attested = {
  readonly by: KeyObject;
  readonly subject: readonly object[];
  readonly type?: string;
  /** Signed as it is, so that an envelope of another type is no broken one. */
  readonly payloadType?: string;
  readonly version?: string;
};

export const anEnvelope = ({ by, subject, type = TEST_RESULT, ...made }: Attested) => {
  const { payloadType = 'application/vnd.in-toto+json', version = 'v1' } = made;
  const statement = { _type: `https://in-toto.io/Statement/${version}`, subject, predicateType: type, predicate: {} };
  const payload = Buffer.from(JSON.stringify(statement));
  const sig = sign('sha256', preAuthenticationEncoding(payloadType, payload), by).toString('base64');
  return { payloadType, payload: payload.toString('base64'), signatures: [{ keyid: '', sig }] };
};

export const oneALine = (...documents: readonly unknown[]) =>
  Buffer.from(documents.map((document) => JSON.stringify(document)).join('\n'));

const sha256 = (text: string) => Sha256.parse(createHash('sha256').update(text).digest('hex'));
const [artifact, predictions, training_dataset] = ['artifact', 'predictions', 'dataset'].map(sha256);
const tester = signerNamed('tests');

/** The evidence of `attested_by` that passes by the parameters below. */
export const ATTESTED: Pick<StageEvidence, 'attestations' | 'subjects' | 'requestedAt'> = {
  attestations: {
    kind: 'read',
    sha256: sha256('evidence'),
    value: parseAttestations(
      oneALine(anEnvelope({ by: tester.privateKey, subject: [{ name: 'model', digest: { sha256: artifact } }] })),
    ),
  },
  subjects: { artifact, predictions, training_dataset },
  requestedAt: Instant.parse('2027-01-01T00:00:00.000Z'),
};

/** What a policy must say of checks that cannot do without parameters. */
export const NEEDED: Readonly<Record<string, Record<string, unknown>>> = {
  attested_by: {
    attestations: [{ predicate_type: TEST_RESULT, subject: 'artifact', trusted_keys: [tester.trusted] }],
  },
};
