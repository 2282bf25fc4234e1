import { runTypeScript } from '../bin/typescript.js';

await runTypeScript(new URL('./start.ts', import.meta.url));
