/**
 * Coverage by Istanbul, which counts in our own code only: V8 counts in every library as well, each branch with a call, and tests
 * took half as long again. A worker keeps its counts from file to file, and tells of a file of code only what no test of its own has
 * reached before, since all that is loaded would be told once more for each of hundreds of test files.
 */
import istanbul from '@vitest/coverage-istanbul';

type Counts = Readonly<Record<string, number | readonly number[]>>;
type Counted = {
  readonly s: Counts;
  readonly f: Counts;
  readonly b: Counts;
  readonly branchMap: Readonly<Record<string, { readonly type: string }>>;
};
type Store = Record<string, Counted>;

/** Both outlive the modules, which are loaded again for each test file of some projects. */
const kept = globalThis as typeof globalThis & {
  /** Where instrumented code counts. */
  __VITEST_COVERAGE__?: Store;
  /** How many places of a file had been reached when it was last told of. */
  __REACHED_BEFORE__?: Map<string, number>;
};

const reachedIn = ({ s, f, b }: Counted): number => {
  const counts = [s, f, b].flatMap((of) => Object.values(of).flat());
  return counts.filter((count) => count > 0).length;
};

/** The value that is taken where none is given is no branch: types often ask for one that nothing can need. */
const withoutDefaults = (counted: Counted): Counted => {
  const isBranch = ([id]: readonly [string, unknown]) => counted.branchMap[id]?.type !== 'default-arg';
  const without = <T>(of: Readonly<Record<string, T>>) => Object.fromEntries(Object.entries(of).filter(isBranch));
  return { ...counted, b: without(counted.b), branchMap: without(counted.branchMap) };
};

export default {
  getProvider: () => istanbul.getProvider(),
  startCoverage: () => {},
  takeCoverage: (options: Parameters<NonNullable<typeof istanbul.takeCoverage>>[0]) => {
    kept.__REACHED_BEFORE__ ??= new Map();
    const before = kept.__REACHED_BEFORE__;
    const store = kept.__VITEST_COVERAGE__ ?? {};
    const fresh = Object.entries(store).filter(([file, counted]) => {
      const reached = reachedIn(counted);
      const isFresh = reached > (before.get(file) ?? -1);
      before.set(file, reached);
      return isFresh;
    });
    // It writes what lies there at this moment.
    kept.__VITEST_COVERAGE__ = Object.fromEntries(fresh.map(([file, counted]) => [file, withoutDefaults(counted)]));
    const written = istanbul.takeCoverage?.(options);
    kept.__VITEST_COVERAGE__ = store;
    return written;
  },
};
