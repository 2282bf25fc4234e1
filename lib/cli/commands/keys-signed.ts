import { connect } from '../client/connection.ts';
import { defineCommand, EXIT, UsageError } from '../command.ts';
import { jsonText } from '../terminal/text.ts';
import { readSignatures, signaturesTable } from './signatures.ts';

export const command = defineCommand({
  name: 'keys signed',
  parameters: [],
  description: [
    'Lists every governance record and attestation that was signed in a window of time, by which key, and what was signed',
    'anew since then. It is what there is to look at when a key may have been in other hands.',
  ].join('\n'),
  options: {
    from: { type: 'string', description: 'the first day or instant of the window, ISO 8601' },
    until: { type: 'string', description: 'the last one, a day to its end (now)' },
    json: { type: 'boolean', description: 'print the answer of the API as it is' },
  },
  run: async ({ values }, around) => {
    const { from, until = new Date().toISOString() } = values;
    if (!from) throw new UsageError('keys signed needs --from');
    const found = await readSignatures(await connect(around), from, until);
    around.out(values.json ? jsonText(found) : signaturesTable(found));
    return EXIT.ok;
  },
});
