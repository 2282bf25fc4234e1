import { resolve } from 'node:path';
import { Refusal } from '../../domain/refusal.ts';
import { parseManifest } from '../../domain/release/manifest.ts';
import { connect } from '../client/connection.ts';
import { defineCommand, EXIT } from '../command.ts';
import { readManifest } from '../files/manifest-file.ts';
import { plain } from '../terminal/text.ts';

export const command = defineCommand({
  name: 'submit',
  parameters: ['MANIFEST'],
  description: [
    'Requests the release that a manifest (YAML or JSON) describes, by an event on the Assay bus.',
    'An invalid manifest is refused here, with every problem found (exit code 1).',
    'The source of the event is that of a machine of the directory, and the bus takes it from that machine only.',
  ].join('\n'),
  options: {
    bus: { type: 'string', description: 'the event bus (ASSAY_BUS)' },
    source: { type: 'string', description: 'the event source (ASSAY_SOURCE; assay.cli if neither is set)' },
    'send-anyway': {
      type: 'boolean',
      description: 'send an invalid manifest too, so that its refusal goes on record',
    },
  },
  run: async ({ values, positionals: [file = ''] }, around) => {
    const claim = await readManifest(resolve(around.directory, file));
    const releaseId = checked(claim, values['send-anyway'] === true);
    const { requestRelease } = await import('../client/request-release.ts');
    const connection = await connect(around, values);
    const source = values.source ?? around.env['ASSAY_SOURCE'] ?? 'assay.cli';
    await requestRelease(claim, { bus: connection.bus(), source }, connection.clientSettings);
    around.out(releaseId);
    around.err(`requested; to follow it: assay status ${releaseId}; if it is refused, assay refusals says why`);
    return EXIT.ok;
  },
});

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
