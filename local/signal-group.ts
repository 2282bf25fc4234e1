import type { ChildProcess } from 'node:child_process';

/** Signals a child that leads a process group, and everything that it has started. */
export function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // ESRCH: the whole group has ended, which is what the signal was for.
  }
}
