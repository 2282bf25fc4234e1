/**
 * How long the decision page takes while sixteen people use it at once, beside one alone: the Lambda's own handler, with AWS as it
 * was recorded. Each has a process, as in Lambda; for a machine with fewer processors than that, what Linux knows of waiting for one is
 * left out as well.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import * as z from 'zod';
import { buildLink, payloadFor } from '../lib/domain/approval/link.ts';
import { exampleManifest, startProduct } from '../test/support/product.ts';
import { walk } from '../test/support/walk.ts';
import { type Page, type SentForm, visitPage } from './page-visit.ts';
import { startRecordedAws } from './recorded-aws.ts';
import { roundsAsked, timing } from './rounds.ts';

const AT_ONCE = 16;
const WARM_UP = 12;
const MODEL = 'hmda-mortgage';

const product = await startProduct('bench-approval-page');
const aws = await startRecordedAws(product.aws.awsEndpoint);
process.env['AWS_ENDPOINT_URL'] = aws.endpoint;

const formsOf = ({ body, cookies }: Page, version: string) => {
  const cookie = cookies.map((line) => line.split(';')[0]).join('; ');
  const form_nonce = /name="form_nonce" value="([^"]*)"/.exec(body)?.[1] ?? '';
  const items = [...body.matchAll(/name="(checklist\.[^"]+)"/g)].map(([, name = '']) => [name, 'yes']);
  const form = (fields: Record<string, string>): SentForm => ({
    cookie,
    body: `${new URLSearchParams({ form_nonce, ...fields })}`,
  });
  const decision = { ...Object.fromEntries(items), decision: 'approve', confirmation: version };
  return { incomplete: form({ decision: 'approve' }), decision: form(decision) };
};

type Visit = { readonly name: string; readonly path: string; readonly form?: SentForm; readonly status: number };

/** Milliseconds from beginning to end, and those of them in which no other process had its processor. */
const Visited = z.object({ statusCode: z.number(), milliseconds: z.number(), own: z.number() });
type Visited = z.infer<typeof Visited>;
type Visitor = { readonly process: ChildProcess; readonly visit: (visit: Visit) => Promise<Visited> };

const startVisitor = async (): Promise<Visitor> => {
  const visitor = fork(join(import.meta.dirname, 'page-visitor.ts'));
  await once(visitor, 'message');
  const visit = async ({ path, form, status }: Visit): Promise<Visited> => {
    const answered = once(visitor, 'message');
    visitor.send({ path, form });
    const [visited] = z
      .tuple([Visited])
      .rest(z.unknown())
      .parse(await answered);
    if (visited.statusCode !== status) throw new Error(`answered ${visited.statusCode}, not ${status}`);
    return visited;
  };
  return { process: visitor, visit };
};

const p95 = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.ceil(values.length * 0.95) - 1] ?? Number.NaN;
const ms = (value: number): string => `${value.toFixed(0)} ms`;

/** In each round each of them alone, and then all at once. */
const compare = async (visit: Visit, visitors: readonly Visitor[]): Promise<void> => {
  const [alone, together]: [Visited[], Visited[]] = [[], []];
  for (let round = 0; round < roundsAsked(7); round += 1) {
    for (const visitor of visitors) alone.push(await visitor.visit(visit));
    together.push(...(await Promise.all(visitors.map((visitor) => visitor.visit(visit)))));
  }
  for (const [what, time] of [
    ['with a processor of their own', ({ own }: Visited) => own],
    ['with those of this machine', ({ milliseconds }: Visited) => milliseconds],
  ] as const) {
    const [one, all] = [p95(alone.map(time)), p95(together.map(time))];
    console.log(
      `${visit.name}, ${what}: p95 of ${AT_ONCE} at once ${ms(all)}, of one alone ${ms(one)} (median ` +
        `${ms(timing(alone.map(time)).median)}): ${(all / one).toFixed(2)} times; target ≤ 3`,
    );
  }
};

const visitsOf = async (releaseId: string): Promise<Visit[]> => {
  const request = await product.store.get('request', `apr-${releaseId}`);
  if (request === undefined) throw new Error('nobody is asked');
  const { kmsMacMaker } = await import('../lib/adapters/kms-link-mac.ts');
  const path = `/a/${await buildLink(payloadFor(request, 'ana.silva'), kmsMacMaker(process.env['LINK_KEY_ID'] ?? ''))}`;
  const { incomplete, decision } = formsOf(await visitPage(path), request.modelVersion);
  return [
    { name: 'GET', path, status: 200 },
    { name: 'POST that is not complete', path, form: incomplete, status: 422 },
    { name: 'POST of a decision', path, form: decision, status: 200 },
  ];
};

const measure = async (releaseId: string): Promise<void> => {
  const visits = await visitsOf(releaseId);
  const visitors = await Promise.all(Array.from({ length: AT_ONCE }, startVisitor));
  try {
    // A container that has just begun reads the directory and the keys as well.
    for (const visit of visits.slice(0, 2)) for (const visitor of visitors) await visitor.visit(visit);
    await aws.become('answering');
    for (const visit of visits) {
      for (let turn = 0; turn < WARM_UP; turn += 1) await Promise.all(visitors.map((visitor) => visitor.visit(visit)));
    }
    const before = await aws.missed();
    for (const visit of visits) await compare(visit, visitors);
    const missed = (await aws.missed()) - before;
    if (missed > 0) throw new Error(`${missed} requests went to the emulator`);
  } finally {
    for (const visitor of visitors) visitor.process.kill();
  }
  await aws.become('recording');
};

const release = async (version: string, people: (releaseId: string) => Promise<void>): Promise<void> => {
  const releaseId = `${MODEL}-${version}`;
  const detail = await exampleManifest(version);
  await product.invoke('receive-release', { 'detail-type': 'Release Requested', source: 'example.pipeline', detail });
  const { invoke, drain: meanwhile } = product;
  const asked = async () => {
    await people(releaseId);
    for (const person of ['ana.silva', 'ruth.meyer']) await product.decide(releaseId, person);
    return 'approved';
  };
  await walk('release', { input: { releaseId }, invoke, people: asked });
  await walk('promotion', { input: { releaseId, attempt: 1 }, invoke, meanwhile });
};

try {
  await release('1.1.0', async () => undefined);
  await release('1.2.0', measure);
} finally {
  await aws.stop();
  await product.stop();
}
