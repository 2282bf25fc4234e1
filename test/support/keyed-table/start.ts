/**
 * A stand-in for DynamoDB that finds rows by their keys, as DynamoDB does: the emulator looks through all rows of a table for each query,
 * so that a bench of many rows measures the emulator. Tables are there once something is put into them.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export const startKeyedTable = async () => {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'server.ts')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [address] = await once(createInterface(child.stdout), 'line');
  return {
    endpoint: String(address),
    stop: async () => {
      child.stdin.end();
      await once(child, 'exit');
    },
  };
};
