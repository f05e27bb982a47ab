import { bootstrap } from './bootstrap.mjs';

await bootstrap('demo.ts');
