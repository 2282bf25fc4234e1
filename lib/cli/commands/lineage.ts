import { resolve } from 'node:path';
import { LINEAGE } from '../../domain/questions/lineage.ts';
import { lineageTree } from '../../domain/questions/lineage-tree.ts';
import type { Ask } from '../../domain/questions/report.ts';
import { givenFor } from '../asked.ts';
import { unknownSubjects } from '../asked-nothing.ts';
import { askingApi } from '../client/api-questions.ts';
import { connect } from '../client/connection.ts';
import { defineCommand, EXIT, type ExitCode, UsageError } from '../command.ts';
import { askLedger } from '../files/ask-ledger.ts';
import { answerCsv, answerJson, answerTable, reachOf } from '../terminal/answer-account.ts';
import { tree } from '../terminal/tree.ts';

export const command = defineCommand({
  name: 'lineage',
  parameters: ['RELEASE'],
  description: [
    'Shows the code, data, hyperparameters and owner of a release, what it became, and every release that was trained on the',
    'same snapshot, of any model, with its state and whether it serves now: as a tree, and as a table with the entry of the log',
    'that proves each line. With --ledger it answers from a copy, without AWS; without, it asks the API. What an earlier version',
    'of Assay did not record is not in the answer. An unknown release ends with 1.',
  ].join('\n'),
  example: 'credit-2026-11-28 --ledger ledger',
  options: {
    ledger: { type: 'string', value: 'DIR', description: 'a copy made by assay audit pull; needs no AWS' },
    key: { type: 'string', value: 'FILE', description: 'public key of the log, PEM (DIR/log.pub)' },
    csv: { type: 'boolean', description: 'print the table as CSV' },
    json: { type: 'boolean', description: 'print the answer as JSON' },
  },
  run: async ({ values, positionals: subjects }, around) => {
    if (values.csv && values.json) throw new UsageError('lineage: --csv or --json, not both');
    const given = givenFor(LINEAGE, subjects, {}, new Date());
    const use = async (ask: Ask): Promise<ExitCode> => {
      const answer = await ask(LINEAGE.name, given);
      if (values.json) around.out(answerJson(LINEAGE.name, given, answer));
      else if (values.csv) around.out(answerCsv(answer));
      else if (answer.rows.length > 0) around.out([tree(lineageTree(answer.rows)), '', answerTable(answer)].join('\n'));
      around.err(reachOf(answer));
      if (answer.rows.length === 0) for (const line of await unknownSubjects(LINEAGE, given, ask)) around.err(line);
      return answer.rows.length === 0 ? EXIT.no : EXIT.ok;
    };
    if (values.ledger === undefined) {
      if (values.key !== undefined) throw new UsageError('lineage: --key is the key of a copy: name it with --ledger');
      return use(askingApi(await connect(around)));
    }
    const directory = resolve(around.directory, values.ledger);
    return askLedger({ directory, name: values.ledger, key: values.key }, use, around);
  },
});
