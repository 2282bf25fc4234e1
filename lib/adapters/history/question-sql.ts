import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The folder of the SQL of questions, in the sources. A bundled Lambda has them in a folder of its own, and names that. */
const SOURCES = join(import.meta.dirname, '../../domain/questions/sql');

/** The SQL of a question, with its places. */
export const questionSql = (file: string, folder = SOURCES): string => readFileSync(join(folder, file), 'utf8');
