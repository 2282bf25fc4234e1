import type { Progress } from './venv.ts';

const seconds = (since: number): string => ((Date.now() - since) / 1000).toFixed(1).padStart(6);

/** Prints lines with the seconds since the start, so that the user sees progress. */
export const progressLines = (): Progress => {
  const started = Date.now();
  return (line) => {
    process.stdout.write(`${seconds(started)} s  ${line}\n`);
  };
};
