/** The sessions of `assay login`, one for each deployment, in a file that only this user may read. */
import { chmod, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import type { Surroundings } from '../command.ts';
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
  const home = env['XDG_CONFIG_HOME'] ?? (env['HOME'] && join(env['HOME'], '.config')) ?? env['APPDATA'];
  return home ? join(home, 'assay', 'sessions.json') : undefined;
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
  const file = sessionsFile(around);
  if (file === undefined)
    throw new Error('a session cannot be kept: set HOME, or XDG_CONFIG_HOME, to a folder of yours');
  const { [deployment]: _, ...others } = await readSessions(file);
  const sessions = session === undefined ? others : { ...others, [deployment]: session };
  const temporary = `${file}.${process.pid}`;
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  try {
    await writeFile(temporary, `${JSON.stringify({ version: 1, sessions }, null, 2)}\n`, { mode: 0o600 });
    // The mode of a file that was there already would stay as it was.
    await chmod(temporary, 0o600);
    await rename(temporary, file);
  } catch (cause) {
    await rm(temporary, { force: true });
    throw cause;
  }
};

const readSessions = async (file: string): Promise<Readonly<Record<string, KeptSession>>> => {
  const found = await stat(file).catch(() => undefined);
  if (found === undefined) return {};
  // Windows has no such bits.
  if (process.platform !== 'win32' && (found.mode & 0o077) !== 0) {
    throw new Error(`others may read ${plain(file)}, where your tokens are: run chmod 600 on it, or remove it`);
  }
  const parsed = File.safeParse(parseJson(await readFile(file, 'utf8')));
  if (parsed.success) return parsed.data.sessions;
  throw new Error(`${plain(file)} was cut off, or changed by hand: remove it, and sign in again with assay login`);
};

/** Undefined for what is no JSON. What the parser says of it could repeat a part of a token. */
const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
