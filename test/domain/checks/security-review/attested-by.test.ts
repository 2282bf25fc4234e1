import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CHECKS } from '../../../../lib/domain/checks/known-checks.ts';
import { runCheck } from '../../../../lib/domain/checks/run-checks.ts';
import { SECURITY_REVIEW } from '../../../../lib/domain/checks/security-review/checks.ts';
import { parseAttestations } from '../../../../lib/domain/evidence/attestations.ts';
import { Refusal } from '../../../../lib/domain/refusal.ts';
import { type Attested, anEnvelope, oneALine, signerNamed, TEST_RESULT } from '../../../support/attestations.ts';
import { itJudges } from '../known-cases.ts';
import { digestOf, read, someEvidence, unreadable } from '../stage-evidence.ts';

const PROVENANCE = 'https://slsa.dev/provenance/v1';
const VSA = 'https://slsa.dev/verification_summary/v1';

const ci = signerNamed('ci');
const lab = signerNamed('lab');
const stranger = signerNamed('stranger');

const envelope = (made: Partial<Attested> = {}) =>
  anEnvelope({ by: ci.privateKey, subject: [{ name: 'model', digest: { sha256: digestOf('artifact') } }], ...made });
const bringing = (...documents: readonly unknown[]) =>
  someEvidence({ attestations: read(parseAttestations(oneALine(...documents))) });
const TWICE = envelope();

const demand = (changes: object = {}) => ({
  predicate_type: TEST_RESULT,
  subject: 'artifact',
  trusted_keys: [ci.trusted],
  ...changes,
});
const demanding = (...demands: readonly object[]) => ({ attestations: demands });

