/** The sessions of `assay login`, one for each deployment, in a file that only this user may read. */
import type { Stats } from 'node:fs';
import { chmod, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import * as z from 'zod';
import type { Surroundings } from '../command.ts';
import { withLock } from '../files/lock.ts';
import { plain } from '../terminal/text.ts';

export const KeptSession = z.object({
  issuer: z.string(),
  configuration: z.url(),
  client_id: z.string(),
  scope: z.string(),
  audience: z.string().optional(),
  /** What opens the API. */
  token: z.string(),
  refresh_token: z.string().optional(),
  expires_at: z.iso.datetime(),
});
export type KeptSession = z.infer<typeof KeptSession>;

const File = z.object({ version: z.literal(1), sessions: z.record(z.string(), KeptSession) });

/** Where the file is. Undefined where there is no home, as in many containers: nothing is kept there. */
export const sessionsFile = ({ env }: Surroundings): string | undefined => {
  // Empty or relative, the variable does not count, by its own specification.
  const named = env['XDG_CONFIG_HOME'] ?? '';
  const home = isAbsolute(named) ? named : (env['HOME'] && join(env['HOME'], '.config')) || env['APPDATA'];
  return home ? join(home, 'assay', 'sessions.json') : undefined;
};

/** Refuses before anybody signs in, whose session would be lost. */
export const assertKeepable = async (around: Surroundings): Promise<void> => {
  await readSessions(await ownFile(around));
};

export const findSession = async (around: Surroundings, deployment: string): Promise<KeptSession | undefined> => {
  const file = sessionsFile(around);
  return file === undefined ? undefined : (await readSessions(file))[deployment];
};

/** Keeps a session, or forgets the one that there is. The file is replaced as a whole: nobody reads half of it. */
export const keepSession = async (
  around: Surroundings,
  deployment: string,
  session: KeptSession | undefined,
): Promise<void> => {
  const file = await ownFile(around);
  // Another command may keep a session of another deployment meanwhile.
  await withLock(`${file}.lock`, async () => {
    const { [deployment]: _, ...others } = await readSessions(file);
    const sessions = session === undefined ? others : { ...others, [deployment]: session };
    const temporary = `${file}.${process.pid}`;
    try {
      await writeFile(temporary, `${JSON.stringify({ version: 1, sessions }, null, 2)}\n`, { mode: 0o600 });
      // The mode of a file that was there already would stay as it was.
      await chmod(temporary, 0o600);
      await rename(temporary, file);
    } catch (cause) {
      await rm(temporary, { force: true });
      throw cause;
    }
  });
};

/** The file, in a folder that is there. */
const ownFile = async (around: Surroundings): Promise<string> => {
  const file = sessionsFile(around);
  if (file === undefined)
    throw new Error('a session cannot be kept: set HOME, or XDG_CONFIG_HOME, to a folder of yours');
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  return file;
};

const readSessions = async (file: string): Promise<Readonly<Record<string, KeptSession>>> => {
  const [found, folder] = await Promise.all([file, dirname(file)].map((path) => stat(path).catch(() => undefined)));
  // Who may write to the folder can put another file in the place of this one.
  if (folder !== undefined) assertOwn(dirname(file), folder, 0o022);
  if (found === undefined) return {};
  assertOwn(file, found, 0o077);
  const parsed = File.safeParse(parseJson(await readFile(file, 'utf8')));
  if (parsed.success) return parsed.data.sessions;
  throw new Error(`${plain(file)} was cut off, or changed by hand: remove it, and sign in again with assay login`);
};

/** Windows has neither such bits nor such owners. */
const assertOwn = (path: string, { uid, mode }: Stats, forbidden: number): void => {
  if (process.platform === 'win32') return;
  if (uid !== process.getuid?.()) throw new Error(`${plain(path)}, where your tokens are, belongs to another user`);
  if ((mode & forbidden) === 0) return;
  const [may, command] = forbidden === 0o077 ? ['read', 'chmod 600'] : ['write to', 'chmod 700'];
  throw new Error(`others may ${may} ${plain(path)}, where your tokens are: run ${command} on it, or remove it`);
};

/** Undefined for what is no JSON. What the parser says of it could repeat a part of a token. */
const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
