import { connect } from '../client/connection.ts';
import { defineCommand, EXIT } from '../command.ts';
import { count } from '../terminal/text.ts';

export const command = defineCommand({
  name: 'table move',
  parameters: [],
  description: [
    'Moves what a version up to November 2026 left in the table to the partitions of this version. Call it once, right after',
    'such a version was upgraded: until then nothing can be requested, decided, promoted or rolled back. Then it notes every event',
    'with its release, and puts models, holds and stopped lines into their lists, where former versions did not. It needs AWS',
    'credentials that may read and write the table (dynamodb:Scan, Query, PutItem, UpdateItem), which no part of Assay has.',
    'It can be stopped and called again; where nothing is left to move, it changes nothing.',
  ].join('\n'),
  example: '--table assay-prod-table',
  options: {
    table: { type: 'string', isRequired: true, description: 'the table: TableName in the outputs of the stack' },
  },
  run: async ({ values }, around) => {
    const { clientSettings } = await connect(around);
    const { moveRows } = await import('../../adapters/dynamodb-move-rows.ts');
    const { chains, rows } = await moveRows(values.table, clientSettings);
    around.out(chains === 0 ? 'nothing was left to move' : `moved ${count(chains, 'chain')} and ${count(rows, 'row')}`);
    const { noteLists } = await import('../../adapters/dynamodb-note-lists.ts');
    const noted = await noteLists(values.table, clientSettings);
    around.out(`${count(noted.events, 'event')} noted with their releases, ${count(noted.rows, 'row')} put into lists`);
    return EXIT.ok;
  },
});
