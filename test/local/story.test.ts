import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { close, listen } from '../../local/listen.ts';
import { localLinks } from '../../local/scene.ts';
import { mailReader } from '../../local/story.ts';
import { someEndpoints } from './support/some-endpoints.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

const mailTo = (person: string) => ({
  MessageId: person,
  Source: 'assay@example.com',
  To: [`${person}@example.com`],
  Subject: 'hmda-mortgage 1.1.0 waits for you',
  BodyText: `Open http://localhost:4580/a/${person}.mac`,
  Timestamp: 1_700_000_000,
});

it('goes on once everybody who is asked has a mail, and not with those who have one first', async () => {
  const sent = [mailTo('ana.silva'), mailTo('ruth.meyer')];
  let looks = 0;
  const mailbox = createServer((_, response) => {
    looks += 1;
    if (looks === 3) sent.push(mailTo('ben.okafor'));
    response.end(JSON.stringify({ messages: { all: sent } }));
  });
  const awsEndpoint = `http://127.0.0.1:${await listen(mailbox, 0, 'PORT')}`;
  onTestFinished(() => close(mailbox));
  const waits_for = [{ asked: ['ana.silva', 'ben.okafor'] }, { asked: ['ruth.meyer'] }];
  const view = { release: { state: 'validated', reasons: [] }, approval_request: { waits_for } };
  let asked = 0;
  const api = {
    // The release is validated a moment before people are asked.
    release: async () => (asked++ === 0 ? { release: view.release } : view),
  };

  const links = localLinks({ root, endpoints: { ...someEndpoints, awsEndpoint } });
  const found = await mailReader({ modelName: 'hmda-mortgage', links, waitMs: 60_000 }, api)('1.1.0');

  expect(Object.fromEntries(found)).toEqual({
    'ana.silva': 'http://localhost:4580/a/ana.silva.mac',
    'ben.okafor': 'http://localhost:4580/a/ben.okafor.mac',
    'ruth.meyer': 'http://localhost:4580/a/ruth.meyer.mac',
  });
});
