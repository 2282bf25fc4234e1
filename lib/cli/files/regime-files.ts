/** The regime files that a command compares a policy with. */
import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadRegime } from '../../domain/policy/load.ts';
import { type Clause, Day, type Regime, regimeProblems } from '../../domain/policy/regime.ts';
import { Refusal } from '../../domain/refusal.ts';
import { type Surroundings, UsageError } from '../command.ts';
import { plain } from '../terminal/text.ts';

const DEFAULT_REGIMES = 'policies/regimes';
/** Those that Assay brings, for a project that has none of its own. */
const SHIPPED = fileURLToPath(new URL(`../../../${DEFAULT_REGIMES}`, import.meta.url));

type Regimes = { readonly regimes: readonly Regime[]; readonly clauses: readonly Clause[] };

/** Reads every file of the folder that is named, else of the project's own, else of the one that Assay brings. */
export const readRegimes = async ({ directory }: Surroundings, named: string | undefined): Promise<Regimes> => {
  const own = resolve(directory, named ?? DEFAULT_REGIMES);
  const folder = named === undefined && (await filesOf(own)) === undefined ? SHIPPED : own;
  const files = await filesOf(folder);
  if (files === undefined) throw new UsageError(`there is no folder ${plain(named ?? DEFAULT_REGIMES)} here`);
  const regimes: Regime[] = [];
  for (const file of files) regimes.push(loadRegime(await readFile(join(folder, file)), file));
  const clauses = regimes.flatMap((regime) => regime.clauses);
  const problems = regimeProblems(clauses);
  if (problems.length === 0) return { regimes, clauses };
  const violations = problems.map((problem) => ({ field: plain(named ?? DEFAULT_REGIMES), problem }));
  throw new Refusal('PolicyInvalid', `could not read the regimes: ${problems[0]}`, violations);
};

const filesOf = (folder: string): Promise<string[] | undefined> =>
  readdir(folder).then(
    (names) => names.filter((name) => /\.(ya?ml|json)$/.test(name)).sort(),
    (cause: NodeJS.ErrnoException) => {
      if (cause.code === 'ENOENT') return undefined;
      throw cause;
    },
  );

/** The day that an option names; today by the clock of this machine if it is not there. */
export const dayAsked = (text: string | undefined): Day => {
  const day = Day.safeParse(text ?? new Date().toISOString().slice(0, 10));
  if (!day.success) throw new UsageError('--as-of needs a day such as 2026-05-01');
  return day.data;
};
