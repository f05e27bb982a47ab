import { jestProject } from '../../../jest.preset.mjs';

// One file at a time: each starts the whole system, and kills parts of it. Two at a time took longer on two cores (203 s for two that take
// 50 s and 90 s alone), and a busy machine resets connections.
export default jestProject('e2e', { testTimeout: 300_000, maxWorkers: 1 });
