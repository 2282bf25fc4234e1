import * as z from 'zod';
import { putData } from '../../lib/adapters/cloudwatch-metrics.ts';
import { requestsOf } from '../../lib/adapters/cloudwatch-requests.ts';
import { dynamodbFleet, keepLook } from '../../lib/adapters/dynamodb-fleet.ts';
import { readKept } from '../../lib/adapters/s3-evidence-store.ts';
import { packagesInProduction } from '../../lib/adapters/sagemaker-production.ts';
import { messagesIn } from '../../lib/adapters/sqs-queues.ts';
import { holding } from '../../lib/domain/metrics/alerts.ts';
import { momentOf } from '../../lib/domain/metrics/look.ts';
import { publishedData } from '../../lib/domain/metrics/published.ts';
import { type Fleet, takeLook } from '../../lib/domain/metrics/take-look.ts';
import { now } from '../../lib/runtime/clock.ts';
import { readEnv } from '../../lib/runtime/env.ts';
import { governedHandler } from '../../lib/runtime/governed-handler.ts';
import { logger } from '../../lib/runtime/logger.ts';
import { ownerReader } from '../../lib/runtime/model-owner.ts';
import { Env } from './env.ts';

const env = readEnv(Env);

const ownerOf = ownerReader((sha256, maxBytes) => readKept(env.EVIDENCE_BUCKET, sha256, maxBytes));

const fleet: Fleet = {
  ...dynamodbFleet(env.TABLE_NAME, (list, unreadable) =>
    // What nobody can read is missing in what metrics say: one such row must not silence the others.
    logger.error('rows of a list cannot be read', { list, count: unreadable }),
  ),
  deadLetters: async () => {
    const waiting = await Promise.all(env.DEAD_LETTER_QUEUES.map(messagesIn));
    return waiting.reduce((total, count) => total + count, 0);
  },
  requests: requestsOf,
  ownerOf: async (release) => {
    try {
      return await ownerOf(release);
    } catch (cause) {
      // A card that S3 does not give must not silence every other alert. Nobody knows then, and the next whole look asks again.
      logger.warn('a model card could not be read', { reason: String(cause) });
      return undefined;
    }
  },
  inRegistry: () => packagesInProduction(env.PACKAGE_GROUPS),
};

/** Every five minutes: looks at the fleet, keeps what it found for those who scrape it, and publishes it. */
export const handler = governedHandler(z.unknown(), async () => {
  const look = await takeLook(fleet, now());
  await keepLook(env.TABLE_NAME, look);
  await putData(publishedData(look, { perModel: env.METRICS_PER_MODEL === 'yes' }));
  // The names that a number of CloudWatch does not say; the dashboard lists them.
  for (const { name, on } of holding(momentOf(look))) {
    for (const { labels, value } of on) logger.warn('alert holds', { alert: name, ...labels, value });
  }
  return { at: look.at, serving: look.serving.length, pending: look.pending.length };
});
