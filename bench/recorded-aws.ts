/**
 * A stand-in for AWS in a thread of its own: first it passes requests on to an emulator, then it answers them again as the
 * emulator did, each after about as long as the service takes. So nothing is measured that is the emulator's.
 */
import { createServer, type IncomingHttpHeaders, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import * as z from 'zod';

export type RecordedAws = {
  readonly endpoint: string;
  /** From now on, answers are recorded, or given again. */
  become(mode: Mode): Promise<void>;
  /** Requests that were to be answered again and had never been recorded. */
  missed(): Promise<number>;
  stop(): Promise<void>;
};

const Mode = z.enum(['recording', 'answering']);
type Mode = z.infer<typeof Mode>;

export const startRecordedAws = async (emulator: string): Promise<RecordedAws> => {
  const worker = new Worker(new URL(import.meta.url), { workerData: { emulator } });
  const told = <T>(schema: z.ZodType<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      worker.once('error', reject);
      worker.once('message', (message) => resolve(schema.parse(message)));
    });
  const ask = (word: string): Promise<number> => {
    const answer = told(z.number());
    worker.postMessage(word);
    return answer;
  };
  const port = await told(z.number());
  return {
    endpoint: `http://127.0.0.1:${port}`,
    become: async (mode) => {
      await ask(mode);
    },
    missed: () => ask('missed'),
    stop: async () => {
      await worker.terminate();
    },
  };
};

/** Milliseconds: rather short, since what takes long anywhere else makes Assay's own part look small. */
const TAKES = { DynamoDB: 5, TransactWrite: 10, KMS: 5, S3: 15 };

type Answer = { readonly status: number; readonly headers: IncomingHttpHeaders; readonly body: Uint8Array };

const serve = (emulator: string): void => {
  const recorded = new Map<string, Answer>();
  let mode: Mode = 'recording';
  let missed = 0;

  const answerTo = async (asked: IncomingMessage, body: Uint8Array): Promise<Answer> => {
    const operation = String(asked.headers['x-amz-target'] ?? '');
    // It would end the request that the next one is about, and no two transactions are alike.
    if (mode === 'answering' && operation.endsWith('.TransactWriteItems')) {
      const headers = { 'content-type': 'application/x-amz-json-1.0' };
      return after(TAKES.TransactWrite, { status: 200, headers, body: Buffer.from('{}') });
    }
    const key = [asked.method, asked.url, operation, Buffer.from(body).toString('base64')].join(' ');
    const known = recorded.get(key);
    if (mode === 'answering' && known !== undefined) return after(takes(operation), known);
    // A signature is over what was just decided.
    if (mode === 'answering' && !operation.endsWith('.Sign')) missed += 1;
    const answer = await passOn(emulator, asked, body);
    recorded.set(key, answer);
    return answer;
  };

  const server = createServer(async (asked, response) => {
    const body = Buffer.concat(await asked.toArray());
    send(response, await answerTo(asked, new Uint8Array(body)));
  });
  server.listen(0, '127.0.0.1', () => parentPort?.postMessage((server.address() as AddressInfo).port)); // it listens on TCP
  parentPort?.on('message', (word) => {
    if (word !== 'missed') mode = Mode.parse(word);
    parentPort?.postMessage(missed);
  });
};

const takes = (operation: string): number => {
  if (operation.startsWith('DynamoDB')) return TAKES.DynamoDB;
  return operation.startsWith('Trent') ? TAKES.KMS : TAKES.S3;
};

const after = async (milliseconds: number, answer: Answer): Promise<Answer> => {
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
  return answer;
};

const passOn = (emulator: string, { method, url, headers }: IncomingMessage, body: Uint8Array): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const { 'transfer-encoding': _, ...sent } = headers;
    const passed = request(
      `${emulator}${url}`,
      { method, headers: { ...sent, 'content-length': body.length } },
      async (answer) => {
        const received = Buffer.concat(await answer.toArray());
        resolve({ status: answer.statusCode ?? 502, headers: answer.headers, body: new Uint8Array(received) });
      },
    );
    passed.on('error', reject);
    passed.end(body);
  });

const send = (response: ServerResponse, { status, headers, body }: Answer): void => {
  const { connection: _, 'transfer-encoding': __, ...kept } = headers;
  response.writeHead(status, kept);
  response.end(body);
};

if (!isMainThread) serve(z.object({ emulator: z.string() }).parse(workerData).emulator);
