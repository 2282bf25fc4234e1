import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { isPassing, leaveOutValues } from '../../adapters/aws-error.ts';
import { Conflict, Refusal, type RefusalCode, Unavailable } from '../../domain/refusal.ts';
import { logger } from '../logger.ts';

export const STATUS: Partial<Record<RefusalCode, ContentfulStatusCode>> = {
  BodyUnreadable: 400,
  NotAuthorized: 403,
  SeparationOfDuties: 403,
  NotFound: 404,
  ReleaseIdTaken: 409,
  VersionTaken: 409,
  EndpointMismatch: 409,
  AdoptionImpossible: 409,
  EndpointTaken: 409,
  DenialUnanswered: 409,
  PackageTaken: 409,
  RequestNotPending: 409,
  PromotionImpossible: 409,
  BreakGlassImpossible: 409,
  ReverificationImpossible: 409,
  RollbackImpossible: 409,
  MoveImpossible: 409,
  RequestUnderWay: 409,
  QuestionCancelled: 409,
  AskedTooOften: 429,
  QuestionFailed: 502,
};

const typeOf = (title: string): string => `https://assay.dev/problems/${title}`;

/** What HTTP itself refuses, and what of the request is at fault. */
const BY_HTTP: Readonly<Record<number, { readonly title: string; readonly field: string }>> = {
  405: { title: 'MethodNotAllowed', field: 'method' },
  413: { title: 'BodyTooLarge', field: 'body' },
  415: { title: 'MediaTypeUnsupported', field: 'Content-Type' },
};

/** Every error as `application/problem+json` (RFC 9457), with every fault. Internal errors go to the log only. */
export const problemOf = (error: Error, context: Context, more: Record<string, string> = {}): Response => {
  const send = (status: ContentfulStatusCode, body: Record<string, unknown>) =>
    context.body(JSON.stringify({ ...body, status, ...more }), status, { 'content-type': 'application/problem+json' });
  const unavailable = (cause: Error, detail: string) => {
    logger.warn('a service did not answer', cause);
    context.header('retry-after', '5');
    return send(503, { type: typeOf('ServiceUnavailable'), title: 'ServiceUnavailable', detail });
  };
  if (error instanceof Refusal) {
    const { code, message, violations, remedy } = error;
    // Most refusals are on record too, but only so many: this line is what counts them.
    const status = STATUS[code] ?? 422;
    logger[status < 500 ? 'warn' : 'error']('refused', {
      code,
      path: context.req.path,
      ...(status < 500 ? {} : { message }),
    });
    return send(status, {
      type: typeOf(code),
      title: code,
      detail: message,
      faults: violations.map(({ field, problem, name }) => ({
        field,
        problem: name === undefined ? problem : `${name} ${problem}`,
      })),
      ...(remedy === '' ? {} : { remedy }),
    });
  }
  if (error instanceof Conflict) {
    const detail = 'somebody else changed this at the same time: ask again';
    return send(409, { type: typeOf('Conflict'), title: 'Conflict', detail });
  }
  if (error instanceof Unavailable) return unavailable(error, error.message);
  if (error instanceof HTTPException) {
    const { title, field } = BY_HTTP[error.status] ?? { title: 'Refused', field: 'request' };
    const faults = [{ field, problem: error.message }];
    return send(error.status as ContentfulStatusCode, { type: typeOf(title), title, detail: error.message, faults });
  }
  // What AWS says of the parts of a request is left out of the error, so it is judged first.
  const passes = isPassing(error);
  leaveOutValues(error);
  if (passes) return unavailable(error, 'a service of AWS did not answer: send the request again');
  logger.error('api fault', error);
  return send(500, { type: typeOf('Fault'), title: 'Fault', detail: 'something went wrong; see the log' });
};
