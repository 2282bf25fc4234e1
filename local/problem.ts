/** A problem that the user can fix: the message is one whole sentence, and is shown without a stack trace. */
export class LocalProblem extends Error {
  override readonly name = 'LocalProblem';
}

/** Runs a program to its exit code. A problem is a sentence for the person; anything else is a fault, with its stack. */
export const runProgram = async (main: () => Promise<number>): Promise<void> => {
  try {
    process.exitCode = await main();
  } catch (error) {
    if (error instanceof LocalProblem) process.stderr.write(`${error.message}\n`);
    else process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
    process.exitCode = 2;
  }
};
