import { jestProject } from '../../jest.preset.mjs';

// The broker's figures lag by up to 10 s; linting loads the types of a whole project first.
export default jestProject('testing', { testTimeout: 60_000 });
