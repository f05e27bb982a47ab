export { addressesOf, type Addresses } from './addresses.ts';
export { buildImages, topologyOf } from './check.ts';
export { Compose } from './compose.ts';
export { findEngine } from './engine.ts';
export { Mailbox } from './mailbox.ts';
export { connectTo, verdictOn } from './settle.ts';
export { newWorld, type World } from './world.ts';
