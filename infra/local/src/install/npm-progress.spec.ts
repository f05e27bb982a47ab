import { describe, expect, it } from '@jest/globals';
import { lastNews, progressLine } from './npm-progress.mjs';

describe('the line beside a running npm', () => {
  const line = 'npm http fetch GET https://registry.example/nx attempt 1 failed with ETIMEDOUT';

  it('has the time and what npm said last', () => {
    expect(progressLine({ seconds: 7, silent: 2, line, columns: 200 })).toBe(
      '  npm ci: 7 s  http fetch GET https://registry.example/nx attempt 1 failed with ETIMEDOUT',
    );
  });

  it("is not about engines: npm alone runs on the machine's Node", () => {
    const text =
      "npm http fetch GET 200 https://registry.example/nx 3ms\nnpm warn EBADENGINE   required: '>=22'\nnpm warn EBADENGINE }\n";
    expect(lastNews(text)).toBe('npm http fetch GET 200 https://registry.example/nx 3ms');
    expect(lastNews('npm warn EBADENGINE }\n\n')).toBe('');
  });

  it('says for how long npm has been silent', () => {
    expect(progressLine({ seconds: 99, silent: 31, line, columns: 60 })).toBe(
      '  npm ci: 99 s  silent for 31 s, last: http fetch GET https',
    );
  });

  it('says that npm has not said anything', () => {
    expect(progressLine({ seconds: 20, silent: 20, line: '', columns: 80 })).toBe(
      '  npm ci: 20 s  silent for 20 s, last: nothing yet',
    );
  });

  it('stays on one line of a terminal of any width, also of one that tells none', () => {
    const long = `npm \u001b[31merror\u001b[39m ${'x'.repeat(300)}`;
    expect(progressLine({ seconds: 1, silent: 0, line: long, columns: 20 })).toBe('  npm ci: 1 s  erro');
    expect(progressLine({ seconds: 1, silent: 0, line: long, columns: 0 })).toHaveLength(79);
  });
});
