/** The OpenAPI document of `/v1`, from the table of routes and the schemas that the doors read and answer with. */
import * as z from 'zod';
import { MANIFEST_MAX_BYTES } from '../domain/release/manifest.ts';
import { GatewayMessage, Problem } from './answers/problem.ts';
import { ANSWERS, BODIES } from './named.ts';
import type { Answer, Route } from './route.ts';
import { APPROVAL_ROUTES } from './routes/approvals.ts';
import { MODEL_ROUTES } from './routes/models.ts';
import { OPERATION_ROUTES } from './routes/operations.ts';
import { QUESTION_ROUTES } from './routes/questions.ts';
import { RELEASE_ROUTES } from './routes/releases.ts';

const GROUPS: readonly { readonly name: string; readonly description: string; readonly routes: readonly Route[] }[] = [
  { name: 'releases', description: 'Request a release, and read what became of it', routes: RELEASE_ROUTES },
  { name: 'models', description: 'What serves, the way back, and endpoints', routes: MODEL_ROUTES },
  { name: 'approvals', description: 'What people are asked, and what follows', routes: APPROVAL_ROUTES },
  { name: 'questions', description: 'The gate, and questions to the ledger', routes: QUESTION_ROUTES },
  { name: 'operations', description: 'What operators and auditors keep an eye on', routes: OPERATION_ROUTES },
];
export const ROUTES: readonly Route[] = GROUPS.flatMap(({ routes }) => routes);

type Json = Readonly<Record<string, unknown>>;

const REFUSALS: Readonly<Record<number, readonly [name: string, about: string]>> = {
  400: ['BadRequest', 'the body is not one JSON text in UTF-8, names a key twice, or is nested too deep'],
  401: ['Unauthorized', 'no valid token, or no valid signature of AWS; said by the gateway'],
  403: ['Forbidden', 'the caller may not, or others have to do this'],
  404: ['NotFound', 'there is no such thing'],
  409: ['Conflicting', 'it cannot be done as things stand, or somebody else changed them at the same time'],
  413: ['TooLarge', `the body is larger than ${MANIFEST_MAX_BYTES} bytes`],
  415: ['NotJson', 'the body says that it is something else than JSON, or is encoded'],
  422: ['Unprocessable', 'what was sent is not understood: every field at fault is named'],
  429: ['AskedTooOften', 'too many requests, or so much was refused that no more goes on record today'],
  500: ['Fault', 'a fault, which is in the log'],
  502: ['Unanswered', 'Athena failed to answer: what it said of the query, and what to do'],
  503: ['Unavailable', 'a service did not answer; nothing was decided or recorded'],
};
const OF_EVERY_ROUTE = [401, 403, 429, 500, 503];
const OF_BODIES = [400, 413, 415, 422];
/** Statuses that the gateway answers by itself, the first of them alone. */
const BY_THE_GATEWAY = [401, 403, 429];

const responseOf = (status: number, description: string): Json => {
  const problem = { 'application/problem+json': { schema: referenceTo(Problem, ANSWERS) } };
  const fromGateway = { 'application/json': { schema: referenceTo(GatewayMessage, ANSWERS) } };
  return {
    description,
    ...(status === 503 ? { headers: { 'Retry-After': { schema: { type: 'integer' } } } } : {}),
    content: {
      ...(status === 401 ? {} : problem),
      ...(BY_THE_GATEWAY.includes(status) ? fromGateway : {}),
    },
  };
};

/** `isStrict` refuses what no shape names: for the tests that compare what is answered. Clients have to expect more fields. */
export const openApiDocument = ({ isStrict } = { isStrict: false }): Json => ({
  openapi: '3.1.0',
  info: {
    title: 'Assay',
    version: '1',
    summary: 'Governed releases of machine-learning models',
    description: 'No route takes a decision about a release: people decide on the page behind the link in their mail.',
    license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
  },
  servers: [{ url: '/', description: 'where this document is served' }],
  security: [{ token: [] }],
  tags: GROUPS.map(({ name, description }) => ({ name, description })),
  paths: pathsOf(),
  components: {
    securitySchemes: {
      token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'of the issuer that is trusted' },
      signature: {
        ...{ type: 'apiKey', in: 'header', name: 'Authorization' },
        description: 'Signature Version 4 of AWS, service execute-api',
      },
    },
    responses: Object.fromEntries(
      Object.entries(REFUSALS).map(([status, [name, about]]) => [name, responseOf(Number(status), about)]),
    ),
    schemas: { ...schemasOf(BODIES, 'input'), ...schemasOf(ANSWERS, isStrict ? 'output' : 'input') },
  },
});

