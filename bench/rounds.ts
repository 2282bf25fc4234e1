/** Runs every peer once in each round, in rotating order, so that a busy moment of the machine affects all alike. */

export type Peer = { readonly name: string; readonly run: () => Promise<number | undefined> };
export type Timing = { readonly min: number; readonly median: number; readonly max: number };
export type Times = Readonly<Record<string, readonly number[]>>;

/** Milliseconds of every round for each peer. A peer may measure itself, and answer with its own number. */
export const rounds = async (count: number, peers: readonly Peer[]): Promise<Times> => {
  const times: Record<string, number[]> = Object.fromEntries(peers.map(({ name }) => [name, []]));
  for (let round = 0; round < count; round++) {
    for (let turn = 0; turn < peers.length; turn++) {
      const peer = peers[(round + turn) % peers.length];
      if (peer === undefined) continue;
      const startedAt = performance.now();
      const own = await peer.run();
      times[peer.name]?.push(own ?? performance.now() - startedAt);
    }
  }
  return times;
};

export const timing = (values: readonly number[]): Timing => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low = 0, high = 0] = [sorted[sorted.length % 2 === 0 ? middle - 1 : middle], sorted[middle]];
  return { min: sorted[0] ?? 0, median: (low + high) / 2, max: sorted.at(-1) ?? 0 };
};

/** The ratio of two peers, round by round, so that the load on the machine cancels out. */
export const ratios = (times: Times, of: string, to: string): Timing =>
  timing((times[of] ?? []).map((value, round) => value / (times[to]?.[round] ?? Number.NaN)));

export const printTimes = (times: Times): void => {
  const width = Math.max(...Object.keys(times).map(({ length }) => length));
  console.log(`${''.padEnd(width)}  ${['min', 'median', 'max'].map((name) => name.padStart(13)).join('')}`);
  for (const [name, values] of Object.entries(times)) {
    const { min, median, max } = timing(values);
    console.log(
      `${name.padEnd(width)}  ${[min, median, max].map((ms) => `${ms.toFixed(1)} ms`.padStart(13)).join('')}`,
    );
  }
};

/** Prints the ratio of two peers, by the median and by the best round of each, beside its target. */
export const printRatio = (times: Times, of: string, to: string, target: string): void => {
  const { min, median, max } = ratios(times, of, to);
  const best = timing(times[of] ?? []).min / timing(times[to] ?? []).min;
  const spread = `${min.toFixed(2)}–${max.toFixed(2)}`;
  console.log(
    `${of} : ${to} = ${median.toFixed(2)} median of rounds (${spread}), ${best.toFixed(2)} of the best; target ${target}`,
  );
};

export const roundsAsked = (fallback: number): number => Number(process.env['ROUNDS'] ?? fallback);
