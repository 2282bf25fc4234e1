/** The guide for a newcomer, run from beginning to end in a folder outside the checkout: its commands, and its texts. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { approvalLink, approveInBrowser } from '../../local/approver.ts';
import { type Deployment, startDeployment } from '../../local/deployment.ts';
import { rowsAsInLedger } from '../../local/ledger-and-table.ts';
import { readMails } from '../../local/mailbox.ts';
import { emptySetup } from '../../local/setup.ts';
import { eventually } from './support/eventually.ts';

const root = join(import.meta.dirname, '../..');
const home = join(root, '.local', `test-guide-${process.pid}`);
const folder = mkdtempSync(join(tmpdir(), 'assay-guide-'));
const PAGE = readFileSync(join(root, 'docs/bring-your-own-model.md'), 'utf8');
const blocksIn = (language: string) =>
  [...PAGE.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(([, text = '']) => text);
const commands = blocksIn('sh');
const blockWith = (word: string): string => commands.find((block) => block.includes(word)) ?? `no block has ${word}`;

/** The shell of the reader. Where the checkout and its local AWS are is the one thing that is another one here. */
const PRELUDE = blockWith('CHECKOUT=').replace('~/assay', root).replace('"$CHECKOUT/.local"', `'${home}'`);
const typed = (block: string): Promise<{ code: number | null; out: string }> =>
  new Promise((resolve) => {
    const shell = spawn('bash', ['-ec', `${PRELUDE}\n${block}`], { cwd: folder });
    let out = '';
    for (const stream of [shell.stdout, shell.stderr]) stream.on('data', (text) => (out += text));
    shell.on('close', (code) => resolve({ code, out }));
  });

/** What the reader writes into a draft: the texts of the page in the place of what was left out. */
const written = (draft: unknown, text: unknown): unknown => {
  if (Array.isArray(draft) && Array.isArray(text)) return text.map((one, index) => written(draft[index], one));
  if (typeof draft !== 'object' || draft === null || typeof text !== 'object' || text === null) return text;
  const parts = Object.entries(text).map(([key, part]) => [key, written(Reflect.get(draft, key), part)]);
  return { ...draft, ...Object.fromEntries(parts) };
};
const write = (file: string, text: string): void => {
  const path = join(folder, file);
  writeFileSync(path, stringify(written(parse(readFileSync(path, 'utf8')), parse(text))));
};

/** The same 5,000 tickets each time, and a logistic regression that was fitted to the first 3,000 of them. */
const aModel = () => {
  let seed = 20_260_115;
  const random = () => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return seed / 2 ** 32;
  };
  const tickets = Array.from({ length: 5000 }, (_, index) => {
    const age = random() < 0.5 ? 'under_40' : 'over_40';
    const [visits, spend] = [Math.floor(random() * 20), Math.round(random() * 1000) / 10];
    const truth = 1 / (1 + Math.exp(-(0.25 * (visits - 10) + 0.04 * (spend - 50))));
    return { id: index + 1, age, visits, spend, label: random() < truth ? 1 : 0 };
  });
  const inputs = ({ visits, spend }: (typeof tickets)[number]) => [1, (visits - 10) / 10, (spend - 50) / 50];
  let weights = [0, 0, 0];
  const scoreOf = (ticket: (typeof tickets)[number]) =>
    1 / (1 + Math.exp(-inputs(ticket).reduce((sum, input, index) => sum + input * (weights[index] ?? 0), 0)));
  const [training, held] = [tickets.slice(0, 3000), tickets.slice(3000)];
  for (let step = 0; step < 200; step += 1) {
    const errors = training.map((ticket) => ({ error: scoreOf(ticket) - ticket.label, input: inputs(ticket) }));
    weights = weights.map(
      (weight, index) =>
        weight - (2 * errors.reduce((sum, { error, input }) => sum + error * (input[index] ?? 0), 0)) / training.length,
    );
  }
  return { training, held, weights, scoreOf };
};
const writeModel = (): void => {
  const { training, held, weights, scoreOf } = aModel();
  const csv = (header: string, rows: readonly (readonly (string | number)[])[]) =>
    [header, ...rows.map((row) => row.join(',')), ''].join('\n');
  writeFileSync(join(folder, 'model.json'), JSON.stringify({ kind: 'logistic_regression', weights }));
  writeFileSync(
    join(folder, 'train.csv'),
    csv(
      'id,age_group,visits,spend,label',
      training.map(({ id, age, visits, spend, label }) => [id, age, visits, spend, label]),
    ),
  );
  const predictions = held.map((ticket) => {
    const score = scoreOf(ticket);
    return [ticket.id, ticket.age, ticket.label, score >= 0.5 ? 1 : 0, score.toFixed(6)];
  });
  writeFileSync(join(folder, 'predictions.csv'), csv('id,age_group,label,prediction,score', predictions));
};

