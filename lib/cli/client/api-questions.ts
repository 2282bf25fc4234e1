/** Asks questions of the API, which asks Athena: that can take longer than one request may. */
import { setTimeout as pause } from 'node:timers/promises';
import * as z from 'zod';
import type { Answer, Row } from '../../domain/questions/question.ts';
import type { Ask } from '../../domain/questions/report.ts';
import { callApi } from './api.ts';
import type { Connection } from './connection.ts';

const Column = z.object({
  name: z.string(),
  heading: z.string(),
  type: z.enum(['text', 'count']).catch('text'),
  isAside: z.literal(true).optional().catch(undefined),
});
const Answered = z.object({
  state: z.literal('answered'),
  run: z.string(),
  columns: z.array(Column),
  rows: z.array(z.record(z.string(), z.union([z.string(), z.number()]))),
  covers: z.object({ entries: z.number(), until: z.string() }),
  next: z.number().optional(),
});
const Reply = z.discriminatedUnion('state', [Answered, z.object({ state: z.literal('running'), run: z.string() })]);
type Reply = z.infer<typeof Reply>;

/** One that is not there after ten minutes will hardly come. */
const LOOKS = 300;

/** Asks one question after another by the API of a deployment, as an auditor. */
export const askingApi =
  (connection: Connection, pauseMs = 2000): Ask =>
  async (name, parameters) => {
    const start = () =>
      callApi(connection, { method: 'POST', path: ['questions', name], role: 'auditor', body: { parameters } }, Reply);
    const look = (run: string, from: number) => {
      const query = { from: String(from) };
      return callApi(connection, { method: 'GET', path: ['questions', 'runs', run], role: 'auditor', query }, Reply);
    };
    const answered = async (first: Reply, from: number): Promise<z.infer<typeof Answered>> => {
      let reply = first;
      for (let looks = 1; reply.state === 'running'; looks += 1) {
        if (looks > LOOKS)
          throw new Error(`${name} has not been answered within ten minutes: ask for a shorter period`);
        await pause(pauseMs);
        reply = await look(reply.run, from);
      }
      return reply;
    };
    let page = await answered(await start(), 0);
    const rows: Row[] = [...page.rows];
    while (page.next !== undefined) {
      page = await answered(await look(page.run, page.next), page.next);
      rows.push(...page.rows);
    }
    const columns = page.columns.map(({ isAside, ...column }) => (isAside ? { ...column, isAside } : column));
    return { columns, rows, covers: page.covers } satisfies Answer;
  };
