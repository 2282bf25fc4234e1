/** A door whose every answer in a test is compared with what the OpenAPI document says of it. */
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { Env, Hono } from 'hono';
import { type RunnerTestCase, TestRunner } from 'vitest';
import * as z from 'zod';
import { openApiDocument } from '../../lib/openapi/document.ts';
import { answeredFields } from './answered-fields.ts';

const Content = z.record(z.string(), z.object({ schema: z.unknown() }));
const Response = z.object({ content: Content.optional(), headers: z.record(z.string(), z.unknown()).optional() });
const Referenced = z.union([z.object({ $ref: z.string() }), Response]);
const Operation = z.object({
  operationId: z.string(),
  description: z.string(),
  responses: z.record(z.string(), Referenced),
  requestBody: z.object({ content: Content }).optional(),
});
const Document = z.object({
  paths: z.record(z.string(), z.record(z.string(), Operation)),
  components: z.object({ responses: z.record(z.string(), Response), schemas: z.record(z.string(), z.unknown()) }),
});

const strict = openApiDocument({ isStrict: true });
export const { paths, components } = Document.parse(strict);

const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
ajv.addSchema({ $id: 'document', ...strict });

const compiled = new Map<unknown, ValidateFunction>();
const problemsOf = (schema: unknown, value: unknown): string => {
  const validate = compiled.get(schema) ?? ajv.compile(rooted(schema));
  compiled.set(schema, validate);
  return validate(value) ? '' : ajv.errorsText(validate.errors);
};

const Reference = z.object({ $ref: z.string() });
const rooted = (schema: unknown): object => {
  const { $ref } = Reference.parse(schema);
  return { $ref: `document${$ref}` };
};

/** The template that a path is of: one without parameters before others. */
export const templateOf = (path: string): string | undefined => {
  const parts = path.split('/');
  const fitting = Object.keys(paths).filter((template) => {
    const ours = template.split('/');
    return ours.length === parts.length && ours.every((part, index) => part.startsWith('{') || part === parts[index]);
  });
  return fitting.toSorted((one, other) => one.split('{').length - other.split('{').length)[0];
};

/** What an answer has that the document does not say; empty if it is as documented. */
export const undocumented = async (method: string, path: string, response: Response): Promise<string> => {
  const operation = paths[templateOf(path) ?? '']?.[method.toLowerCase()];
  const said = operation?.responses[String(response.status)];
  // What is no route is answered by a refusal.
  if (operation === undefined && [403, 404, 405, 413].includes(response.status)) return problemsIn(response, PROBLEM);
  if (said === undefined) return `${response.status} is not documented`;
  return problemsIn(response, '$ref' in said ? (components.responses[said.$ref.split('/').at(-1) ?? ''] ?? {}) : said);
};

const PROBLEM = { content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } } };

const problemsIn = async (response: Response, { content, headers = {} }: z.infer<typeof Response>): Promise<string> => {
  const missing = Object.keys(headers).filter((name) => !response.headers.has(name));
  if (missing.length > 0) return `has no ${missing.join(', ')}`;
  const media = response.headers.get('content-type');
  if (content === undefined) return media === null ? '' : `has a body of ${media}`;
  const found = content[media ?? ''] ?? content[media?.split(';')[0] ?? ''];
  if (found === undefined) return `is ${media}`;
  if (!media?.includes('json') || media.includes('openapi')) return '';
  const body: unknown = await response.clone().json();
  noteAnswered(answeredFields(components.schemas, found.schema, body));
  return problemsOf(found.schema, body);
};

/** The test says which optional fields it has seen: a run of all tests looks for those that none has (every-field-is-answered.ts). */
const noteAnswered = (fields: readonly string[]): void => {
  const meta = TestRunner.getCurrentTest<RunnerTestCase | undefined>()?.meta;
  if (meta !== undefined) meta.answered = [...new Set([...(meta.answered ?? []), ...fields])];
};

declare module 'vitest' {
  interface TaskMeta {
    answered?: string[];
  }
}

type Response = globalThis.Response;

/** The same door, which throws where it answers what is not documented, or takes a body that is not. */
export const asDocumented = <E extends Env>(door: Hono<E>): Hono<E> => {
  const ask = door.request;
  door.request = async (...asked: Parameters<typeof ask>) => {
    const [input, init] = asked;
    const request = new Request(new URL(String(input instanceof Request ? input.url : input), 'http://door'));
    const method = (input instanceof Request ? input.method : init?.method) ?? 'GET';
    const { pathname } = new URL(request.url);
    const response = await ask(...asked);
    const template = templateOf(pathname);
    // What another door answers is no route here.
    const isHere = door.routes.some(
      (route) => route.method === method && route.path.replaceAll(/:(\w+)/g, '{$1}') === template,
    );
    const problem = await undocumented(method, isHere ? pathname : '', response);
    const refused = response.ok ? bodyProblems(method, pathname, init?.body) : '';
    if (problem + refused !== '') throw new Error(`not documented: ${method} ${pathname}: ${problem}${refused}`);
    return response;
  };
  return door;
};

const bodyProblems = (method: string, path: string, body: unknown): string => {
  const schema =
    paths[templateOf(path) ?? '']?.[method.toLowerCase()]?.requestBody?.content['application/json']?.schema;
  return schema === undefined || typeof body !== 'string' ? '' : problemsOf(schema, JSON.parse(body));
};
