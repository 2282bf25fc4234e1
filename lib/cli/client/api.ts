/** The HTTP API, as a client sees it: `/v1` with a token, `/iam/v1` with a signature of AWS. */
import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import type { Violation } from '../../domain/refusal.ts';
import type { Connection, Role } from './connection.ts';
import { whyUnreached } from './connection-problem.ts';
import { whileBusy } from './while-busy.ts';

/** RFC 9457 with the faults of a refusal. Without a title it comes from the gateway in front of Assay. */
const ProblemDocument = z.object({
  title: z.string(),
  detail: z.string().default(''),
  faults: z.array(z.object({ field: z.string(), problem: z.string() })).default([]),
  remedy: z.string().default(''),
});

/** A refusal by the API, under the API's name for it. */
export class ApiRefusal extends Error {
  readonly violations: readonly Violation[];
  /** What to do about it; empty where the API does not say. */
  readonly remedy: string;

  constructor(title: string, detail: string, violations: readonly Violation[], remedy = '') {
    super(detail);
    this.name = title;
    this.violations = violations;
    this.remedy = remedy;
  }
}

export type Call = {
  readonly method: 'GET' | 'POST';
  readonly path: readonly string[];
  readonly query?: Readonly<Record<string, string>>;
  readonly role: Role;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
};

/** Calls the API and parses its answer. If the answer is a problem, that is thrown. */
export const callApi = async <T>(connection: Connection, call: Call, answer: z.ZodType<T>): Promise<T> => {
  const query = call.query === undefined ? '' : `?${new URLSearchParams(call.query)}`;
  const prefix = connection.sign === undefined ? '/v1' : '/iam/v1';
  const url = `${connection.url()}${prefix}/${call.path.map(encodeURIComponent).join('/')}${query}`;
  const request = {
    method: call.method,
    url,
    headers: {
      accept: 'application/json, application/problem+json',
      ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(call.method === 'GET' ? {} : { 'idempotency-key': randomUUID() }),
      ...call.headers,
    },
    ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
  };
  const headersNow = async () =>
    connection.sign === undefined
      ? { ...request.headers, authorization: `Bearer ${await connection.token(call.role)}` }
      : connection.sign(request);
  const { response, text } = await whileBusy({ ...call, headers: request.headers }, async () =>
    fetchOrSay(url, {
      ...request,
      headers: await headersNow(),
      // Elsewhere a signature is worth nothing, but the session token that comes with it would be sent there, too.
      redirect: connection.sign === undefined ? 'follow' : 'error',
      signal: AbortSignal.timeout(60_000),
    }),
  );
  if (response.ok) return answer.parse(jsonOf(text));
  throw problemOf(response.status, text, url, connection.sign !== undefined);
};

/** The whole answer: a connection can also break off within it. */
const fetchOrSay = async (url: string, init: RequestInit): Promise<{ response: Response; text: string }> => {
  try {
    const response = await fetch(url, init);
    return { response, text: await response.text() };
  } catch (cause) {
    throw new Error(`could not reach ${url}: ${whyUnreached(cause)}`, { cause });
  }
};

/** A 4xx with a problem document is a refusal by the API, and so is what it says of a service behind it (502); any other error leaves the question open. */
const problemOf = (status: number, text: string, url: string, isSigned: boolean): Error => {
  const problem = ProblemDocument.safeParse(jsonOf(text));
  if (problem.success && status === 503 && problem.data.detail !== '') {
    return new Error(`${url} is not available: ${problem.data.detail}`);
  }
  if (!problem.success || status === 401 || (status >= 500 && status !== 502)) {
    return new Error(`${url} answered with status ${status}${gatewayProblem(status, isSigned)}`);
  }
  const { title, detail, faults, remedy } = problem.data;
  return new ApiRefusal(title, detail, faults, remedy);
};

/** What the gateway in front of Assay means by a status, since it does not say. */
const gatewayProblem = (status: number, isSigned: boolean): string => {
  if (status === 403 && isSigned) {
    return ': AWS did not let these credentials in; they may have expired, or lack execute-api:Invoke on the signed routes';
  }
  return status === 401 ? ': the token was not accepted' : '';
};

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
