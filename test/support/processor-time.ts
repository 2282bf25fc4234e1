/** Starts to measure the milliseconds that this process computes: a clock would also count what else the machine does. */
export const processorTime = (): (() => number) => {
  const start = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1000;
  };
};
