import type { Context, Env, Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { Refusal } from '../../domain/refusal.ts';
import { problemOf } from './problem.ts';

/** Answers what is no route: 405 with the methods that its path has, if it has any, and 404 otherwise. */
export const refuseNoRoute = <E extends Env>(app: Hono<E>): void => {
  app.notFound((context) => {
    const allowed = methodsOf(app, context);
    if (allowed.length === 0) return problemOf(new Refusal('NotFound', 'there is no such resource'), context);
    context.header('allow', allowed.join(', '));
    return problemOf(new HTTPException(405, { message: `this can be asked by ${allowed.join(', ')}` }), context);
  });
};

const methodsOf = <E extends Env>(app: Hono<E>, context: Context): string[] => {
  const parts = context.req.path.split('/');
  const here = app.routes.filter(({ method, path }) => {
    const pattern = path.split('/');
    const isHere = pattern.every((part, index) => part.startsWith(':') || part === parts[index]);
    return method !== 'ALL' && pattern.length === parts.length && isHere;
  });
  return [...new Set(here.flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method])))];
};
