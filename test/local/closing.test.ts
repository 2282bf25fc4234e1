import { execFile } from 'node:child_process';
import { describe, expect, it } from 'vitest';

const CLOSING = new URL('../../local/closing.ts', import.meta.url).href;

/** A process of its own, since a signal ends it. */
const run = (script: string): Promise<{ code: unknown; out: string }> =>
  new Promise((resolve) => {
    const program = `import { closeInReverse } from '${CLOSING}';
const say = (line) => process.stdout.write(line + '\\n');
const closing = closeInReverse(() => say('ended'));
closing.add(async () => say('the emulator stopped'));
closing.add(async () => { throw new Error('a stop that fails') });
closing.add(async () => say('the file is gone'));
${script}`;
    execFile(process.execPath, ['--input-type=module', '--eval', program], (error, out) =>
      resolve({ code: error?.code ?? 0, out }),
    );
  });

describe('what was started', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ])('is stopped in reverse order on %s, once, and the process says so and exits with %i', async (signal, code) => {
    const send = `process.kill(process.pid, '${signal}');`;

    expect(await run(`setInterval(() => undefined, 1000); ${send} ${send}`)).toEqual({
      code,
      out: 'the file is gone\nthe emulator stopped\nended\n',
    });
  });

  it('is stopped by a call as well, which does not end the process', async () => {
    expect(await run(`await closing.close(); await closing.close(); say('and goes on');`)).toEqual({
      code: 0,
      out: 'the file is gone\nthe emulator stopped\nand goes on\n',
    });
  });
});
