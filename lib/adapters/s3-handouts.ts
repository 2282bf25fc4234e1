/** Hands out a kept copy by an address of S3 that works for a minute: the only secret that is ever part of an address. */
import { GetObjectCommand, HeadObjectCommand } from '@aws-sdk/client-s3';
import { SignatureV4 } from '@smithy/signature-v4';
import { Refusal } from '../domain/refusal.ts';
import type { EvidenceCopy } from '../domain/release/evidence-copy.ts';
import { readableKey } from './s3-evidence-store.ts';
import { type ObjectPlace, s3 } from './s3-objects.ts';

type HttpRequest = Parameters<SignatureV4['presign']>[0];

/** Time enough to follow a redirect, and too little to pass it on. */
const HANDOUT_SECONDS = 60;

/** The version of a kept copy. */
export type Handout = Required<ObjectPlace>;

/**
 * Finds the version to hand out. Its bytes are not read here, and may be a gigabyte: S3 has hashed them when it took them,
 * and must say that they have the digest that people sign. Refuses rows that are past their retention.
 */
export const findKept = async (bucket: string, copy: EvidenceCopy): Promise<Handout> => {
  const { sha256 } = copy;
  const key = readableKey(copy);
  const { VersionId: versionId, ChecksumSHA256: checksum } = await s3.send(
    new HeadObjectCommand({ Bucket: bucket, Key: key, ChecksumMode: 'ENABLED' }),
  );
  const found = Buffer.from(checksum ?? '', 'base64').toString('hex');
  if (found !== sha256)
    throw new Refusal('EvidenceDigestMismatch', `${key} holds bytes that S3 has hashed to ${found}`);
  if (versionId === undefined) throw new Error(`could not hand out ${key}: it has no version`);
  return { bucket, key, versionId };
};

/** Signs an address for one version, which a browser keeps as a file of this name and shows as no page. */
export const presign = async (handout: Handout, fileName: string, signingDate = new Date()): Promise<URL> => {
  const { sha256, credentials, region } = s3.config;
  const signer = new SignatureV4({ sha256, credentials, region, service: 's3', uriEscapePath: false });
  const { protocol, hostname, port, path, query = {} } = await requestFor(handout, fileName);
  const host = port === undefined ? hostname : `${hostname}:${port}`;
  // S3 takes a signature without a digest of the body only if it says so.
  const headers = { host, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' };
  const unsigned = { method: 'GET', protocol, hostname, ...(port === undefined ? {} : { port }), path, query, headers };
  const signed = await signer.presign(unsigned, { expiresIn: HANDOUT_SECONDS, signingDate });
  return addressOf({ ...signed, headers });
};

/** Where the addresses of a bucket lead: a page may send its forms there. */
export const originOf = async (bucket: string): Promise<string> =>
  addressOf(await requestFor({ bucket, key: 'any', versionId: 'any' }, 'any')).origin;

/** The request as the SDK would send it, with the endpoint and the style of address that it is configured with. */
const requestFor = async ({ bucket, key, versionId }: Handout, fileName: string): Promise<HttpRequest> => {
  const command = new GetObjectCommand({
    Bucket: bucket,
    Key: key,
    VersionId: versionId,
    ResponseContentDisposition: `attachment; filename="${fileName}"`,
    ResponseContentType: 'application/octet-stream',
    ResponseCacheControl: 'no-store',
  });
  let built: HttpRequest | undefined;
  command.middlewareStack.add(
    () =>
      async ({ request }: { readonly request: unknown }) => {
        built = request as HttpRequest; // The SDK speaks no other protocol with S3.
        return { response: undefined, output: { $metadata: {} } };
      },
    { step: 'build', priority: 'low', name: 'keepRequest' },
  );
  await s3.send(command);
  if (built === undefined) throw new Error('could not build a request for S3');
  return built;
};

const addressOf = ({ protocol, hostname, port, path, query = {} }: HttpRequest): URL => {
  const parameters = Object.entries(query).map(([name, value]) => `${encoded(name)}=${encoded(String(value))}`);
  return new URL(`${protocol}//${hostname}${port === undefined ? '' : `:${port}`}${path}?${parameters.join('&')}`);
};

/** As it is signed: a plus sign or an unescaped bracket would be another address to S3. */
const encoded = (text: string): string =>
  encodeURIComponent(text).replaceAll(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
