import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import * as z from 'zod';
import type { AwsEvent } from '../aws-events.ts';
import { close, listen } from '../listen.ts';
import { loadServiceModel, type ServiceModel } from '../service-model.ts';
import { Endpoints } from './endpoints.ts';
import { lineage, type TagsByArn } from './lineage.ts';
import { ModelPackages } from './model-packages.ts';
import { ApiError, invalid, type Operation, Settings, type World } from './operation.ts';

export interface StandInOptions {
  readonly port: number;
  /** Where state changes go: the default bus of the emulator, or a list in a test. */
  readonly putEvent: (event: AwsEvent) => Promise<void>;
  /** Called when an event could not be put; the stand-in itself goes on. */
  readonly onProblem?: (problem: unknown) => void;
  readonly now?: () => Date;
  readonly after?: (delayMs: number, step: () => void) => void;
  readonly settings?: Partial<Settings>;
}

export interface StandIn {
  readonly endpoint: string;
  /** Resolves when every event so far has been put. */
  settled(): Promise<void>;
  stop(): Promise<void>;
}

/** The part of SageMaker that the product uses, in memory, speaking the JSON 1.1 of the real service. */
export async function startSageMaker(options: StandInOptions): Promise<StandIn> {
  const { putEvent, onProblem = () => undefined } = options;
  const timers = new Set<NodeJS.Timeout>();
  let published = Promise.resolve();
  const world: World = {
    now: options.now ?? (() => new Date()),
    after: options.after ?? ((delayMs, step) => runLater(timers, delayMs, step)),
    publish: (event) => {
      published = published.then(() => putEvent(event)).catch(onProblem);
    },
    settings: Settings.parse(options.settings ?? {}),
  };
  const tags: TagsByArn = new Map();
  const packages = new ModelPackages(world);
  const model = await loadServiceModel(join(import.meta.dirname, '../..'), 'sagemaker');
  const operations: Record<string, Operation> = {
    ...packages.operations(),
    ...new Endpoints(world, (nameOrArn) => packages.imagesOf(nameOrArn), tags).operations(),
    ...lineage(tags),
  };

  const server = createServer((request, response) => {
    void answer(request, response, { model, operations, settings: world.settings });
  });
  const port = await listen(server, options.port, 'ASSAY_SAGEMAKER_PORT');
  return {
    endpoint: `http://127.0.0.1:${port}`,
    settled: () => published,
    stop: async () => {
      for (const timer of timers) clearTimeout(timer);
      await close(server);
    },
  };
}

function runLater(timers: Set<NodeJS.Timeout>, delayMs: number, step: () => void): void {
  const timer = setTimeout(() => {
    timers.delete(timer);
    step();
  }, delayMs);
  timers.add(timer);
}

type Service = {
  readonly model: ServiceModel;
  readonly operations: Readonly<Record<string, Operation>>;
  readonly settings: Settings;
};

async function answer(request: IncomingMessage, response: ServerResponse, service: Service): Promise<void> {
  const reply = (status: number, body: object, type?: string) => {
    const headers = { 'content-type': 'application/x-amz-json-1.1' };
    response.writeHead(status, type === undefined ? headers : { ...headers, 'x-amzn-errortype': type });
    response.end(JSON.stringify(body));
  };
  try {
    const body = await readJson(request);
    if (request.url === '/_standin/settings') return reply(200, control(request.method, body, service.settings));
    reply(200, call(request, body, service));
  } catch (error) {
    if (error instanceof ApiError)
      reply(400, { __type: error.type, Message: error.message, message: error.message }, error.type);
    else reply(500, { __type: 'InternalFailure', message: String(error) }, 'InternalFailure');
  }
}

function call(request: IncomingMessage, input: unknown, { model, operations, settings }: Service): object {
  const name = String(request.headers['x-amz-target']).replace(/^SageMaker\./, '');
  const { nextError } = settings;
  if (nextError?.operation === name) {
    nextError.times -= 1;
    if (nextError.times === 0) delete settings.nextError;
    throw new ApiError(nextError.type, nextError.message);
  }
  const found = operations[name];
  if (found === undefined) throw new ApiError('UnknownOperationException', `The stand-in does not know ${name}.`);
  const violations = model.violations(name, input);
  if (violations.length > 0) {
    const errors = violations.length === 1 ? 'error' : 'errors';
    throw invalid(`${violations.length} validation ${errors} detected: ${violations.join('; ')}`);
  }
  const accessKeyId = /Credential=([^/]+)/.exec(request.headers.authorization ?? '')?.[1] ?? 'anonymous';
  return found.call(input, { accessKeyId });
}

/** PUT changes the settings that it names; anything else only shows them. */
function control(method: string | undefined, body: unknown, settings: Settings): object {
  if (method !== 'PUT') return settings;
  const change = Settings.partial().safeParse(body);
  if (!change.success) throw new ApiError('ValidationException', z.prettifyError(change.error));
  // The schema fills in defaults, which would undo earlier orders.
  const named = Object.entries(change.data).filter(([name]) => Object.hasOwn(Object(body), name));
  const endpoints = { ...settings.endpoints, ...change.data.endpoints };
  return Object.assign(settings, Object.fromEntries(named), { endpoints });
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString('utf8');
  try {
    return text === '' ? {} : JSON.parse(text);
  } catch {
    throw new ApiError('SerializationException', 'The request is not JSON.');
  }
}
