import { resolve } from 'node:path';
import { type AsOf, asOf } from '../../domain/audit/as-of.ts';
import { type StateAt, stateAt } from '../../domain/audit/state-at.ts';
import { wroteIn } from '../../domain/audit/wrote.ts';
import { Instant } from '../../domain/identifiers.ts';
import { defineCommand, EXIT, UsageError } from '../command.ts';
import { ledgerKeys, readLedger } from '../files/ledger-directory.ts';
import { inSnakeCase } from '../terminal/snake-case.ts';
import { columns, count, jsonText, plain } from '../terminal/text.ts';

export const command = defineCommand({
  name: 'as-of',
  parameters: ['TIME', '[MODEL]'],
  description: [
    'Says what served at an instant, what waited for people, and which states releases were in, of one model or of all: from a',
    'copy of the ledger alone, made by assay audit pull, without AWS. Each row is read only if its event binds it; verify the',
    'copy with assay audit verify to know that nobody changed the events. A model that the log does not know ends with 1.',
  ].join('\n'),
  example: '2026-11-28T10:00:00Z hmda-mortgage --ledger ledger',
  options: {
    ledger: { type: 'string', value: 'DIR', isRequired: true, description: 'the copy of the ledger' },
    json: { type: 'boolean', description: 'print JSON' },
  },
  run: async ({ values, positionals: [time = '', model] }, around) => {
    const until = instantOf(time);
    const directory = resolve(around.directory, values.ledger);
    const keys = await ledgerKeys(directory);
    if (keys === undefined || keys.length === 0) throw new UsageError(`${plain(values.ledger)} contains no ledger`);
    const wrote = wroteIn(readLedger(directory, keys));
    const newest = wrote.reduce((last, { event }) => (event.timestamp > last ? event.timestamp : last), '');
    if (model !== undefined && wrote.every(({ event }) => event.model_name !== model)) {
      around.err(`the log has no model ${plain(model)} in its ${count(wrote.length, 'event')}`);
      return EXIT.no;
    }
    const state = stateAt(wrote, until);
    const answer = asOf(state, model);
    const reach = { at: until, entries: wrote.length, newestEntry: newest, unrecorded: state.unrecorded };
    around.out(values.json ? jsonText(inSnakeCase({ ...reach, ...answer })) : accountOf(answer, reach));
    return EXIT.ok;
  },
});

const TIME = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d))?$/;

const instantOf = (text: string): Instant => {
  const date = new Date(TIME.test(text) ? text : '');
  if (Number.isNaN(date.getTime())) {
    throw new UsageError(`${plain(text)} is no time: write 2026-11-28, or 2026-11-28T10:00:00Z`);
  }
  return Instant.parse(date.toISOString());
};

type Reach = Pick<StateAt, 'unrecorded'> & {
  readonly at: string;
  readonly entries: number;
  readonly newestEntry: string;
};

const accountOf = ({ serving, waiting, releases }: AsOf, { at, entries, newestEntry, unrecorded }: Reach): string =>
  [
    `as of ${at}, from ${count(entries, 'event')} of the log`,
    ...(newestEntry < at
      ? [`the newest entry is of ${newestEntry || 'no instant'}: the copy says nothing of later`]
      : []),
    ...(unrecorded === 0
      ? []
      : [
          `the ledger has not what ${count(unrecorded, 'event')} wrote, of a former version or missing: what was not written again since is not here`,
        ]),
    '',
    ...table(
      'nothing served',
      ['model', 'served', 'from endpoint', 'since'],
      serving.map(({ modelName, releaseId, endpointName, since }) => [modelName, releaseId, endpointName, since]),
    ),
    '',
    ...table(
      'nothing waited for people',
      ['model', 'waited', 'until'],
      waiting.map(({ modelName, releaseId, expiresAt }) => [modelName, releaseId, expiresAt]),
    ),
    '',
    ...table(
      'no release',
      ['model', 'release', 'version', 'state'],
      releases.map(({ modelName, releaseId, modelVersion, state }) => [modelName, releaseId, modelVersion, state]),
    ),
  ].join('\n');

const table = (none: string, heads: string[], rows: string[][]): string[] => [
  rows.length === 0 ? none : columns(heads, rows),
];
