/** What a person needs to know once the local AWS is ready: the addresses, and who may fill which role. */
import type { LocalEndpoints } from './endpoints.ts';
import type { Governance, Setup } from './setup.ts';

/** The first line of a local AWS that is up: a person goes on to the console, while the story is still being played. */
export const readyLine = ({ publicBaseUrl }: LocalEndpoints): string =>
  `ready: the console is at ${publicBaseUrl}/as, one click signs you in`;

/** The console comes first: whether anything is wrong, and whether anybody waits. */
export const addressLines = ({ publicBaseUrl, ...endpoints }: LocalEndpoints, { modelBucket }: Setup): string =>
  inColumns([
    ['console', `${publicBaseUrl}/as`, 'what serves and what waits: sign in as one of its people with one click'],
    ['mailbox', `${publicBaseUrl}/mailbox`, 'every mail, with the links in it'],
    ['Slack', `${publicBaseUrl}/slack`, 'who has an account there is asked there too'],
    ['API', publicBaseUrl, 'npx assay finds it by itself'],
    ['AWS', endpoints.awsEndpoint, 'for other tools: AWS_ENDPOINT_URL, with any credentials'],
    ['SageMaker', endpoints.sagemakerEndpoint, 'the same: AWS_ENDPOINT_URL_SAGEMAKER'],
    ['models', `s3://${modelBucket}`, 'where artifacts and evidence lie'],
  ]);

/** The roles that the policy asks for come with everybody who may fill them, or a word about there being nobody. */
export const roleLines = ({ policies, directory }: Governance, endpoints: LocalEndpoints): string => {
  const asked = new Set(policies.flatMap(({ tiers }) => Object.values(tiers).flatMap(({ roles }) => roles)));
  const rows = [...asked].map((role) => {
    const people = directory.people.filter(({ roles }) => roles.some((held) => held === role)).map(({ id }) => id);
    return [role, people.join(', ') || 'nobody in the directory: a release that needs one is refused'];
  });
  const users = Object.entries(endpoints.auth.users ?? {});
  const mayAct = (group: string) => users.filter(([, { groups }]) => groups.includes(group)).map(([name]) => name);
  return [
    'Who may fill which role of an approval:',
    '',
    inColumns(rows),
    '',
    'Whom commands run as: the first who may; ASSAY_USER names another.',
    '',
    inColumns([
      ['operator', listOf(mayAct('operator'))],
      ['releaser', listOf(mayAct('releaser'))],
      ['auditor', listOf(mayAct('auditor'))],
    ]),
    ...(hasMachine(directory) ? [] : ['', NO_MACHINE]),
  ].join('\n');
};

const NO_MACHINE =
  'No machine of the directory has the event source assay.cli: give assay submit the --source of one that is there.';

const hasMachine = ({ machines = [] }: Governance['directory']): boolean =>
  machines.some(({ event_source: source }) => source === 'assay.cli');

const LISTED = 8;

const listOf = (names: readonly string[]): string =>
  names.length <= LISTED ? names.join(', ') : `${names.slice(0, LISTED).join(', ')} and ${names.length - LISTED} more`;

const inColumns = (rows: readonly (readonly string[])[]): string => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd())
    .join('\n');
};
