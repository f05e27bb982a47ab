import { jestProject } from '../../jest.preset.mjs';

// Some of what is awaited here is the server's timeout of 5 s.
export default jestProject('outbox', { testTimeout: 30_000 });
