import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { FORMER_NAME, forgetPerson } from '../../domain/policy/former-person.ts';
import { defineCommand, EXIT, UsageError } from '../command.ts';
import { directoryWith, type FormerDirectory, formerDirectories } from '../files/former-directories.ts';
import { DEFAULT_APPROVERS, isFile } from '../files/policy-file.ts';
import { plain } from '../terminal/text.ts';

export const command = defineCommand({
  name: 'people forget',
  parameters: ['ID'],
  description: [
    `Forgets a person of the directory: their entry keeps the id and becomes "${FORMER_NAME}", without roles, address, logins,`,
    'account in Slack, absences or delegations. Writes the file and needs no AWS. A deployment has to follow: what is unsent to them by',
    'then is dropped. It names the former versions of the directory, which have the name still. Ids and digests on record stay.',
  ].join('\n'),
  example: 'dana.kim --approvers policies/approvers.yaml',
  options: {
    approvers: { type: 'string', value: 'FILE', description: `the directory (${DEFAULT_APPROVERS})` },
  },
  run: async ({ values, positionals: [id = ''] }, around) => {
    const name = values.approvers ?? DEFAULT_APPROVERS;
    const file = resolve(around.directory, name);
    if (!(await isFile(file))) throw new UsageError(`there is no file ${plain(name)}`);
    const bytes = await readFile(file);
    const forgotten = forgetPerson(bytes, id, name);
    if (forgotten === undefined) throw new UsageError(`${name} has nobody with the id ${plain(id)}`);
    const { text, left } = forgotten;
    const former = [directoryWith(id, bytes, 'the file before'), ...(await formerDirectories(file, id))].flatMap(
      (one) => one ?? [],
    );
    await writeFile(file, text);
    around.out(accountOf(id, name, former));
    if (left.length === 0) return EXIT.ok;
    around.err(`${name} still has their name, address, login or account: remove it from ${linesInWords(left)}`);
    return EXIT.no;
  },
});

const linesInWords = (lines: readonly number[]): string => `line ${lines.join(', ')}`;

const accountOf = (id: string, name: string, former: readonly FormerDirectory[]): string =>
  [
    `${plain(id)} is a ${FORMER_NAME} in ${name}: the id stays, as it is on record, and so do the digests of directories.`,
    'Deploy it: until then Assay has the former directory. What is unsent to them by then is dropped, and never sent:',
    'an event mail_dropped of each release says so, with their id alone.',
    'If a role has nobody now, assay policy check says so.',
    ...formerInWords(former),
  ].join('\n');

/** One line for each digest, with all that it is from. */
const formerInWords = (former: readonly FormerDirectory[]): string[] => {
  if (former.length === 0) return ['No former version that this command can see has them.'];
  const from = new Map<string, string[]>();
  for (const { sha256, from: place } of former) {
    const object = sha256 === undefined ? 'unreadable to this version' : `${sha256}.json`;
    from.set(object, [...(from.get(object) ?? []), place]);
  }
  return [
    'These former versions have them. Each that was deployed is an object of the bucket of assets of your CDK bootstrap:',
    'remove every version of it after the deployment, and see to the history of your repository.',
    ...[...from].map(([object, places]) => `  ${object}  ${places.join(', ')}`),
  ];
};
