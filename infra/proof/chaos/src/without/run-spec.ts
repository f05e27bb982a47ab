import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { command, plainEnvironment, type StackUrls } from '@tributary/local';
import type { InASpec } from './guarantee.ts';
import { copyFolder } from './scratch-copy.ts';

interface JestReport {
  numRuntimeErrorTestSuites: number;
  testResults: { message: string; assertionResults: { status: string; fullName: string }[] }[];
}

export interface SpecRun {
  passed: number;
  /** Titles of the tests that failed. */
  failed: string[];
}

/** Runs one of the project's own specs in the copy. @throws Error when the file could not even be run */
export async function runSpec({ project, spec }: InASpec, urls: StackUrls): Promise<SpecRun> {
  const report = join(copyFolder, '.tributary', 'spec.json');
  mkdirSync(dirname(report), { recursive: true });
  rmSync(report, { force: true });
  const jest = join(copyFolder, 'node_modules/jest/bin/jest.js');
  const options = ['--runTestsByPath', spec, '--json', '--outputFile', report];
  // A test that fails makes jest fail: what it has to say is in the report.
  const failure = await command(process.execPath, ['--experimental-vm-modules', '--no-warnings', jest, ...options], {
    cwd: join(copyFolder, project),
    env: {
      ...plainEnvironment(),
      TRIBUTARY_TEST_AMQP_URL: urls.amqp,
      TRIBUTARY_TEST_MANAGEMENT_URL: urls.management,
      TRIBUTARY_TEST_DATABASE_URL: urls.database,
    },
  }).then(
    () => undefined,
    (error: Error) => error,
  );
  const { numRuntimeErrorTestSuites, testResults } = read(report, failure);
  if (numRuntimeErrorTestSuites > 0) throw new Error(testResults.map(({ message }) => message).join('\n'));
  const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
  return {
    passed: tests.filter(({ status }) => status === 'passed').length,
    failed: tests.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName),
  };
}

function read(report: string, failure: Error | undefined): JestReport {
  try {
    return JSON.parse(readFileSync(report, 'utf8')) as JestReport;
  } catch (error) {
    throw failure ?? error;
  }
}
