import { jestProject } from '../../../jest.preset.mjs';

// One file at a time: each starts the whole system, and kills parts of it. Two at a time gain nothing on two cores: 203 s
// for two that take 86 s and 121 s one after the other.
export default jestProject('e2e', { testTimeout: 300_000, maxWorkers: 1 });
