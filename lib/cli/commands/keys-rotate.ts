import * as z from 'zod';
import { callApi } from '../client/api.ts';
import { type Connection, connect } from '../client/connection.ts';
import { defineCommand, EXIT, type ExitCode, type Surroundings, UsageError } from '../command.ts';
import { columns, jsonText } from '../terminal/text.ts';
import { readSignatures, signaturesTable } from './signatures.ts';

const Rotation = z.object({
  rotation_id: z.string(),
  status: z.enum(['requested', 'completed', 'faulted']),
  record_key_id: z.string(),
  attestation_key_id: z.string(),
  initiated_by: z.string(),
  reason: z.string(),
  linked_incident: z.string(),
  requested_at: z.string(),
  completed_at: z.string().optional(),
  renewed: z.number(),
  refused: z.number(),
});
type Rotation = z.infer<typeof Rotation>;

const POLL_MS = 1000;
const PROGRESS_EVERY = 10;

export const command = defineCommand({
  name: 'keys rotate',
  parameters: [],
  description: [
    'Signs anew, with the keys of the deployment, every governance record and attestation that former keys have signed. The',
    'earlier envelopes stay locked where they are; what took whose place, and why, is in the ledger. What the ledger does not',
    'tell of is not signed again. First deploy new keys: cdk deploy … -c signingKeyGeneration=2 (and so on).',
    'Exit code 1: no signature was by a former key, or something was refused.',
  ].join('\n'),
  options: {
    reason: { type: 'string', description: 'why, for the record' },
    incident: { type: 'string', description: 'the incident or change that it belongs to' },
    'suspect-from': { type: 'string', description: 'list what was signed from this day or instant on, ISO 8601' },
    'suspect-until': { type: 'string', description: 'until then, a day to its end (now)' },
    json: { type: 'boolean', description: 'print rotation and list as JSON' },
  },
  run: async ({ values }, around) => {
    const { reason, incident, 'suspect-from': from, 'suspect-until': until = new Date().toISOString() } = values;
    if (!reason || !incident) throw new UsageError('keys rotate needs --reason and --incident: both go on record');
    if (values['suspect-until'] !== undefined && from === undefined) {
      throw new UsageError('keys rotate: --suspect-until needs --suspect-from');
    }
    const connection = await connect(around);
    // The window is read first: a misspelt instant must not be found out after everything was signed anew.
    if (from !== undefined) await readSignatures(connection, from, until);
    const rotation = await rotate(connection, { reason, incident }, around);
    const suspects = from === undefined ? undefined : await readSignatures(connection, from, until);
    around.out(
      values.json
        ? jsonText({ rotation, ...(suspects === undefined ? {} : { suspects }) })
        : [accountOf(rotation), ...(suspects === undefined ? [] : ['', signaturesTable(suspects)])].join('\n'),
    );
    return exitOf(rotation);
  },
});

const rotate = async (connection: Connection, body: object, around: Surroundings): Promise<Rotation> => {
  const path = ['key-rotations'];
  let rotation = await callApi(connection, { method: 'POST', path, role: 'operator', body }, Rotation);
  for (let polls = 1; rotation.status === 'requested'; polls += 1) {
    if (polls % PROGRESS_EVERY === 0) around.err(`signing anew, ${(polls * POLL_MS) / 1000} s so far …`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    rotation = await callApi(
      connection,
      { method: 'GET', path: [...path, rotation.rotation_id], role: 'operator' },
      Rotation,
    );
  }
  return rotation;
};

const accountOf = (rotation: Rotation): string =>
  [
    columns(
      ['rotation', rotation.rotation_id],
      [
        ['status', rotation.status],
        ['asked for', `${rotation.requested_at} by ${rotation.initiated_by}`],
        ['reason', rotation.reason],
        ['incident', rotation.linked_incident],
        ['record key', rotation.record_key_id],
        ['attestation key', rotation.attestation_key_id],
        ['signed anew', String(rotation.renewed)],
        ['refused', String(rotation.refused)],
      ],
    ),
    '',
    conclusionOf(rotation),
  ].join('\n');

const conclusionOf = ({ status, renewed, refused }: Rotation): string => {
  if (status === 'faulted') return 'It broke before it was through: ask again, and look at the log of RenewSignatures.';
  if (refused > 0)
    return 'What was refused is not in the ledger: nobody knows who signed it. See signatures_renewed there.';
  if (renewed > 0) return 'Every signature that the ledger tells of is by the new keys.';
  return 'Every signature was by these keys already. Deploy new ones first: cdk deploy … -c signingKeyGeneration=2.';
};

const exitOf = ({ status, renewed, refused }: Rotation): ExitCode => {
  if (status === 'faulted') return EXIT.noAnswer;
  return renewed > 0 && refused === 0 ? EXIT.ok : EXIT.no;
};
