import * as z from 'zod';
import { callApi } from '../client/api.ts';
import { type Connection, connect } from '../client/connection.ts';
import { defineCommand, EXIT, type ExitCode, type Surroundings, UsageError } from '../command.ts';
import { columns, jsonText } from '../terminal/text.ts';
import { assertDates, readSignatures, signaturesTable } from './signatures.ts';

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
    'Re-signs, with the current keys of the deployment, every governance record and attestation that earlier keys signed.',
    'The earlier envelopes stay locked where they are; the ledger records what replaced each of them, and why. An envelope',
    'that is not in the ledger is not re-signed. Deploy the new keys first: cdk deploy --all … -c signingKeyGeneration=2 (and so on).',
    'Exit code 1: there was nothing to re-sign, or something was refused.',
  ].join('\n'),
  example: '--reason "a laptop was stolen" --incident INC-9 --suspect-from 2026-11-01',
  options: {
    reason: { type: 'string', isRequired: true, description: 'why, for the record' },
    incident: { type: 'string', isRequired: true, description: 'the related incident or change' },
    'suspect-from': { type: 'string', description: 'also list what was signed since this date or time, ISO 8601' },
    'suspect-to': { type: 'string', description: 'the end of that period; a date includes its whole day (now)' },
    json: { type: 'boolean', description: 'print the rotation and the list as JSON' },
  },
  run: async ({ values }, around) => {
    const { reason, incident, 'suspect-from': from, 'suspect-to': until = new Date().toISOString() } = values;
    if (values['suspect-to'] !== undefined && from === undefined) {
      throw new UsageError('keys rotate: --suspect-to needs --suspect-from');
    }
    assertDates('keys rotate', { 'suspect-from': from, 'suspect-to': until });
    const connection = await connect(around);
    // The window is read first: a mistyped date must not surface after everything has been re-signed.
    const read = async () =>
      from === undefined ? undefined : readSignatures(connection, { from, until, say: around.err });
    await read();
    const rotation = await rotate(connection, { reason, incident }, around);
    const suspects = await read();
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
    if (polls % PROGRESS_EVERY === 0) around.err(`re-signing, ${(polls * POLL_MS) / 1000} s so far …`);
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
        ['requested', `${rotation.requested_at} by ${rotation.initiated_by}`],
        ['reason', rotation.reason],
        ['incident', rotation.linked_incident],
        ['record key', rotation.record_key_id],
        ['attestation key', rotation.attestation_key_id],
        ['re-signed', String(rotation.renewed)],
        ['refused', String(rotation.refused)],
      ],
    ),
    '',
    conclusionOf(rotation),
  ].join('\n');

const conclusionOf = ({ status, renewed, refused }: Rotation): string => {
  if (status === 'faulted')
    return 'It failed before it was finished: run it again, and look at the log of RenewSignatures.';
  if (refused > 0)
    return 'What was refused is not in the ledger, so nobody knows who signed it. The event signatures_renewed lists it.';
  if (renewed > 0) return 'Every signature in the ledger is by the current keys.';
  return 'Every signature was by the current keys already. Deploy new keys first: cdk deploy --all … -c signingKeyGeneration=2.';
};

const exitOf = ({ status, renewed, refused }: Rotation): ExitCode => {
  if (status === 'faulted') return EXIT.noAnswer;
  return renewed > 0 && refused === 0 ? EXIT.ok : EXIT.no;
};
