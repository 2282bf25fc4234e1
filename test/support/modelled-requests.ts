/** What is sent to AWS, compared with the models of its services: every member is known, there if needed, and well formed. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { loadServiceModel, type ServiceModel } from '../../local/service-model.ts';
import type { RecordedRequest } from './record-requests.ts';

const root = join(import.meta.dirname, '../..');

const Recorded = z.object({ service: z.string(), operation: z.string(), input: z.unknown() });

/** botocore has names of its own for some services. */
const BOTOCORE: Readonly<Record<string, string>> = {
  CognitoIdentityProvider: 'cognito-idp',
  EventBridge: 'events',
  SFN: 'stepfunctions',
};

const models = new Map<string, Promise<ServiceModel>>();
const modelOf = (service: string): Promise<ServiceModel> => {
  const model = models.get(service) ?? loadServiceModel(root, BOTOCORE[service] ?? service.toLowerCase());
  models.set(service, model);
  return model;
};

/** What AWS would refuse of a request. */
export const violationsOf = async ({ service, operation, input }: RecordedRequest): Promise<string[]> =>
  (await modelOf(service)).violations(operation, input, { refusesUnknown: true });

export type Recording = {
  /** Such as `PutObject`. */
  readonly operations: ReadonlySet<string>;
  /** What AWS would refuse, once for each operation and member. */
  readonly violations: readonly string[];
};

/** Reads every request that was recorded in a folder, which is not there if nothing was sent. */
export const readRecording = async (folder: string): Promise<Recording> => {
  const operations = new Set<string>();
  const violations = new Map<string, string>();
  for (const file of existsSync(folder) ? readdirSync(folder) : []) {
    for (const line of readFileSync(join(folder, file), 'utf8').trimEnd().split('\n')) {
      const request = Recorded.parse(JSON.parse(line));
      operations.add(request.operation);
      for (const said of await violationsOf(request)) {
        const name = `${request.service} ${request.operation}`;
        violations.set(`${name} ${said.replace(/^Value .* at /s, '')}`, `${name}: ${said}`);
      }
    }
  }
  return { operations, violations: [...violations.values()] };
};
