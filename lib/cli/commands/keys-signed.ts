import { connect } from '../client/connection.ts';
import { defineCommand, EXIT } from '../command.ts';
import { jsonText } from '../terminal/text.ts';
import { assertDates, readSignatures, signaturesTable } from './signatures.ts';

export const command = defineCommand({
  name: 'keys signed',
  parameters: [],
  description: [
    'Lists every governance record and attestation that was signed in a period, by which key, and what has been re-signed',
    'since. Review this list when a key may have been compromised.',
  ].join('\n'),
  example: '--from 2026-11-01',
  options: {
    from: { type: 'string', isRequired: true, description: 'the first date or time of the period, ISO 8601' },
    to: { type: 'string', description: 'the last one; a date includes its whole day (now)' },
    json: { type: 'boolean', description: 'print the answer of the API as JSON' },
  },
  run: async ({ values }, around) => {
    const { from, to = new Date().toISOString() } = values;
    assertDates('keys signed', { from, to });
    const found = await readSignatures(await connect(around), { from, until: to, say: around.err });
    around.out(values.json ? jsonText(found) : signaturesTable(found));
    return EXIT.ok;
  },
});
