import type { Problem } from '../errors.ts';
import { layout } from './layout.ts';
import { markup, type Markup } from './markup.ts';

/** For somebody who followed a link to nowhere, or came at a bad time. */
export function problemPage(problem: Problem): Markup {
  const main = markup`<section class="card" aria-labelledby="title">
<h1 id="title">${problem.message}</h1>
<p class="lead"><a href="/">Back to the form</a></p>
</section>`;
  return layout({ title: `${problem.message} · Tributary`, main });
}
