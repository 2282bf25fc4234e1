/** Asks the questions as somebody who is signed in, by the API of the one Lambda that may. */
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import * as z from 'zod';
import { cut } from '../domain/cut.ts';
import type { Given } from '../domain/questions/question.ts';
import { Refusal, type RefusalCode, Unavailable } from '../domain/refusal.ts';
import { isPassing } from './aws-error.ts';

const lambda = new LambdaClient({});

const Cell = z.union([z.string(), z.number()]);
const Answered = z.object({
  state: z.literal('answered'),
  run: z.string(),
  columns: z.array(z.object({ name: z.string(), heading: z.string(), isAside: z.boolean().optional() })),
  rows: z.array(z.record(z.string(), Cell)),
  covers: z.object({ entries: z.number(), until: z.string() }),
  total: z.number(),
  /** The number of the row that the next page begins with; absent on the last. */
  next: z.number().optional(),
});
const Running = z.object({ state: z.literal('running'), run: z.string() });
export type QuestionReply = z.infer<typeof Answered> | z.infer<typeof Running>;

export type AsksQuestions = {
  readonly ask: (name: string, given: Given, token: string) => Promise<QuestionReply>;
  /** The answer of a question that was asked, from a row on. */
  readonly answer: (run: string, from: number, token: string) => Promise<QuestionReply>;
};

const Response = z.object({ statusCode: z.number(), body: z.string() });
const ProblemBody = z.object({ title: z.string(), detail: z.string().optional() });
/** What its statuses mean; what is no fault of that Lambda, and has another one, is a question that is not complete. */
const CODES: Readonly<Record<number, RefusalCode>> = {
  403: 'NotAuthorized',
  404: 'NotFound',
  409: 'QuestionCancelled',
  502: 'QuestionFailed',
};
const Token = z.looseObject({ sub: z.string() });

/** As the gateway calls it. `invoke` gives the answer of that Lambda. Throws `Refusal` for what it refuses, with its words. */
export const askingBy = (invoke: (event: object) => Promise<unknown>): AsksQuestions => {
  const call = async (event: object): Promise<QuestionReply> => {
    const { statusCode, body } = Response.parse(await invoke(event));
    const said: unknown = JSON.parse(body);
    if (statusCode < 300) return z.union([Answered, Running]).parse(said);
    const { title, detail = title } = ProblemBody.parse(said);
    if (statusCode === 503) throw new Unavailable(detail);
    const code = CODES[statusCode];
    if (code === undefined && statusCode >= 500)
      throw new Error(`the questions were not answered: ${cut(detail, 400)}`);
    throw new Refusal(code ?? 'RequestInvalid', detail);
  };
  return {
    ask: async (name, parameters, token) =>
      call(eventOf({ route: 'POST /v1/questions/{name}', path: `/v1/questions/${name}`, token, body: { parameters } })),
    answer: async (run, from, token) =>
      call(
        eventOf({
          route: 'GET /v1/questions/runs/{run}',
          path: `/v1/questions/runs/${run}`,
          token,
          query: `from=${from}`,
        }),
      ),
  };
};

export const invokeQuestions = (functionName: string): AsksQuestions =>
  askingBy(async (event) => {
    const { FunctionError, Payload = new Uint8Array() } = await lambda
      .send(new InvokeCommand({ FunctionName: functionName, Payload: Buffer.from(JSON.stringify(event)) }))
      .catch((cause: unknown) => {
        if (isPassing(cause)) throw new Unavailable('the questions are not answered now', { cause });
        throw cause;
      });
    const text = Buffer.from(Payload).toString('utf8');
    if (FunctionError !== undefined) throw new Error(`the questions were not answered: ${cut(text, 400)}`);
    return JSON.parse(text);
  });

type Asked = {
  readonly route: string;
  readonly path: string;
  readonly token: string;
  readonly query?: string;
  readonly body?: object;
};

/** An event of the HTTP API, payload format 2.0. The token is verified before it comes here, as it is by the gateway. */
const eventOf = ({ route, path, token, query = '', body }: Asked): object => {
  const claims = Token.parse(JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')));
  const [method] = route.split(' ');
  return {
    ...{ version: '2.0', routeKey: route, rawPath: path, rawQueryString: query, isBase64Encoded: false },
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', host: 'assay' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    requestContext: {
      ...{ domainName: 'assay', authorizer: { jwt: { claims } } },
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'console' },
    },
  };
};
