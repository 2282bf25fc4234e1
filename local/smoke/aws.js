import { runTypeScript } from '../../bin/typescript.js';

await runTypeScript(new URL('./aws.ts', import.meta.url));
