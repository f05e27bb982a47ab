import { describe, expect, it } from '@jest/globals';
import { markup } from './markup.ts';

describe('markup', () => {
  it('escapes what could leave a text or a quoted attribute', () => {
    expect(markup`<p title="${`"><script>'&`}">${'<b>'}</p>`.toString()).toBe(
      '<p title="&quot;&gt;&lt;script&gt;&#39;&amp;">&lt;b&gt;</p>',
    );
  });

  it('nests markup without escaping it twice', () => {
    const items = ['a', '<'].map((text) => markup`<li>${text}</li>`);
    expect(markup`<ul>${items}</ul>${markup`<br>`}${undefined}${null}${0}`.toString()).toBe(
      '<ul><li>a</li><li>&lt;</li></ul><br>0',
    );
  });
});
