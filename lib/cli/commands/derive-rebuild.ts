import type { HistoryObjects } from '../../adapters/history/history-objects.ts';
import { compareHistory } from '../../domain/questions/compare-history.ts';
import { rebuildHistory } from '../../domain/questions/derive-history.ts';
import type { LogBundles } from '../../domain/questions/log-bundles.ts';
import { connect } from '../client/connection.ts';
import { defineCommand, EXIT, type ExitCode, type Surroundings } from '../command.ts';
import { columns, count } from '../terminal/text.ts';

export const command = defineCommand({
  name: 'derive rebuild',
  parameters: [],
  description: [
    'Makes the rows again that questions are asked of, all of them and from the bundles of the log alone. With --check it',
    'changes nothing: it derives them once more, compares them with those that are there, file by file, by a digest of the',
    'rows, and ends with 1 if one differs, is missing or was added. It works with your own AWS credentials, which have to read',
    'the audit bucket, and to read the history bucket, or write it without --check.',
  ].join('\n'),
  example: '--check',
  options: {
    check: { type: 'boolean', description: 'compare only' },
    bucket: { type: 'string', description: 'the audit bucket (ASSAY_AUDIT_BUCKET)' },
    'history-bucket': { type: 'string', description: 'where the rows lie (ASSAY_HISTORY_BUCKET)' },
  },
  run: async ({ values }, around) => {
    const connection = await connect(around, values);
    const [log, history] = [connection.auditBucket(), connection.historyBucket()];
    const { ownS3 } = await import('../../adapters/s3-own-client.ts');
    const { s3HistoryObjects } = await import('../../adapters/history/history-objects.ts');
    const { s3LogBundles } = await import('../../adapters/history/s3-log-bundles.ts');
    const client = ownS3(connection.clientSettings);
    const place = { bundles: s3LogBundles(log, client), objects: s3HistoryObjects(history, client) };
    return values.check ? checkRows(place, around) : makeRows(place, around);
  },
});

type Place = { readonly bundles: LogBundles; readonly objects: HistoryObjects };

/** Makes every file again, of the log alone. */
export const makeRows = async ({ bundles, objects }: Place, around: Surroundings): Promise<ExitCode> => {
  const { historyFiles } = await import('../../adapters/history/history-files.ts');
  const { entries, until } = await rebuildHistory({ bundles, files: historyFiles(objects) });
  around.out(`${count(entries, 'row')}, of all entries up to ${until === '' ? 'now' : until}`);
  return EXIT.ok;
};

/** Says of each file whether its rows are those of the log. */
export const checkRows = async ({ bundles, objects }: Place, around: Surroundings): Promise<ExitCode> => {
  const { originsInFile, rowsInFile } = await import('../../adapters/history/history-files.ts');
  const { readReach } = await import('../../adapters/history/history-objects.ts');
  const reach = await readReach(objects);
  const lines: string[][] = [];
  let differing = 0;
  for await (const { key, rows, sha256, differsAt } of compareHistory({
    bundles,
    reach,
    rowsIn: rowsInFile(objects),
    originsIn: originsInFile(objects),
  })) {
    if (differsAt !== undefined) differing += 1;
    const verdict = differsAt === undefined ? 'as the log says' : `differs from entry ${differsAt} on`;
    lines.push([key, `${rows}`, sha256.slice(0, 16), verdict]);
  }
  if (lines.length > 0) around.out(columns(['file', 'rows', 'digest', ''], lines));
  const until = reach.until === '' ? '' : `, up to ${reach.until}`;
  around.out(
    differing === 0
      ? `ok: the rows of ${count(reach.entries, 'entry').replace(/entrys$/, 'entries')}${until} are those of the log`
      : `${count(differing, 'file')} not as the log says: assay derive rebuild makes all rows again`,
  );
  return differing === 0 ? EXIT.ok : EXIT.no;
};
