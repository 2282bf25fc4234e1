import type { MiddlewareHandler } from 'hono';
import { HTTPException } from 'hono/http-exception';

/** JSON, and what programs call it that were not told: `curl -d` names a form, and `fetch` plain text. */
const TAKEN = /^(application\/([\w.+-]+\+)?json|text\/plain|application\/x-www-form-urlencoded)\s*(;|$)/i;

/** Refuses a body that says that it is something else than JSON, or is encoded: it would be read as what it is not. */
export const onlyJson: MiddlewareHandler = async ({ req }, next) => {
  const { 'content-type': type = '', 'content-encoding': encoding = 'identity' } = req.header();
  const isJson = (type === '' || TAKEN.test(type)) && encoding === 'identity';
  if (req.method === 'POST' && !isJson)
    throw new HTTPException(415, { message: 'a body is JSON in UTF-8, not encoded' });
  await next();
};
