import { resolve } from 'node:path';
import * as z from 'zod';
import { ReleaseId } from '../../domain/identifiers.ts';
import { Refusal } from '../../domain/refusal.ts';
import { parseManifest, type ReleaseManifest } from '../../domain/release/manifest.ts';
import { findAllowedBuckets } from '../client/allowed-buckets.ts';
import { callApi } from '../client/api.ts';
import { type Connection, connect, iamOption } from '../client/connection.ts';
import { askKnown, findKnown } from '../client/find-known.ts';
import { preflight } from '../client/preflight.ts';
import { beforehand, type Submission, taken } from '../client/sent-release.ts';
import { defineCommand, EXIT, type ExitCode, type Surroundings, UsageError } from '../command.ts';
import { readManifest } from '../files/manifest-file.ts';
import { pathsIn } from '../files/manifest-places.ts';
import { count, jsonText, plain } from '../terminal/text.ts';
import { awaitOutcome, deadlineOf } from './submit-wait.ts';

export const command = defineCommand({
  name: 'submit',
  parameters: ['MANIFEST'],
  description: [
    'Requests the release that a manifest (YAML or JSON) describes, by an event on the Assay bus.',
    'An invalid manifest is refused here, with every problem found (exit code 1). So is one with objects that are not there,',
    'are other ones than it says, or lie in no bucket that releases may come from: each is named, and nothing is sent (2).',
    'The source of the event is that of a machine of the directory, and the bus takes it from that machine only.',
    'With --iam a machine asks the API instead, and with --api whoever is signed in does, if they are a releaser: it answers at',
    'once whether the release is taken in.',
    '',
    'With --wait it shows what becomes of the release until there is an outcome, which may take people days. Exit code 0: in',
    'production. 1: refused, rejected, expired, or approved and not promoted. 2: no outcome within --deadline.',
  ].join('\n'),
  example: 'release-manifest.pushed.yaml --wait --deadline 2d',
  options: {
    wait: { type: 'boolean', description: 'go on until there is an outcome, which is the exit code' },
    deadline: { type: 'string', value: 'DURATION', description: 'the longest time to wait: 30m, 2h, 3d' },
    json: { type: 'boolean', description: 'print the id of the release, or with --wait what became of it, as JSON' },
    bus: { type: 'string', description: 'the event bus (ASSAY_BUS)' },
    source: { type: 'string', description: 'the event source (ASSAY_SOURCE; assay.cli if neither is set)' },
    iam: iamOption,
    api: { type: 'boolean', description: 'ask the API as the person who is signed in, and send no event' },
    'send-anyway': {
      type: 'boolean',
      description: 'send an invalid manifest too, so that its refusal goes on record',
    },
  },
  run: async ({ values, positionals: [file = ''] }, around) => {
    assertOptions(values);
    const claim = await readManifest(resolve(around.directory, file));
    const asked = checked(claim, values['send-anyway'] === true);
    if (values.wait) assertFollowable(claim);
    const connection = await connect(around, values.iam ? { iam: true } : values);
    // First, because without a deployment nothing is to be looked at.
    const isAsked = values.iam === true || values.api === true;
    if (isAsked) connection.url();
    else connection.bus();
    if (asked.manifest !== undefined) await assertObjects(asked.manifest, connection, around);
    const how = { ...values, isJson: values.json === true };
    const requested = { claim, releaseId: asked.releaseId };
    return (isAsked ? askThenWait : sendThenWait)(requested, connection, around, how);
  },
});

type Values = {
  readonly wait?: boolean | undefined;
  readonly deadline?: string | undefined;
  readonly json?: boolean | undefined;
  readonly iam?: boolean | undefined;
  readonly api?: boolean | undefined;
  readonly bus?: string | undefined;
  readonly source?: string | undefined;
  readonly 'send-anyway'?: boolean | undefined;
};
type How = Values & { readonly isJson: boolean };
type Requested = { readonly claim: unknown; readonly releaseId: string };

const assertOptions = (values: Values): void => {
  const asking = values.iam ? '--iam' : '--api';
  if ((values.iam || values.api) && (values.bus !== undefined || values.source !== undefined)) {
    throw new UsageError(`submit sends no event with ${asking}: leave out --bus and --source`);
  }
  if (values.iam && values.api) throw new UsageError('submit asks by --iam or by --api, not by both');
  if (values.deadline !== undefined && !values.wait) throw new UsageError('submit has a --deadline only with --wait');
  deadlineOf(values.deadline);
};

