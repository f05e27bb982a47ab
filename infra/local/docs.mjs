import { bootstrap } from './bootstrap.mjs';

await bootstrap('docs.ts');
