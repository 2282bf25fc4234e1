import { run } from '../lib/cli/run.ts';
import { openPage } from '../lib/cli/terminal/open-page.ts';
import { redrawing } from '../lib/cli/terminal/redraw.ts';

/** On an uncaught error Node would exit with 1, but 1 is an answer of `assay`: no. */
process.on('uncaughtException', (error) => {
  process.stderr.write(`assay: unexpected error, please report it as a bug: ${error.message}\n`);
  process.exit(2);
});

/** The reader of the output may stop before its end, as `head` does. That is no fault, and there is nobody left to tell. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(2);
});

process.exitCode = await run(process.argv.slice(2), {
  out: (text) => process.stdout.write(`${text}\n`),
  ...(process.stdout.isTTY
    ? {
        redraw: redrawing({ write: (text) => void process.stdout.write(text), columns: process.stdout.columns }),
        openPage,
      }
    : {}),
  err: (text) => process.stderr.write(`${text}\n`),
  env: process.env,
  directory: process.cwd(),
});
