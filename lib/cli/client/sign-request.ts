/** Signs requests of the API as a machine of the directory does: with AWS credentials, by Signature Version 4. */
import { SignatureV4 } from '@smithy/signature-v4';
import type { ClientSettings } from './client-settings.ts';

type Request = {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
};
type Signer = Omit<ConstructorParameters<typeof SignatureV4>[0], 'service'>;

/** The headers of a request with its signature. */
export type SignRequest = (request: Request) => Promise<Record<string, string>>;

/** Signs with the credentials that the SDK finds, as every AWS tool does: variables, a profile, the role of the machine. */
export const awsSignature =
  (settings: ClientSettings): SignRequest =>
  async (request) => {
    const { EventBridgeClient } = await import('@aws-sdk/client-eventbridge');
    // No event is sent. A client is how the SDK shows which credentials and region it would use.
    const { sha256, ...config } = new EventBridgeClient(settings).config;
    const credentials = await config.credentials().catch(noCredentials);
    const region = regionIn(request.url) ?? (await config.region().catch(noRegion));
    return signRequest(request, { credentials, region, sha256 }, new Date());
  };

export const signRequest = async (request: Request, signer: Signer, at: Date): Promise<Record<string, string>> => {
  const { protocol, hostname, host, pathname: path, searchParams } = new URL(request.url);
  const headers = { ...request.headers, host };
  const signed = await new SignatureV4({ ...signer, service: 'execute-api', applyChecksum: false }).sign(
    { ...request, protocol, hostname, path, query: Object.fromEntries(searchParams), headers },
    { signingDate: at },
  );
  // It is signed for, and `fetch` sends it without being asked to.
  const { host: _, ...sent } = signed.headers;
  return sent;
};

/** The region where the API is, if it is not behind a name of your own. A signature for another one is not accepted. */
const regionIn = (url: string): string | undefined =>
  /\.execute-api\.([a-z0-9-]+)\.(?:amazonaws\.com(?:\.cn)?|api\.aws)$/.exec(new URL(url).hostname)?.[1];

const noCredentials = (cause: unknown): never => {
  const why = cause instanceof Error ? cause.message : String(cause);
  const how = 'set AWS_PROFILE, or run this where a role is at hand';
  throw new Error(`could not sign the request: no AWS credentials were found (${why}); ${how}`, { cause });
};

const noRegion = (cause: unknown): never => {
  throw new Error('could not sign the request: the region of the API is not known; set AWS_REGION', { cause });
};
