export type Stop = () => Promise<void>;

export type Closing = {
  readonly add: (stop: Stop) => void;
  /** Stops everything; calling it again does nothing more. */
  readonly close: () => Promise<void>;
};

const signals = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/** Stops in reverse order what was started: on `close`, and on Ctrl-C or another signal, which then ends the process. */
export function closeInReverse(onSignalled: () => void): Closing {
  const stops: Stop[] = [];
  let closed: Promise<void> | undefined;
  let isSignalled = false;
  const close = (): Promise<void> => {
    closed ??= (async () => {
      for (const stop of stops.toReversed()) await stop().catch(() => undefined);
      for (const signal of Object.keys(signals)) process.removeListener(signal, onSignal);
    })();
    return closed;
  };
  const onSignal = (signal: keyof typeof signals) => {
    // npm passes on the signal that the terminal sends to both.
    if (isSignalled) return;
    isSignalled = true;
    void close().finally(() => {
      onSignalled();
      process.exit(signals[signal]);
    });
  };
  for (const signal of Object.keys(signals)) process.on(signal, onSignal);
  return { add: (stop) => stops.push(stop), close };
}
