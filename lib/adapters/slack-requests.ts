/** The signature of Slack, version v0 (https://docs.slack.dev/authentication/verifying-requests-from-slack). */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Instant } from '../domain/identifiers.ts';
import { millisecondsOf } from '../domain/instant.ts';
import type { Secret } from './secrets-manager.ts';

/** What Slack sent, byte by byte: nothing of it has been parsed. */
export type SlackRequest = {
  readonly timestamp: string;
  readonly signature: string;
  readonly body: Uint8Array;
};

/** As Slack advises. It holds in both directions: a request dated ahead must not be good for longer. */
const FRESH_SECONDS = 300;

/**
 * Establishes that Slack sent these bytes to this app within the last five minutes. A secret that was rotated is read
 * again.
 */
export const isOfSlack = async (request: SlackRequest, secret: Secret, now: Instant): Promise<boolean> => {
  const { timestamp } = request;
  if (!/^[0-9]{1,12}$/.test(timestamp)) return false;
  if (Math.abs(millisecondsOf(now) / 1000 - Number(timestamp)) > FRESH_SECONDS) return false;
  return isSigned(request, await secret.current()) || isSigned(request, await secret.newer());
};

/** It takes as long for a wrong signature as for a right one. */
const isSigned = ({ timestamp, signature, body }: SlackRequest, secret: string): boolean => {
  const expected = Buffer.from(
    `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:`).update(body).digest('hex')}`,
  );
  const given = Buffer.from(signature);
  return given.length === expected.length && timingSafeEqual(given, expected);
};