describe('attested_by (CK-13)', () => {
  itJudges('attested_by', [
    {
      claim: 'passes an attestation of the type, by the signer, about the subject, and says which and whose it is',
      evidence: bringing(envelope()),
      parameters: demanding(demand()),
      status: 'passed',
      measured: '1 of 1 attested',
      says: [`${TEST_RESULT} about artifact: envelope 1, signed by the trusted key named “ci”.`],
    },
    {
      claim: 'passes provenance in either version of the statement, and a verification summary, out of one file',
      evidence: bringing(
        envelope({ type: PROVENANCE, version: 'v0.1' }),
        envelope({ type: VSA, by: lab.privateKey }),
        envelope({ subject: [{ name: 'rows', digest: { sha256: digestOf('predictions') } }] }),
      ),
      parameters: demanding(
        demand({ predicate_type: PROVENANCE }),
        demand({ predicate_type: VSA, trusted_keys: [lab.trusted] }),
        demand({ subject: 'predictions' }),
      ),
      status: 'passed',
      measured: '3 of 3 attested',
      says: ['envelope 1, signed', 'envelope 2, signed by the trusted key named “lab”', 'predictions: envelope 3'],
    },
    {
      claim: 'picks the envelope about this artifact among those about others',
      evidence: bringing(envelope({ subject: [{ digest: { sha256: digestOf('other') } }] }), envelope()),
      parameters: demanding(demand()),
      status: 'passed',
      says: ['envelope 2'],
    },
    {
      claim: 'gives an envelope that is there twice no more weight, and the passing demand no place among the reasons',
      evidence: bringing(TWICE, TWICE, envelope({ type: PROVENANCE })),
      parameters: demanding(demand(), demand({ predicate_type: PROVENANCE, trusted_keys: [lab.trusted] })),
      status: 'failed',
      measured: '1 of 2 attested',
      says: [`${PROVENANCE} about artifact: there is one of this type`],
      saysNot: [TEST_RESULT],
    },
    {
      claim: 'fails where none is of the type: another version of a predicate is another type',
      evidence: bringing(envelope({ type: 'https://slsa.dev/provenance/v0.2' })),
      parameters: demanding(demand({ predicate_type: PROVENANCE })),
      status: 'failed',
      measured: '0 of 1 attested',
      says: ['none is of this type', 'there are: https://slsa.dev/provenance/v0.2'],
    },
    {
      claim: 'fails one by a signer whom nobody trusts',
      evidence: bringing(envelope({ by: stranger.privateKey })),
      parameters: demanding(demand()),
      status: 'failed',
      says: ['no signer that is trusted for it signed it (trusted: ci)'],
    },
    {
      claim: 'fails one by the key of another demand',
      evidence: bringing(envelope({ by: lab.privateKey }), envelope({ type: VSA, by: lab.privateKey })),
      parameters: demanding(demand(), demand({ predicate_type: VSA, trusted_keys: [lab.trusted] })),
      status: 'failed',
      measured: '1 of 2 attested',
      says: [`${TEST_RESULT} about artifact: there is one of this type, and no signer`],
    },
    {
      claim: 'fails one about another subject, whatever its name',
      evidence: bringing(envelope({ subject: [{ name: 'model', digest: { sha256: digestOf('other') } }] })),
      parameters: demanding(demand()),
      status: 'failed',
      says: ['“ci” is about another subject', digestOf('other'), digestOf('artifact')],
    },
    {
      claim: 'compares SHA-256 only: a subject with another digest is left out',
      evidence: bringing(
        envelope({ subject: [{ name: 'model', digest: { sha512: 'ab'.repeat(64) } }, { name: 'x' }] }),
      ),
      parameters: demanding(demand()),
      status: 'failed',
      says: ['about another subject'],
    },
    {
      claim: 'leaves out what is signed as something else than an in-toto statement',
      evidence: bringing(envelope({ payloadType: 'application/json' }), envelope({ version: 'v2' })),
      parameters: demanding(demand()),
      status: 'failed',
      says: ['none is of this type (there are: none; 2 left out, which are no in-toto statements)'],
    },
    {
      claim: 'tries no envelope with many signatures',
      evidence: bringing({ ...envelope(), signatures: Array(5).fill(envelope().signatures[0]) }),
      parameters: demanding(demand()),
      status: 'failed',
      says: ['it has 5 signatures; at most 4 are tried'],
    },
    {
      claim: 'fails a demand about what the release does not have',
      evidence: bringing(envelope()),
      parameters: demanding(demand({ subject: 'training_config' })),
      status: 'failed',
      says: ['about training_config: the release has no digest of that subject'],
    },
    {
      claim: 'is not provided if the release brings none',
      evidence: someEvidence({ attestations: { kind: 'absent' } }),
      parameters: demanding(demand()),
      status: 'not_provided',
      says: ['further_evidence.attestations'],
    },
    {
      claim: 'is an error if the file cannot be read',
      evidence: someEvidence({ attestations: unreadable('document has 300 lines') }),
      parameters: demanding(demand()),
      status: 'error',
      says: ['document has 300 lines'],
    },
  ]);

  it('is verified, and a policy demands something of somebody', () => {
    const { verdict } = runCheck(
      SECURITY_REVIEW,
      { name: 'attested_by', mode: 'enforce', parameters: demanding(demand()) },
      bringing(envelope()),
    );
    const { parameters } = CHECKS.find(({ name }) => name === 'attested_by') ?? {};

    expect(verdict).toMatchObject({ status: 'passed', knownBy: 'verified' });
    expect(parameters?.safeParse(demanding(demand({ trusted_keys: [] }))).error?.issues).toMatchObject([
      { message: 'must name whom it trusts, in trusted_keys or trusted_roots' },
    ]);
    expect(parameters?.safeParse(demanding(demand({ subject: 'weights' }))).success).toBe(false);
    expect(parameters?.safeParse(demanding()).success).toBe(false);
    expect(parameters?.safeParse({}).success).toBe(false);
  });
});

