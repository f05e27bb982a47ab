import { jestProject } from '../../../jest.preset.mjs';

// One file at a time: each starts the whole system, and kills parts of it.
export default jestProject('e2e', { testTimeout: 300_000, maxWorkers: 1 });
