import { describe, expect, it } from '@jest/globals';
import { buildErrors } from './build-errors.ts';

describe('what is shown of a build that failed', () => {
  it("is what the compilers said, without Nx's summary, with names of files that an editor opens", () => {
    const output = `
 NX   Running target build for 2 projects and 9 tasks they depend on:

- @tributary/email
- @tributary/signup

✔  nx run @tributary/contracts:build  [local cache]

> nx run @tributary/email:build

> tsc --build tsconfig.lib.json

src/serve.ts(7,14): error TS2345: Argument of type '{ a: string; }' is not assignable to parameter of type 'B'.
  Property 'b' is missing in type '{ a: string; }' but required in type 'B'.
../../libs/outbox/src/inbox.ts(3,1): error TS2304: Cannot find name 'ax'.
Warning: command "tsc --build tsconfig.lib.json" exited with non-zero status code
✔  nx run @tributary/outbox:build
> nx run @tributary/http:build

> tsc --build tsconfig.lib.json

src/broken.ts(1,14): error TS2322: Type 'string' is not assignable to type 'number'.
Warning: command "tsc --build tsconfig.lib.json" exited with non-zero status code


 NX   Running target build for 2 projects and 9 tasks they depend on failed

Failed tasks:

- @tributary/email:build
- @tributary/http:build
`;
    expect(buildErrors(output)).toBe(`@tributary/email:build:
  apps/email/src/serve.ts:7:14: error TS2345: Argument of type '{ a: string; }' is not assignable to parameter of type 'B'.
    Property 'b' is missing in type '{ a: string; }' but required in type 'B'.
  libs/outbox/src/inbox.ts:3:1: error TS2304: Cannot find name 'ax'.
@tributary/http:build:
  libs/http/src/broken.ts:1:14: error TS2322: Type 'string' is not assignable to type 'number'.`);
  });

  it('is bounded', () => {
    const errors = Array.from({ length: 100 }, (_, row) => `src/a.ts(${row},1): error TS1: no`);
    const shown = buildErrors(['> nx run @tributary/email:build', ...errors].join('\n')).split('\n');
    expect(shown).toHaveLength(31);
    expect(shown.at(-1)).toBe('  … and 71 lines more');
  });

  it('is nothing when no task had begun', () => {
    expect(buildErrors(' NX   Cannot find project "emall"\n')).toBe('');
  });
});
