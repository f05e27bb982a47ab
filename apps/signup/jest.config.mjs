import { jestProject } from '../../jest.preset.mjs';

// Above every deadline inside a test, so that what fails says which condition it waited for.
export default jestProject('signup', { testTimeout: 30_000 });
