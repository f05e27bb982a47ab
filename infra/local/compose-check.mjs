import { bootstrap } from './bootstrap.mjs';

await bootstrap('../../proof/compose/src/main.ts', '--experimental-transform-types');
