import { describe, expect, it } from '@jest/globals';
import { markup } from './markup.ts';

describe('markup', () => {
  it('escapes every value for text and for quoted attributes', () => {
    expect(markup`<a title="${`"'`}">${'<b>&'}</a>`.toString()).toBe('<a title="&quot;&#39;">&lt;b&gt;&amp;</a>');
  });

  it('leaves markup as it is, and nothing as nothing', () => {
    expect(markup`<p>${[markup`<b>${1}</b>`, markup`<i></i>`]}${undefined}${null}</p>`.toString()).toBe(
      '<p><b>1</b><i></i></p>',
    );
  });
});
