import { availableParallelism } from 'node:os';
import { jestProject } from '../../../jest.preset.mjs';

// Each file starts a whole system of its own, and waits for it most of the time: two share two cores, and no more share more.
export default jestProject('e2e', { testTimeout: 300_000, maxWorkers: Math.min(2, availableParallelism()) });
