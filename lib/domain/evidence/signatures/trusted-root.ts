/** Certificates that a policy trusts, and whether one of them vouches for the key that signed (RFC 5280, offline). */
import { type KeyObject, X509Certificate } from 'node:crypto';
import { X509Certificate as Extensions } from '@sigstore/core/dist/x509/index.js';
import * as z from 'zod';
import { cut } from '../../cut.ts';
import type { Instant } from '../../identifiers.ts';
import { madeReadable } from '../../readable.ts';
import { isSupported } from './trusted-key.ts';

/** A certificate authority that the policy trusts, or a single signing certificate, with a name that people know it by. */
export const TrustedRoot = z.strictObject({
  name: z.string().min(1).max(64),
  certificate_pem: z
    .string()
    .max(8192)
    .refine(
      (pem) => isOneCertificate(pem) && readCertificate(pem) !== undefined,
      'must be one X.509 certificate in PEM',
    ),
});
export type TrustedRoot = z.infer<typeof TrustedRoot>;

/** Who signed: the key of a certificate, whose it is, and the trusted root that vouches for it. */
export type Certified = { readonly root: string; readonly subject: string; readonly key: KeyObject };

/** The leaf and its authorities. Each is compared with all others, so a long list would take minutes. */
export const CERTIFICATES_MAX = 8;
const SUBJECT_MAX_LENGTH = 128;

const KEY_USAGE = '2.5.29.15';
const SUBJECT_ALTERNATIVE_NAME = '2.5.29.17';
const BASIC_CONSTRAINTS = '2.5.29.19';
const NAME_CONSTRAINTS = '2.5.29.30';
const EXTENDED_KEY_USAGE = '2.5.29.37';
/** Whatever else is critical must be understood, by RFC 5280. */
const UNDERSTOOD = [KEY_USAGE, SUBJECT_ALTERNATIVE_NAME, BASIC_CONSTRAINTS, EXTENDED_KEY_USAGE];
const CODE_SIGNING = '1.3.6.1.5.5.7.3.3';
const ANY_PURPOSE = '2.5.29.37.0';
/** With MD5 and SHA-1: two certificates with one signature can be made. */
const FORGEABLE = ['1.2.840.113549.1.1.4', '1.2.840.113549.1.1.5', '1.2.840.10045.4.1'];

/**
 * Establishes that a trusted root vouches, over at most `CERTIFICATES_MAX` certificates that were all valid at an instant,
 * for the first certificate as one that signs code.
 */
export const verifyCertificates = (
  chain: readonly Uint8Array[],
  roots: readonly TrustedRoot[],
  at: Instant,
): Certified | { readonly problem: string } => {
  if (chain.length > CERTIFICATES_MAX) {
    return { problem: `it has ${chain.length} certificates; at most ${CERTIFICATES_MAX} are read` };
  }
  const [leaf, ...others] = chain.map((bytes) => readCertificate(bytes));
  if (leaf === undefined || others.includes(undefined)) return { problem: 'a certificate in it cannot be read' };
  const known = others.filter((other) => other !== undefined);
  const trusted = roots
    .map(({ name, certificate_pem: pem }) => ({ name, certificate: readCertificate(pem) }))
    .filter((root): root is Root => root.certificate !== undefined);
  const path = pathToRoot(leaf, known, trusted);
  if (path === undefined) {
    return { problem: `no trusted root vouches for the certificate of ${subjectOf(leaf)}` };
  }
  const trustedAt = path.certificates.length - 1;
  const problems = path.certificates.flatMap((each, index) => [
    ...problemsOf(each, at),
    ...(index === 0 ? [] : authorityProblems(each, index - 1)),
    // What a policy trusts, it trusts as it is: nobody's signature over it counts.
    ...(index === trustedAt ? [] : signatureProblems(each)),
  ]);
  const problem = problems[0] ?? purposeProblem(leaf);
  return problem === undefined ? { root: path.root, subject: subjectOf(leaf), key: leaf.x509.publicKey } : { problem };
};

type Certificate = {
  readonly x509: X509Certificate;
  readonly from: string;
  readonly until: string;
  readonly signature: string;
  readonly critical: readonly string[];
  readonly isConstrained: boolean;
  readonly isAuthority: boolean;
  readonly authoritiesBelow: bigint | undefined;
  /** Whether its key may sign data; undefined if it does not say what its key is for. */
  readonly maySign: boolean | undefined;
};
type Root = { readonly name: string; readonly certificate: Certificate };
type Path = { readonly root: string; readonly certificates: readonly Certificate[] };

const isOneCertificate = (pem: string): boolean => pem.split('-----BEGIN ').length === 2;

/**
 * Node verifies signatures by every algorithm, and tells nothing of the extensions that say what a certificate is for.
 * All is read here: a hostile certificate can fail in any part of it.
 */
