import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import { readApproval } from '../../lib/domain/approval/read-approval.ts';
import { approvalRequestId, openRequest, replaceToken } from '../../lib/domain/approval/request.ts';
import { expecting } from '../../lib/domain/change/expecting.ts';
import { requireFound } from '../../lib/domain/change/require-found.ts';
import { untilCommitted } from '../../lib/domain/change/until-committed.ts';
import { now } from '../../lib/runtime/clock.ts';
import { directoryAt } from '../../lib/runtime/configuration.ts';
import { readEnv } from '../../lib/runtime/env.ts';
import { governedHandler, ReleaseStep } from '../../lib/runtime/governed-handler.ts';
import { releaseStoreOf } from '../../lib/runtime/release-store.ts';
import { Env } from './env.ts';

const env = readEnv(Env);
const store = releaseStoreOf('StoreApprovalToken', env.TABLE_NAME);
const directory = directoryAt(env);

const Waiting = ReleaseStep.extend({ taskToken: z.string().min(1).max(2048) });

/** Opens the approval request with the token of the waiting machine. If it waits again, its new token is kept. */
export const handler = governedHandler(Waiting, ({ releaseId, taskToken }) =>
  untilCommitted(async () => {
    const [release, request] = await Promise.all([
      requireFound(store.get('release', releaseId), releaseId),
      store.get('request', approvalRequestId(releaseId)),
    ]);
    if (request !== undefined) {
      if (request.taskToken !== taskToken) await store.commit(replaceToken(release, request, taskToken), now());
      return;
    }
    const head = store.head(release.modelName);
    const [approval] = await Promise.all([readApproval(store, release), head]);
    const nextNonce = () => randomBytes(16).toString('base64url');
    const opening = { release, ...approval, directory: await directory(), taskToken, nextNonce, now: now() };
    await store.commit(expecting(openRequest(opening), approval.content), now(), head);
  }),
);
