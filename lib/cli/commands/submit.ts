import { resolve } from 'node:path';
import * as z from 'zod';
import { Refusal } from '../../domain/refusal.ts';
import { parseManifest } from '../../domain/release/manifest.ts';
import { callApi } from '../client/api.ts';
import { type Connection, connect, iamOption } from '../client/connection.ts';
import { findKnown } from '../client/find-known.ts';
import { defineCommand, EXIT, UsageError } from '../command.ts';
import { readManifest } from '../files/manifest-file.ts';
import { plain } from '../terminal/text.ts';

export const command = defineCommand({
  name: 'submit',
  parameters: ['MANIFEST'],
  description: [
    'Requests the release that a manifest (YAML or JSON) describes, by an event on the Assay bus.',
    'An invalid manifest is refused here, with every problem found (exit code 1).',
    'The source of the event is that of a machine of the directory, and the bus takes it from that machine only.',
    'With --iam a machine asks the API instead, which answers at once whether the release is taken in.',
  ].join('\n'),
  example: 'examples/hmda-mortgage/1.2.0/release-manifest.yaml',
  options: {
    bus: { type: 'string', description: 'the event bus (ASSAY_BUS)' },
    source: { type: 'string', description: 'the event source (ASSAY_SOURCE; assay.cli if neither is set)' },
    iam: iamOption,
    'send-anyway': {
      type: 'boolean',
      description: 'send an invalid manifest too, so that its refusal goes on record',
    },
  },
  run: async ({ values, positionals: [file = ''] }, around) => {
    const claim = await readManifest(resolve(around.directory, file));
    const releaseId = checked(claim, values['send-anyway'] === true);
    if (values.iam) {
      if (values.bus !== undefined || values.source !== undefined) {
        throw new UsageError('submit sends no event with --iam: leave out --bus and --source');
      }
      const taken = await askApi(claim, await connect(around, { iam: true }));
      around.out(taken);
      around.err(
        taken === releaseId ? `taken in; ${toFollow(taken)}` : `${taken} has this content already; ${toFollow(taken)}`,
      );
      return EXIT.ok;
    }
    const connection = await connect(around, values);
    const known = await findKnown(claim, connection);
    if (known !== undefined && known !== releaseId) {
      around.out(plain(known));
      around.err(`${plain(known)} has this content already, and nothing was sent; ${toFollow(plain(known))}`);
      return EXIT.ok;
    }
    const { requestRelease } = await import('../client/request-release.ts');
    const source = values.source ?? around.env['ASSAY_SOURCE'] ?? 'assay.cli';
    await requestRelease(claim, { bus: connection.bus(), source }, connection.clientSettings);
    around.out(releaseId);
    around.err(`requested; ${toFollow(releaseId)}; if it is refused, assay refusals says why`);
    return EXIT.ok;
  },
});

const toFollow = (releaseId: string): string => `to follow it: assay status ${releaseId}`;

/** The id of the release that has this content. */
const askApi = async (manifest: unknown, connection: Connection): Promise<string> => {
  const call = { method: 'POST', path: ['releases'], role: 'operator', body: manifest } as const;
  const { release_id: releaseId } = await callApi(connection, call, z.object({ release_id: z.string() }));
  return plain(releaseId);
};

/** The id of the release. If a faulty manifest is sent anyway, the id that it claims. */
const checked = (claim: unknown, isSentAnyway: boolean): string => {
  try {
    return parseManifest(claim).release_id;
  } catch (error) {
    if (!(error instanceof Refusal) || !isSentAnyway) throw error;
    const id: unknown = typeof claim === 'object' && claim !== null ? Reflect.get(claim, 'release_id') : undefined;
    return typeof id === 'string' ? plain(id) : '(no release_id)';
  }
};
