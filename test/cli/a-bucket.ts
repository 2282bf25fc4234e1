/** S3, and the API of a deployment as far as it is about buckets, as an upload and a look see them. */
import { createServer, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterwards } from './assay.ts';

type Kept = { readonly body: string; readonly versionId: string; readonly sha256?: string | undefined };
type Asked = {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
};
type Answer = { readonly status: number; readonly body?: string; readonly headers?: Record<string, string | number> };

export type Bucket = {
  readonly versioning?: 'Enabled' | 'Suspended' | 'none' | 'forbidden';
  readonly forbidden?: (method: string, path: string) => boolean;
  /** What the API says of buckets; absent where it cannot say. */
  readonly allowed?: readonly string[];
};

const error = (status: number, code: string): Answer => ({ status, body: `<Error><Code>${code}</Code></Error>` });
const json = (body: object): Answer => ({ status: 200, body: JSON.stringify(body) });

/** Every bucket, whatever its name. Paths are `/BUCKET/KEY`. */
export const aBucket = async ({ versioning = 'Enabled', forbidden = () => false, allowed }: Bucket = {}) => {
  const objects = new Map<string, Kept>();
  const puts: string[] = [];

  const put = ({ path, headers, body }: Asked): Answer => {
    if (objects.has(path) && headers['if-none-match'] === '*') return error(412, 'PreconditionFailed');
    puts.push(path);
    const versionId = `v-${puts.length}`;
    objects.set(path, { body, versionId, sha256: headers['x-amz-meta-sha256']?.toString() });
    return { status: 200, headers: { 'x-amz-version-id': versionId } };
  };
  const head = ({ path }: Asked): Answer => {
    const kept = objects.get(path);
    if (kept === undefined) return error(404, 'NotFound');
    const digest = kept.sha256 === undefined ? {} : { 'x-amz-meta-sha256': kept.sha256 };
    const length = { 'content-length': kept.body.length, 'x-amz-version-id': kept.versionId };
    return { status: 200, headers: { ...length, ...digest } };
  };
  const versions = (): Answer => {
    if (versioning === 'none') return error(404, 'NoSuchBucket');
    if (versioning === 'forbidden') return error(403, 'AccessDenied');
    const body = `<VersioningConfiguration><Status>${versioning}</Status></VersioningConfiguration>`;
    return { status: 200, body };
  };
  const api = ({ path }: Asked): Answer =>
    path === '/v1/settings' && allowed !== undefined ? json({ model_buckets: allowed }) : error(404, 'NotFound');
  const s3 = (one: Asked): Answer => {
    if (one.query.includes('versioning')) return versions();
    if (forbidden(one.method, one.path)) return error(403, 'AccessDenied');
    return one.method === 'PUT' ? put(one) : head(one);
  };
  const answerTo = (one: Asked): Answer => {
    const target = one.headers['x-amz-target'];
    if (target !== undefined) return json({ AuthenticationResult: { AccessToken: 'token' } });
    return one.path.startsWith('/v1/') ? api(one) : s3(one);
  };

  const server = createServer(async (request, response) => {
    const one = await read(request);
    const { status, body, headers = {} } = answerTo(one);
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(one.method === 'HEAD' ? undefined : body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  afterwards(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, objects, puts };
};

const read = async (request: IncomingMessage): Promise<Asked> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const { method = '', headers, url = '' } = request;
  const [path = '', query = ''] = url.split('?');
  return { method, path, query, headers, body: Buffer.concat(chunks).toString('utf8') };
};
