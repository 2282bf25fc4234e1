import { expect, it } from 'vitest';
import { connect } from '../../../lib/cli/client/connection.ts';
import { followSent, UNHEARD_MS } from '../../../lib/cli/client/sent-release.ts';
import { watchSubject } from '../../../lib/cli/client/subject.ts';
import { aDirectory, aServer } from '../assay.ts';

it('gives up what nothing becomes of, once an event must have arrived', async () => {
  const { url } = await aServer(() => ({ status: 404, body: { title: 'NotFound', detail: 'it is not there' } }));
  const shown: string[] = [];
  const around = {
    ...{ out: (text: string) => void shown.push(text), err: () => undefined },
    ...{ env: { ASSAY_URL: url, ASSAY_TOKEN: 'token' }, directory: aDirectory() },
  };
  let time = 0;
  const submission = { releaseId: 'r-1', manifest: {}, isTaken: false, earlier: new Set<string>() };
  const find = followSent(await connect(around), submission, { onOther: () => undefined, now: () => time });
  time = UNHEARD_MS - 1;
  expect(await find()).toMatchObject({ kind: 'sent' });

  time = UNHEARD_MS;
  const { outcome } = await watchSubject(find, around, { isJson: false });

  expect(outcome).toBe(2);
  expect(shown.join()).toContain('neither taken in nor refused');
});
