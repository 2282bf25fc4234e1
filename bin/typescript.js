/**
 * Runs a file of TypeScript on a Node that can. This file itself runs on any Node: an older one would end with a stack
 * trace about an unknown file extension, where a sentence helps.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The Node that `npm ci` has put into the project, for those whose own one is older. */
const PROJECT_NODE = fileURLToPath(new URL('../node_modules/.bin/node', import.meta.url));

export const runTypeScript = async (url) => {
  if (process.features.typescript) return import(url);
  if (existsSync(PROJECT_NODE)) return runBy(PROJECT_NODE, fileURLToPath(url));
  process.stderr.write(
    `assay needs Node 22.18 or newer, and this is ${process.versions.node}: run npm ci in its folder, which installs one, or update yours.\n`,
  );
  process.exitCode = 2;
};

/** A signal goes on to it, and it decides how to end. */
const runBy = (node, file) =>
  new Promise((resolve) => {
    const child = spawn(node, [file, ...process.argv.slice(2)], { stdio: 'inherit' });
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
    child.on('close', (code) => {
      process.exitCode = code ?? 2;
      resolve();
    });
  });