let deployment: Deployment | undefined;
beforeAll(async () => {
  writeModel();
  const policy = await typed(blockWith('policy.yaml <<EOF'));
  if (policy.code !== 0) throw new Error(policy.out);
  const [, file = ''] = /--empty --policy (\S+)/.exec(blockWith('npm --prefix')) ?? [];
  const setup = emptySetup(root, { policy: file }, folder);
  const ports = { port: 0, sagemakerPort: 0, slackPort: 0, publicPort: 0 };
  const waits = {
    environment: { SFN_WAIT_SCALE: '0.1', LAMBDA_ACCOUNT_CONCURRENCY: '40' },
    sagemaker: { delayMs: 200 },
  };
  deployment = await startDeployment({ root, home, setup, ...ports, ...waits, onProgress: () => undefined });
});
afterAll(async () => {
  await deployment?.stop();
  rmSync(folder, { recursive: true, force: true });
  rmSync(home, { recursive: true, force: true });
});

describe('the guide for a model of your own', () => {
  it('leads to an approved release in production, and to a ledger that holds', async () => {
    const endpoint = deployment?.endpoints.awsEndpoint ?? '';
    const [manifest = '', card = '', provenance = ''] = blocksIn('yaml');

    expect(await typed(blockWith('assay init'))).toMatchObject({ code: 0 });
    expect(await typed(blockWith('assay push'))).toMatchObject({
      code: 1,
      out: expect.stringContaining('still to be written'),
    });
    write('release-manifest.yaml', manifest);
    write('model-card.yaml', card);
    write('data-provenance.yaml', provenance);
    expect(await typed(blockWith('assay sign'))).toMatchObject({ code: 0 });
    expect(await typed(blockWith('assay check'))).toMatchObject({
      code: 0,
      out: expect.stringContaining('checks that were run here pass'),
    });
    expect(await typed(blockWith('assay push'))).toMatchObject({ code: 0 });
    const submitted = typed(blockWith('assay submit'));
    const link = await eventually('the mail to ana.silva', async () => {
      const mails = await readMails(endpoint);
      return mails.flatMap((mail) => (mail.to[0]?.startsWith('ana.silva@') ? [approvalLink(mail)] : [])).at(0);
    });
    expect(await approveInBrowser(link, '1.0.0')).toMatchObject({ status: 200 });

    expect(await submitted).toMatchObject({ code: 0, out: expect.stringMatching(/^state +production$/m) });
    const after = await typed(blockWith('assay audit pull'));
    expect(after).toMatchObject({ code: 0, out: expect.stringContaining('ticket-triage') });
  });

  it('leaves no row that the ledger alone does not make again', async () => {
    await rowsAsInLedger(deployment?.endpoints ?? expect.unreachable('nothing is deployed'), { atLeast: 20 });
  });

  it('has no command that this test leaves out', () => {
    const played = [
      'CHECKOUT=',
      '<<EOF',
      'npm --prefix',
      'init',
      'sign',
      'check release',
      'push',
      'submit',
      'audit pull',
    ];
    expect(commands).toHaveLength(played.length);
    for (const [index, word] of played.entries()) expect(commands[index]).toContain(word);
  });
});
