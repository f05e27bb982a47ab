import { bootstrap } from './bootstrap.mjs';

await bootstrap('../../proof/chaos/src/main.ts', '--experimental-transform-types');