describe('attestations with certificates', () => {
  const vector = (name: string) =>
    readFileSync(new URL(`../../../vectors/model-signing/conformance/${name}`, import.meta.url)).toString();
  const bundle = JSON.parse(vector('bundles/certificate-simple.sig'));
  const { predicateType, subject } = JSON.parse(Buffer.from(bundle.dsseEnvelope.payload, 'base64').toString());
  const byRoot = demanding({
    predicate_type: predicateType,
    subject: 'artifact',
    trusted_roots: [{ name: 'our authority', certificate_pem: vector('trust/root.pem') }],
  });
  const evidence = (document: unknown) => ({
    ...bringing(document),
    subjects: { artifact: subject[0].digest.sha256 },
  });

  itJudges('attested_by', [
    {
      claim: 'passes a bundle by a certificate that a trusted root vouches for',
      evidence: evidence(bundle),
      parameters: byRoot,
      status: 'passed',
      says: ['signed by a certificate of', 'the trusted root named “our authority” vouches'],
    },
    {
      claim: 'says why no root vouches for it',
      evidence: evidence(JSON.parse(vector('bundles/certificate-self-signed.sig'))),
      parameters: byRoot,
      status: 'failed',
      says: ['trusted: our authority; no trusted root vouches'],
    },
    {
      claim: 'leaves out a bundle of an unknown format',
      evidence: evidence({ ...bundle, mediaType: 'text/plain' }),
      parameters: byRoot,
      status: 'failed',
      says: ['1 left out'],
    },
  ]);
});

describe('a file of attestations', () => {
  it('is one document, or several, one a line', () => {
    expect(parseAttestations(Buffer.from(JSON.stringify(envelope(), null, 2))).found).toHaveLength(1);
    expect(parseAttestations(oneALine(envelope(), { other: 1 }, envelope()))).toMatchObject({
      found: [{ position: 1 }, { position: 3 }],
      leftOut: 1,
    });
  });

  it('may hold payloads that cannot be read, which are left out', () => {
    const broken = { ...envelope(), payload: Buffer.from('{').toString('base64') };

    expect(parseAttestations(oneALine(broken, envelope()))).toMatchObject({ found: [{ position: 2 }], leftOut: 1 });
  });

  const stating = (predicate: string) => {
    const payload = Buffer.from(envelope().payload, 'base64')
      .toString()
      .replace('"predicate":{}', `"predicate":${predicate}`);
    return { ...envelope(), payload: Buffer.from(payload).toString('base64') };
  };

  it.each([
    ['lists of metrics', '{"metrics":[{"name":"auc","value":0.9},0.5,[[1,2],[3,null]]]}'],
    ['a list alone', '[0.5,null]'],
    ['metrics of many digits', '{"mse":123456789012345678901234567890}'],
  ])('may have a predicate with %s, which nobody reads', (_, predicate) => {
    expect(parseAttestations(oneALine(stating(predicate), envelope()))).toMatchObject({
      found: [{ position: 1, predicateType: TEST_RESULT }, { position: 2 }],
      leftOut: 0,
    });
  });

  it.each([
    ['a metric that is no number of a document', '{"metrics":[1e400]}'],
    ['a metric that is there twice', '{"auc":0.9,"auc":0.1}'],
    ['lists in lists without end', `${'['.repeat(40)}${']'.repeat(40)}`],
    ['a list of very many metrics', `[${'1,'.repeat(60_000)}1]`],
  ])('leaves out one with %s, and reads the others', (_, predicate) => {
    expect(parseAttestations(oneALine(stating(predicate), envelope()))).toMatchObject({
      found: [{ position: 2 }],
      leftOut: 1,
    });
  });

  it('has bounds: one of 10 MB and ten thousand lines are refused, at once', () => {
    const long = { ...envelope(), payload: 'A'.repeat(10_000_000) };

    expect(() => parseAttestations(oneALine(long))).toThrow(Refusal);
    expect(() => parseAttestations(Buffer.from('{"a":1}\n'.repeat(10_000)))).toThrow(
      'has 10000 lines; at most 256 are read',
    );
  });
});
