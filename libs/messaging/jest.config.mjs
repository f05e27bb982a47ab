import { jestProject } from '../../jest.preset.mjs';

export default jestProject('messaging', { testTimeout: 30_000 });
