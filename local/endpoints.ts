import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { Setup } from './setup.ts';

/** The addresses of a running local AWS and what is deployed in it. The file lies in its home, for the command line. */
export const LocalEndpoints = z.strictObject({
  schemaVersion: z.literal(1),
  publicBaseUrl: z.url(),
  awsEndpoint: z.url(),
  sagemakerEndpoint: z.url(),
  /** The stand-in of Slack, and where its secrets are. */
  slack: z
    .strictObject({
      endpoint: z.url(),
      secrets: z.strictObject({ slackTokenSecretArn: z.string(), slackSigningSecretArn: z.string() }),
    })
    .optional(),
  region: z.string(),
  accountId: z.string().regex(/^\d{12}$/),
  bus: z.string(),
  table: z.string(),
  buckets: z.strictObject({ audit: z.string(), evidence: z.string(), history: z.exactOptional(z.string()) }),
  stateMachines: z.strictObject({ release: z.string(), promotion: z.string(), rollback: z.string() }),
  logPublicKey: z.string().startsWith('-----BEGIN PUBLIC KEY-----'),
  recordPublicKey: z.string().startsWith('-----BEGIN PUBLIC KEY-----'),
  attestationPublicKey: z.string().startsWith('-----BEGIN PUBLIC KEY-----'),
  auth: z.strictObject({
    userPoolId: z.string(),
    userPoolClientId: z.string(),
    users: z.record(z.string(), z.strictObject({ password: z.string(), groups: z.array(z.string()) })).optional(),
  }),
  pid: z.number().int().positive(),
  /** What it was started with, if `npm start` started it. */
  setup: Setup.optional(),
});
export type LocalEndpoints = z.infer<typeof LocalEndpoints>;

const fileOf = (home: string): string => join(home, 'endpoints.json');

/** Writes to a temporary name and renames, so that a reader never sees half a file. Only this user may read it. */
export async function writeEndpoints(home: string, endpoints: LocalEndpoints): Promise<void> {
  const file = fileOf(home);
  await mkdir(home, { recursive: true });
  await writeFile(`${file}.tmp`, `${JSON.stringify(LocalEndpoints.parse(endpoints), null, 2)}\n`, { mode: 0o600 });
  await rename(`${file}.tmp`, file);
}

/** Undefined if no local AWS is running: there is no file, or the process that wrote it has ended. */
export async function readEndpoints(home: string): Promise<LocalEndpoints | undefined> {
  const text = await readFile(fileOf(home), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const endpoints = LocalEndpoints.parse(JSON.parse(text));
  return isAlive(endpoints.pid) ? endpoints : undefined;
}

export async function removeEndpoints(home: string): Promise<void> {
  await rm(fileOf(home), { force: true });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
