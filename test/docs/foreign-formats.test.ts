import { generateKeyPairSync, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { modelArtifactSigned } from '../../lib/domain/checks/security-review/model-artifact-signed.ts';
import {
  ARTIFACT_SIGNATURE_MAX_BYTES,
  parseArtifactSignature,
  verifyArtifactSignature,
} from '../../lib/domain/evidence/artifact-signature.ts';
import { parseDocument } from '../../lib/domain/evidence/documents/document.ts';
import { parseExplainabilityReport } from '../../lib/domain/evidence/explainability-report.ts';
import { parseBiasReport } from '../../lib/domain/evidence/foreign/clarify.ts';
import { parseDriftReport } from '../../lib/domain/evidence/foreign/model-monitor.ts';
import { parseDataProvenance } from '../../lib/domain/evidence/readers/data-provenance.ts';
import { parseEvaluationReport } from '../../lib/domain/evidence/readers/evaluation-report.ts';
import { parseModelCard } from '../../lib/domain/evidence/readers/model-card.ts';
import {
  parseBillOfMaterials,
  parseTrainingProvenance,
} from '../../lib/domain/evidence/readers/training-provenance.ts';
import { TrustedKey } from '../../lib/domain/evidence/signatures/trusted-key.ts';
import { Sha256 } from '../../lib/domain/identifiers.ts';
import { preAuthenticationEncoding } from '../../lib/domain/signing/envelope.ts';
import { trusting } from '../support/signature-trust.ts';
import { codes, examples, firstExample, formatPage, headings, section, sizeOf } from './pages.ts';

/** Every evidence that may be in a format of others. */
const PARSERS = {
  evaluation_report: parseEvaluationReport,
  model_card: parseModelCard,
  data_provenance: parseDataProvenance,
  baseline_report: parseEvaluationReport,
  bias_report: parseBiasReport,
  bill_of_materials: parseBillOfMaterials,
  drift_report: parseDriftReport,
  explainability_report: parseExplainabilityReport,
  training_provenance: parseTrainingProvenance,
};

const NONE = Buffer.of();

const isRead = (parse: (bytes: Uint8Array) => unknown, bytes: Uint8Array): boolean => {
  try {
    return parse(bytes) !== undefined;
  } catch {
    return false;
  }
};

describe('the page about formats of others', () => {
  const text = formatPage('foreign-formats');
  const formats = headings(text).filter((heading) => examples(section(text, heading)).length > 0);

  it('shows an example of seven formats', () => {
    expect(formats).toHaveLength(7);
  });

  it.each(formats)('says which kind of evidence an example is read as, and as no other: %s', (heading) => {
    const [, named = ''] = /Accepted as ([^.]*)\./.exec(section(text, heading)) ?? [];
    const read = Object.entries(PARSERS).filter(([, parse]) => isRead(parse, firstExample(section(text, heading))));

    expect(codes(named).toSorted()).toEqual(read.map(([name]) => name).toSorted());
  });

  it('says rightly that plots beside the attributions are not read', () => {
    const { explanations, ...rest } = Object(
      parseDocument(firstExample(section(text, 'SageMaker Clarify analysis')), 65_536),
    );
    const analysis = Buffer.from(JSON.stringify({ ...rest, explanations: { ...explanations, pdp: [] } }));

    expect(parseExplainabilityReport(analysis)).toMatchObject({ method: 'kernel_shap' });
    expect(isRead(parseBiasReport, analysis)).toBe(true);
  });
});

describe('the page about signatures', () => {
  const text = formatPage('artifact-signature');
  const [bare = NONE, bundle = NONE, policy = NONE, statement = NONE] = examples(text);
  const { parameters } = Object(parseDocument(policy, 65_536));
  const [trusted] = parameters.trusted_keys;
  const model = readFileSync(new URL('../../examples/hmda-mortgage/1.1.0/model.onnx', import.meta.url));
  const artifact = {
    sha256: Sha256.parse('ea7c443bf966d184bf71ba2b70a53610e911bc04fae523a9167679734773fba5'),
    bytes: async () =>
      (async function* () {
        yield model;
      })(),
  };

  it.each([
    ['bare', bare],
    ['in a bundle', bundle],
  ])('shows a signature that the trusted key made over the artifact of the example: %s', async (_, bytes) => {
    const signature = parseArtifactSignature(bytes);

    expect(await verifyArtifactSignature(signature, artifact, trusting([TrustedKey.parse(trusted)]))).toMatchObject({
      outcome: 'signed',
    });
  });

  it.each([
    [1, true],
    [20, true],
    [21, false],
  ])('says rightly how many keys the policy may trust: %i', (count, isTaken) => {
    const trusted_keys = Array.from({ length: count }, () => trusted);

    expect(text).toContain('The policy names the keys that it trusts, 20 at most');
    expect(modelArtifactSigned.parameters.safeParse({ trusted_keys }).success).toBe(isTaken);
  });

  it('shows a statement that proves its artifact once a trusted key has signed it', async () => {
    expect(await verifySigned(statement, 1)).toEqual({ outcome: 'signed', key: 'own' });
  });

  it('says how many signatures an envelope may have', async () => {
    expect(text).toContain('An envelope has 16 signatures at most');
    expect(await verifySigned(statement, 16)).toMatchObject({ outcome: 'signed' });
    expect(await verifySigned(statement, 17)).toMatchObject({ outcome: 'unusable' });
  });

  it('says how large a file may be', () => {
    expect(text).toContain(`The file is ${sizeOf(ARTIFACT_SIGNATURE_MAX_BYTES)} at most`);
  });
});

/** Verifies the page's statement, signed so many times by one key, against the artifact that it names first. */
const verifySigned = (statement: Uint8Array, times: number) => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const payloadType = 'application/vnd.in-toto+json';
  const sig = sign(null, preAuthenticationEncoding(payloadType, statement), privateKey).toString('base64');
  const envelope = {
    payloadType,
    payload: Buffer.from(statement).toString('base64'),
    signatures: Array.from({ length: times }, () => ({ sig })),
  };
  const own = { name: 'own', public_key_pem: publicKey.export({ type: 'spki', format: 'pem' }).toString() };
  const artifact = { sha256: Sha256.parse('a'.repeat(64)), bytes: () => Promise.reject(new Error('is not needed')) };
  return verifyArtifactSignature(
    parseArtifactSignature(Buffer.from(JSON.stringify(envelope))),
    artifact,
    trusting([own]),
  );
};
