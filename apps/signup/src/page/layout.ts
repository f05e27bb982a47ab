import { markup, type Markup, type Problem } from '@tributary/http';

interface Page {
  title: string;
  main: Markup;
  /** More for the head. */
  head?: Markup;
}

export function layout({ title, main, head }: Page): Markup {
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="icon" href="/assets/tributary.svg" type="image/svg+xml">
<link rel="stylesheet" href="/assets/page.css">
<script type="module" src="/assets/page.js"></script>
${head}
</head>
<body>
<header class="brand">
<a href="/"><img src="/assets/tributary.svg" alt="" width="36" height="36"><span>Tributary</span></a>
</header>
<main>
${main}
</main>
</body>
</html>
`;
}

/** For somebody who followed a link to nowhere, or came at a bad time. */
export function problemPage(problem: Problem): Markup {
  const main = markup`<section class="card" aria-labelledby="title">
<h1 id="title">${problem.message}</h1>
<p class="lead"><a href="/">Back to the form</a></p>
</section>`;
  return layout({ title: `${problem.message} · Tributary`, main });
}
