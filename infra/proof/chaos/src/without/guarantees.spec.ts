import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { repository } from '@tributary/local';
import ts from 'typescript';
import { diffOf, edited } from './guarantee.ts';
import { guarantees } from './guarantees.ts';

const source = (file: string) => readFileSync(join(repository, file), 'utf8');

describe.each(guarantees)('without $name', ({ edits, missed }) => {
  it('changes sources that are as the edits expect them', () => {
    expect(edits.length).toBeGreaterThan(0);
    for (const edit of edits) expect(edited(source(edit.file), edit)).not.toBe(source(edit.file));
  });

  it('leaves sources that can still be parsed', () => {
    const files = Map.groupBy(edits, ({ file }) => file);
    for (const [file, changes] of files) {
      if (!file.endsWith('.ts')) continue;
      const text = changes.reduce(edited, source(file));
      const options = { experimentalDecorators: true, target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.ESNext };
      const { diagnostics } = ts.transpileModule(text, { compilerOptions: options, reportDiagnostics: true });
      expect(diagnostics).toEqual([]);
    }
  });

  it('is looked for where there is something to look', () => {
    if ('spec' in missed) expect(source(join(missed.project, missed.spec))).toContain('it(');
  });
});

it('every guarantee has a name of its own', () => {
  expect(new Set(guarantees.map(({ name }) => name)).size).toBe(guarantees.length);
});

describe('an edit', () => {
  const edit = { file: 'a.ts', find: 'await work();', put: '// later' };

  it('that no longer finds its place says so, and where', () => {
    expect(() => edited('await other();', edit)).toThrow('a.ts has this 0 times, not once');
  });

  it('that finds two places says so', () => {
    expect(() => edited('await work(); await work();', edit)).toThrow('a.ts has this 2 times, not once');
  });

  it('puts what it says, dollar signs and all', () => {
    expect(edited('await work();', { ...edit, put: "'$&$1'" })).toBe("'$&$1'");
  });

  it('is shown as a patch is, without the lines that stay', () => {
    const edits = [{ file: 'a.ts', find: 'one\ntwo\nthree', put: 'one\n2\nthree' }];
    expect(diffOf({ edits })).toBe('a.ts\n- two\n+ 2');
  });
});
