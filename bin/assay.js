#!/usr/bin/env node
import { runTypeScript } from './typescript.js';

await runTypeScript(new URL('./assay.ts', import.meta.url));
