/** After every deployed story, the ledger alone makes the table again: whoever makes a deployment compares the two at its end. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');

/** How a deployment is made: by this function, on an emulator of one's own, over what is there, or by `npm start`. */
const MAKES = /\b(?:startDeployment|startLocalAws|deployApp)\(|'npm', \['start'/;
const COMPARES = /(?:await|=>) rowsAsInLedger\(/;

/** What makes one and compares nothing itself, and why. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  'bench/load.ts':
    'it measures how long a verdict takes; the same machines are compared after test/deployed/crowded.test.ts',
  'local/aws.ts': 'the emulator alone, in which nothing is deployed',
  'local/deployment.ts': 'the way itself, which those take who are listed here or compare',
  'local/reload.ts': 'it deploys over what npm start made; test/deployed/story.test.ts compares after it',
  'local/start.ts':
    'the story that it plays ends with the comparison, which its type demands of local/scene.ts; without --auto it ends with Ctrl-C',
  'test/deployed/upgrade/account.ts':
    'test/deployed/upgrade/upgrade.test.ts compares, once the present version is there',
  'test/local/support/emulator.ts': 'the emulator alone, in which nothing is deployed',
  'test/screenshots/dashboard.ts':
    'the story that it plays ends with the comparison, which its type demands of local/scene.ts',
};

/** Which files make a deployment, compare nothing and give no reason, and which reasons are for none. */
const unexplained = (texts: ReadonlyMap<string, string>, elsewhere = ELSEWHERE): string[] => {
  const silent = [...texts].filter(([, text]) => MAKES.test(text) && !COMPARES.test(text)).map(([file]) => file);
  return [
    ...silent.filter((file) => !Object.hasOwn(elsewhere, file)).map((file) => `${file} compares nothing`),
    ...Object.keys(elsewhere)
      .filter((file) => !silent.includes(file))
      .map((file) => `${file} needs no reason`),
  ].toSorted();
};

const files = globSync('{bench,bin,local,test}/**/*.{ts,js}', { cwd: ROOT }).filter(
  (file) => file !== 'test/layout/compared-with-the-ledger.test.ts',
);
/** A comment compares nothing. */
const withoutComments = (text: string): string => text.replace(/^\s*(?:\/\*.*?\*\/|\/\/.*?$)/gms, '');
const texts = new Map(files.map((file) => [file, withoutComments(readFileSync(join(ROOT, file), 'utf8'))]));

describe('the table and the ledger', () => {
  it('are compared by whoever makes a deployment, or it is said why not', () => {
    expect(unexplained(texts)).toEqual([]);
  });

  it.each([
    ['by the function', 'deployment = await startDeployment({ root, home });'],
    ['on an emulator of its own', 'const aws = await startLocalAws({ root });'],
    ['by npm start', "spawn('npm', ['start', '--', ...args]);"],
  ])('are not forgotten by a new story that is deployed %s', (_, text) => {
    const file = 'test/deployed/new.test.ts';

    expect(unexplained(new Map([...texts, [file, text]]))).toEqual([`${file} compares nothing`]);
    expect(
      unexplained(new Map([...texts, [file, `${text} await rowsAsInLedger(endpoints, { atLeast: 10 });`]])),
    ).toEqual([]);
  });

  it('are compared, where a reason says so, by the file that it names', () => {
    for (const [file, reason] of Object.entries(ELSEWHERE)) {
      for (const [named] of reason.matchAll(/\S+\.ts\b/g))
        expect(texts.get(named), `${file}: ${named}`).toMatch(COMPARES);
    }
  });
});