const readCertificate = (certificate: Uint8Array | string): Certificate | undefined => {
  try {
    const x509 = new X509Certificate(certificate);
    const parsed = Extensions.parse(Buffer.from(x509.raw));
    const { notBefore, notAfter, extBasicConstraints: constraints, extKeyUsage: usage } = parsed;
    const read = {
      x509,
      from: notBefore.toISOString(),
      until: notAfter.toISOString(),
      signature: String(parsed.root.subs[1]?.subs[0]?.toOID()),
      // Between the name of an extension and its value stands whether it is critical, and only if it is.
      critical: parsed.extensions.filter(({ subs }) => subs.length > 2).map(({ subs }) => String(subs[0]?.toOID())),
      isConstrained: parsed.extensions.some(({ subs }) => subs[0]?.toOID() === NAME_CONSTRAINTS),
      isAuthority: constraints?.isCA === true,
      authoritiesBelow: constraints?.pathLenConstraint,
      maySign: usage?.digitalSignature,
    };
    return isSupported(x509.publicKey) ? read : undefined;
  } catch {
    return undefined;
  }
};

/** The certificates from the leaf up to the trusted one, whichever of them the file has and in whichever order. */
const pathToRoot = (leaf: Certificate, others: readonly Certificate[], roots: readonly Root[]): Path | undefined => {
  const isItself = ({ certificate: { x509 } }: Root) => x509.raw.equals(leaf.x509.raw);
  const trusted = roots.find(isItself) ?? roots.find(({ certificate }) => isIssuedBy(leaf, certificate));
  if (trusted !== undefined) {
    return { root: trusted.name, certificates: isItself(trusted) ? [leaf] : [leaf, trusted.certificate] };
  }
  for (const issuer of others.filter((candidate) => isIssuedBy(leaf, candidate))) {
    const above = pathToRoot(
      issuer,
      others.filter((other) => other !== issuer),
      roots,
    );
    if (above !== undefined) return { ...above, certificates: [leaf, ...above.certificates] };
  }
  return undefined;
};

const isIssuedBy = ({ x509 }: Certificate, { x509: issuer }: Certificate): boolean =>
  x509.checkIssued(issuer) && x509.verify(issuer.publicKey);

const problemsOf = (certificate: Certificate, at: Instant): string[] => {
  const { from, until, critical } = certificate;
  const unknown = critical.find((oid) => !UNDERSTOOD.includes(oid));
  return [
    ...(at < from || at > until ? [`${named(certificate)} is valid from ${from} until ${until}, not at ${at}`] : []),
    ...(unknown === undefined ? [] : [`${named(certificate)} has a critical extension that is not known, ${unknown}`]),
  ];
};

const signatureProblems = (certificate: Certificate): string[] =>
  FORGEABLE.includes(certificate.signature)
    ? [`${named(certificate)} is signed over MD5 or SHA-1, which can be forged`]
    : [];

/**
 * That its key may sign certificates, Node has looked at. `below` is how many other authorities stand between this one and
 * the certificate that signed. An authority for other purposes vouches for none that signs code; one that may vouch for
 * some names only is not believed at all, because names are not compared here.
 */
const authorityProblems = (certificate: Certificate, below: number): string[] => {
  const { isAuthority, isConstrained, authoritiesBelow: allowed } = certificate;
  return [
    ...(isAuthority ? [] : [`${named(certificate)} is not one of an authority`]),
    ...(allowed !== undefined && allowed < below
      ? [`${named(certificate)} allows ${allowed} authorities below it, and there are ${below}`]
      : []),
    ...(isForCode(certificate) === false ? [`${named(certificate)} is not one of an authority for signing code`] : []),
    ...(isConstrained
      ? [`${named(certificate)} limits the names that it vouches for (${NAME_CONSTRAINTS}), which are not compared`]
      : []),
  ];
};

/** Otherwise the certificate of any server of the same authority could sign models. */
const purposeProblem = (leaf: Certificate): string | undefined => {
  const isCodeSigner = isForCode(leaf);
  const isForSigning = leaf.maySign === undefined ? isCodeSigner === true : leaf.maySign && isCodeSigner !== false;
  return isForSigning ? undefined : `${named(leaf)} is not one for signing code`;
};

/** Undefined if it does not say for which purposes it is. */
const isForCode = ({ x509 }: Certificate): boolean | undefined => {
  // Node gives the extended key usage this name.
  const purposes: readonly string[] | undefined = x509.keyUsage;
  return purposes?.some((purpose) => purpose === CODE_SIGNING || purpose === ANY_PURPOSE);
};

const named = (certificate: Certificate): string => `the certificate of ${subjectOf(certificate)}`;

/** A certificate may name nobody. */
const subjectOf = ({ x509 }: Certificate): string =>
  cut(madeReadable(String(x509.subject).replaceAll('\n', ', ')), SUBJECT_MAX_LENGTH);
