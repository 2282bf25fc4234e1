/**
 * Shows our metrics, rules and panels to the tools that others use, as they are: `npm run proof:stock`. It needs Go, which
 * builds promtool the first time. What they said is kept beside this file, with the digests of what they were shown; `--write` keeps it again.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LocalProblem, runProgram } from '../../local/problem.ts';
import { STOCK_FILES } from './files.ts';

const HERE = import.meta.dirname;
const ROOT = join(HERE, '../..');
const TOOLS = join(ROOT, '.local/stock');
const RULES = 'examples/observability/rules.yaml';
const PROMTOOL = 'github.com/prometheus/prometheus/cmd/promtool';

const inHere = (name: string): string => `test/stock/${name}`;

/** What was shown, by path and digest. */
export const shown = (): Record<string, string> =>
  Object.fromEntries(
    [RULES, ...Object.keys(STOCK_FILES).map(inHere)].map((path) => [
      path,
      createHash('sha256')
        .update(readFileSync(join(ROOT, path)))
        .digest('hex'),
    ]),
  );

const run = (command: string, args: readonly string[], input?: string): string => {
  const { status, signal, stdout, stderr, error } = spawnSync(command, args, {
    cwd: ROOT,
    encoding: 'utf8',
    ...(input !== undefined && { input }),
  });
  if (status === 0) return `${stdout}${stderr}`;
  if (error !== undefined && 'code' in error && error.code === 'ENOENT')
    throw new LocalProblem(
      `could not find ${command} on the PATH. Nothing was written. Install Go ${inGoMod(/^go (\S+)$/m)} or later, and run this again.`,
    );
  const why = error?.message ?? signal ?? `exit ${status}`;
  throw new LocalProblem(
    `could not run ${[command, ...args].join(' ')}: ${why}\n${stdout ?? ''}${stderr ?? ''}`.trim(),
  );
};

const build = (name: string, target: string): string => {
  const path = join(TOOLS, name);
  process.stderr.write(
    `Building ${name} into .local/stock. The first time this takes some minutes, and nothing is written before.\n`,
  );
  // Prometheus finds what it scrapes by the clients of many clouds, which promtool does not need for this.
  run('go', ['build', '-C', join(HERE, 'promtool'), '-tags', 'remove_all_sd', '-o', path, target]);
  return path;
};

const proof = (): object => {
  mkdirSync(TOOLS, { recursive: true });
  const promtool = build('promtool', PROMTOOL);
  const scrape = build('scrape', './scrape');
  for (const [name, content] of Object.entries(STOCK_FILES)) writeFileSync(join(HERE, name), content);
  const said = (title: string, output: string) => ({ [title]: output.trim().split('\n') });
  return {
    promtool: inGoMod(/github\.com\/prometheus\/prometheus (v\S+)/),
    shown: shown(),
    said: {
      ...said('check rules', run(promtool, ['check', 'rules', '--lint=all', '--lint-fatal', RULES])),
      ...said('test rules', run(promtool, ['test', 'rules', inHere('alerts.test.yaml'), inHere('panels.test.yaml')])),
      ...said('check metrics', run(promtool, ['check', 'metrics'], STOCK_FILES['metrics.txt'])),
      ...said('scrape', run(scrape, [], STOCK_FILES['metrics.openmetrics'])),
    },
  };
};

const inGoMod = (pattern: RegExp): string =>
  pattern.exec(readFileSync(join(HERE, 'promtool/go.mod'), 'utf8'))?.[1] ?? '';

const main = (): number => {
  const kept = join(HERE, 'promtool.json');
  const found = `${JSON.stringify(proof(), undefined, 2)}\n`;
  if (process.argv.includes('--write')) writeFileSync(kept, found);
  const isKept = readFileSync(kept, 'utf8') === found;
  process.stdout.write(`${found}${isKept ? 'the same as is kept' : 'NOT what is kept: test/stock/promtool.json'}\n`);
  return isKept ? 0 : 1;
};

if (import.meta.main) await runProgram(async () => main());
