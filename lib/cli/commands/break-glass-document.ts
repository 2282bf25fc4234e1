import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { defineCommand, UsageError } from '../command.ts';
import { JSON_OPTION, orderBreakGlass } from './break-glass-order.ts';

export const command = defineCommand({
  name: 'break-glass document',
  parameters: ['RELEASE'],
  description: [
    'Puts on record what was done by a break-glass that was used, and why; it is closed with that. Until then no other can be asked',
    'for, and once it is overdue the gate of the model is closed. Documented again, nothing changes.',
  ].join('\n'),
  example: 'hmda-mortgage-1.2.0 --file after-the-incident.txt',
  options: {
    text: { type: 'string', description: 'what was done, and why: 20 to 4,000 characters' },
    file: { type: 'string', description: 'a text file that says so' },
    json: JSON_OPTION,
  },
  run: async ({ values: { text, file, json }, positionals: [release = ''] }, around) => {
    if ((text === undefined) === (file === undefined))
      throw new UsageError('break-glass document needs --text or --file');
    const written = text ?? (await readFile(resolve(around.directory, String(file)), 'utf8'));
    // Editors end lines in two ways, and the API takes one.
    const account = written.replaceAll('\r\n', '\n');
    return orderBreakGlass({ release, act: 'document', body: { account }, isJson: json }, around);
  },
});
