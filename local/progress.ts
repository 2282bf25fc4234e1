/** Shows what happens, and that it still does: a user who sees nothing for a while believes that it hangs. */
export type ProgressLines = {
  /** Prints a line with the seconds since the start. */
  readonly say: (line: string) => void;
  /** Prints nothing yet, but what is under way if it takes long. */
  readonly begin: (what: string) => void;
  /** Nothing is under way any more. */
  readonly end: () => void;
};

const SILENCE_MS = 10_000;
const MAX_LENGTH = 80;

export const progressLines = (print: (text: string) => void = (text) => process.stdout.write(text)): ProgressLines => {
  const started = Date.now();
  let underWay = 'starting';
  let timer: NodeJS.Timeout | undefined;
  const write = (line: string) => {
    print(`${((Date.now() - started) / 1000).toFixed(1).padStart(6)} s  ${line}\n`);
    timer?.refresh();
  };
  const begin = (what: string) => {
    underWay = what.length <= MAX_LENGTH ? what : `${what.slice(0, MAX_LENGTH)}…`;
    timer ??= setInterval(() => write(`  still ${underWay}`), SILENCE_MS).unref();
  };
  return {
    say: (line) => {
      begin(line.trim());
      write(line);
    },
    begin,
    end: () => {
      clearInterval(timer);
      timer = undefined;
    },
  };
};