const schemasOf = (registry: typeof ANSWERS, io: 'input' | 'output'): Json => {
  const { schemas } = z.toJSONSchema(registry, {
    io,
    uri: (id) => `#/components/schemas/${id}`,
    // The values of an environment are judged together, so that no message shows one: each is text.
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      if (zodSchema._zod.def.type === 'custom') jsonSchema.type = 'string';
    },
  });
  return Object.fromEntries(Object.entries(schemas).map(([id, { $schema: _, $id: __, ...schema }]) => [id, schema]));
};

const pathsOf = (): Json => {
  const paths: Record<string, Record<string, unknown>> = {};
  const add = (path: string, method: string, operation: Json) => {
    paths[path] = { ...paths[path], [method]: operation };
  };
  for (const { name, routes } of GROUPS) {
    for (const route of routes) {
      const operation = { tags: [name], ...operationOf(route) };
      add(`/v1${route.path}`, route.method, { operationId: route.id, ...operation });
      if (route.bySignature !== true) continue;
      const signed = { operationId: `${route.id}BySignature`, ...operation, security: [{ signature: [] }] };
      add(`/iam/v1${route.path}`, route.method, signed);
    }
  }
  return paths;
};

const operationOf = (route: Route): Json => {
  const parameters = [...pathParameters(route.path), ...queryParameters(route.query ?? {}), ...headersOf(route)];
  return {
    summary: route.summary,
    description: `For: ${route.who}.`,
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(route.body === undefined ? {} : { requestBody: bodyOf(route.body) }),
    responses: responsesOf(route),
  };
};

const bodyOf = (body: z.ZodType): Json => ({
  required: true,
  content: { 'application/json': { schema: referenceTo(body, BODIES) } },
});

const pathParameters = (path: string): Json[] =>
  [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    ...{ name, in: 'path', required: true },
    schema: { type: 'string' },
  }));

/** What is counted is written as text, and understood as a number: it is described by what it becomes. */
const queryParameters = (query: z.ZodRawShape): Json[] =>
  Object.entries(query).map(([name, schema]) => {
    const { $schema, ...described } = z.toJSONSchema(z.object({ [name]: schema }), { io: 'output' });
    return {
      ...{ name, in: 'query', required: described.required?.includes(name) === true },
      schema: described.properties?.[name],
    };
  });

const isCached = ({ method, isFresh }: Route): boolean => method === 'get' && isFresh !== true;

const headersOf = (route: Route): Json[] => [
  ...(isCached(route) ? [headerOf('If-None-Match')] : []),
  ...(isRepeatable(route) ? [headerOf('Idempotency-Key')] : []),
];
const headerOf = (name: string): Json => ({ name, in: 'header', required: false, schema: { type: 'string' } });

/** Whether it is answered again under its key. Questions change nothing, and neither does what else is read by POST. */
const isRepeatable = ({ method, isFresh }: Route): boolean => method === 'post' && isFresh !== true;

const responsesOf = (route: Route): Json => {
  const etag = isCached(route) ? { headers: { ETag: { schema: { type: 'string' } } } } : {};
  const answers = Object.entries(route.answers).map(([status, answer]) => [
    status,
    { description: answer.about, ...etag, content: contentOf(answer) },
  ]);
  const statuses = new Set([
    ...OF_EVERY_ROUTE,
    ...(route.body === undefined ? [] : OF_BODIES),
    ...(route.query === undefined ? [] : [422]),
    ...(isRepeatable(route) ? [409, 422] : []),
    ...(route.refusals ?? []),
  ]);
  return Object.fromEntries([
    ...answers,
    ...(isCached(route) ? [['304', { description: 'it has not changed' }]] : []),
    ...[...statuses].map((status) => [String(status), { $ref: `#/components/responses/${REFUSALS[status]?.[0]}` }]),
  ]);
};

const contentOf = (answer: Answer): Json =>
  'shape' in answer
    ? { 'application/json': { schema: referenceTo(answer.shape, ANSWERS) } }
    : Object.fromEntries(answer.media.map((media) => [media, { schema: { type: 'string' } }]));

const referenceTo = (shape: z.ZodType, registry: typeof ANSWERS): Json => {
  const id = registry.get(shape)?.id;
  if (id === undefined) throw new Error('could not describe a route: its shape has no name');
  return { $ref: `#/components/schemas/${id}` };
};

/** The document as it is committed and served: one line for each route and each shape. */
export const documentText = (document: Json): string => `${linesOf(document, LEVELS)}\n`;

/** Below these levels a line is not broken. */
const LEVELS = 3;

const linesOf = (value: unknown, levels: number): string => {
  if (levels === 0 || typeof value !== 'object' || value === null || Array.isArray(value)) return JSON.stringify(value);
  const members = Object.entries(value).map(
    ([name, member]) => `${JSON.stringify(name)}: ${linesOf(member, levels - 1)}`,
  );
  return `{\n${members.join(',\n')}\n}`;
};