/** Names every object that the release would be refused for, before anything is sent. What cannot be looked at is said, and no obstacle. */
const assertObjects = async (
  manifest: ReleaseManifest,
  connection: Connection,
  around: Surroundings,
): Promise<void> => {
  const [{ lookAtObject }, { placeOf }, { ownS3 }, buckets] = await Promise.all([
    import('../../adapters/s3-looks.ts'),
    import('../../adapters/s3-objects.ts'),
    import('../../adapters/s3-own-client.ts'),
    findAllowedBuckets(connection),
  ]);
  const client = ownS3(connection.clientSettings);
  const { faults, unseen } = await preflight(manifest, { look: (uri) => lookAtObject(client, placeOf(uri)), buckets });
  for (const why of new Set(unseen.map((one) => one.why))) {
    const objects = count(unseen.filter((one) => one.why === why).length, 'object');
    around.err(`could not look at ${objects}, because each ${plain(why)}; the deployment will look itself`);
  }
  if (faults.length === 0) return;
  const allowed = buckets === undefined ? '' : `; releases may come from ${plain(buckets.join(', '))}`;
  throw new Refusal('EvidenceMissing', `nothing was sent, because of these objects${allowed}`, faults);
};

const sendThenWait = async (
  { claim, releaseId }: Requested,
  connection: Connection,
  around: Surroundings,
  { source = around.env['ASSAY_SOURCE'] ?? 'assay.cli', ...how }: How,
): Promise<ExitCode> => {
  // Who waits for the outcome needs the API to answer. Who does not, needs the bus only.
  const known = await (how.wait ? askKnown : findKnown)(claim, connection);
  const followed = known === undefined ? releaseId : plain(known);
  const submission = how.wait ? await beforehand(connection, claim, { releaseId, known }) : taken(followed, claim);
  if (known === undefined) {
    const { requestRelease } = await import('../client/request-release.ts');
    await requestRelease(claim, { bus: connection.bus(), source }, connection.clientSettings);
  }
  const said = known === undefined ? 'requested' : `${followed} has this content already, and nothing was sent`;
  const hint = known === undefined ? '; if it is refused, assay refusals says why' : '';
  return finish({ submission, said, hint }, connection, around, how);
};

const askThenWait = async (
  { claim, releaseId }: Requested,
  connection: Connection,
  around: Surroundings,
  how: How,
): Promise<ExitCode> => {
  const id = await askApi(claim, connection);
  const said = id === releaseId ? 'taken in' : `${id} has this content already`;
  return finish({ submission: taken(id, claim), said, hint: '' }, connection, around, how);
};

type Done = { readonly submission: Submission; readonly said: string; readonly hint: string };

const finish = async (
  { submission, said, hint }: Done,
  connection: Connection,
  around: Surroundings,
  how: How,
): Promise<ExitCode> => {
  const { releaseId } = submission;
  if (!how.isJson) around.out(releaseId);
  around.err(`${said}; to follow it: assay status ${releaseId}${hint}`);
  if (how.wait) return awaitOutcome(connection, submission, around, how);
  if (how.isJson) around.out(jsonText({ release_id: releaseId }));
  return EXIT.ok;
};

/** The id of the release that has this content. */
const askApi = async (manifest: unknown, connection: Connection): Promise<string> => {
  const call = { method: 'POST', path: ['releases'], role: 'releaser', body: manifest } as const;
  const { release_id: releaseId } = await callApi(connection, call, z.object({ release_id: z.string() }));
  return plain(releaseId);
};

type Asked = { readonly releaseId: string; readonly manifest?: ReleaseManifest };

/** The manifest, and its id. If a faulty one is sent anyway, there is only the id that it claims. */
const checked = (claim: unknown, isSentAnyway: boolean): Asked => {
  if (isSentAnyway) return { releaseId: claimedId(claim) };
  try {
    const manifest = parseManifest(claim);
    return { releaseId: manifest.release_id, manifest };
  } catch (error) {
    if (!(error instanceof Refusal) || pathsIn(claim, '.').length === 0) throw error;
    const message = `${error.message}: it names files on this machine, which assay push uploads`;
    throw new Refusal(error.code, message, error.violations);
  }
};

/** A refusal is found by the id that its manifest claims. */
const assertFollowable = (claim: unknown): void => {
  if (z.object({ release_id: ReleaseId }).safeParse(claim).success) return;
  throw new UsageError('submit --wait follows a release by its release_id, and this manifest has none that is valid');
};

const claimedId = (claim: unknown): string => {
  const id: unknown = typeof claim === 'object' && claim !== null ? Reflect.get(claim, 'release_id') : undefined;
  return typeof id === 'string' ? plain(id) : '(no release_id)';
};
