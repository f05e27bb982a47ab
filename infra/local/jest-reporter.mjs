import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { identify } from './src/machine/process-identity.mjs';

/**
 * Tells the runner of `npm test` how far a project is: one JSON line per event, in a file of its own below TRIBUTARY_TEST_PROGRESS. Leaves
 * the figures of the run in the project's test-output folder, where Nx caches them with the result.
 */
export default class JestReporter {
  #rootDir;
  #file;

  constructor({ rootDir }) {
    this.#rootDir = rootDir;
    const folder = process.env.TRIBUTARY_TEST_PROGRESS;
    if (folder) this.#file = join(folder, `${process.pid}.jsonl`);
  }

  onRunStart({ numTotalTestSuites: files }) {
    this.#tell({ event: 'run', project: basename(this.#rootDir), process: identify(process.pid), files });
  }

  onTestFileStart({ path }) {
    this.#tell({ event: 'file', file: this.#name(path) });
  }

  onTestCaseResult({ path }, { status, fullName, failureMessages }) {
    const failure = status === 'failed' ? { title: fullName, message: failureMessages.join('\n') } : {};
    this.#tell({ event: 'test', status, file: this.#name(path), ...failure });
  }

  onTestFileResult({ path }, { testExecError: error }) {
    const failure = error ? { title: this.#name(path), message: error.stack ?? error.message ?? String(error) } : {};
    this.#tell({ event: 'file-end', file: this.#name(path), ...failure });
  }

  onRunComplete(_contexts, results) {
    const counts = {
      passed: results.numPassedTests,
      // A file that could not even be loaded has no failed test in it.
      failed: results.numFailedTests + results.numRuntimeErrorTestSuites,
      skipped: results.numPendingTests + results.numTodoTests,
    };
    const folder = join(this.#rootDir, 'test-output');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'counts.json'), JSON.stringify(counts));
    this.#tell({ event: 'end', ...counts });
  }

  #name(path) {
    return relative(this.#rootDir, path);
  }

  #tell(event) {
    if (this.#file) appendFileSync(this.#file, `${JSON.stringify({ at: Date.now(), ...event })}\n`);
  }
}
