/** A Slack that writes down what it is asked, and answers what a test has laid ready. */
import { createServer } from 'node:http';
import { afterAll, beforeAll, beforeEach } from 'vitest';

type Call = { readonly method: string; readonly token: string; readonly args: Record<string, unknown> };

type Laid = object | { readonly status: number; readonly text: string };

/** Starts with the file that calls it, and ends with it. Each test finds it empty. */
export const recordedSlack = () => {
  const calls: Call[] = [];
  const answers: Laid[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      const args = request.headers['content-type']?.startsWith('application/json')
        ? JSON.parse(body)
        : Object.fromEntries(new URLSearchParams(body));
      calls.push({ method: request.url ?? '', token: request.headers.authorization ?? '', args });
      const answer = answers.shift() ?? { ok: true };
      if ('status' in answer) response.writeHead(answer.status).end(answer.text);
      else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    });
  });
  let apiUrl = '';
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    apiUrl = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/api/`;
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));
  beforeEach(() => {
    calls.length = 0;
    answers.length = 0;
  });
  const placeOf = (token = 'xoxb-one', newer = token) => ({
    token: { current: async () => token, newer: async () => newer },
    apiUrl,
    timeoutMs: 5000,
  });
  return { calls, answers, placeOf };
};
