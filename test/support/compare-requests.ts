/** Fails a file of tests whose clients send what AWS would refuse. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import * as z from 'zod';
import { readRecording, violationsOf } from './modelled-requests.ts';
import { recordRequests, requestOf } from './record-requests.ts';

/** For a file whose clients reach an emulator: in the end, all that they sent is compared, these operations among it. */
export const compareWhatIsSent = (...expected: readonly string[]): void => {
  let folder: string;
  let stop: () => void;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'assay-requests-'));
    stop = recordRequests(folder);
  });
  afterAll(async () => {
    stop();
    const { operations, violations } = await readRecording(folder);
    rmSync(folder, { recursive: true });
    expect(violations).toEqual([]);
    expect([...operations]).toEqual(expect.arrayContaining([...expected]));
  });
};

type Mocked = { calls(): readonly { readonly thisValue: object; readonly args: readonly [object, ...unknown[]] }[] };

const Sent = z.object({ input: z.looseObject({}) });

/** For a file whose clients are mocked: after each test, all that they were sent is compared, these operations among it. */
export const compareWhatIsMocked = (clients: readonly Mocked[], ...expected: readonly string[]): void => {
  const operations = new Set<string>();
  afterEach(async () => {
    const sent = clients
      .flatMap((client) => client.calls())
      .map(({ thisValue, args: [command] }) => {
        const names = { clientName: thisValue.constructor.name, commandName: command.constructor.name };
        return requestOf(names, Sent.parse(command).input);
      });
    for (const { operation } of sent) operations.add(operation);
    expect((await Promise.all(sent.map(violationsOf))).flat()).toEqual([]);
  });
  afterAll(() => expect([...operations]).toEqual(expect.arrayContaining([...expected])));
};
