import { markup, type Markup, type Problem } from '@tributary/http';

interface Page {
  title: string;
  main: Markup;
  /** The page asks for itself again after so many seconds. */
  refreshSeconds?: number | undefined;
  /** What is in the search field. */
  sought?: string | undefined;
}

export function layout({ title, main, refreshSeconds, sought }: Page): Markup {
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
${refreshSeconds && markup`<meta http-equiv="refresh" content="${refreshSeconds}">`}
<title>${title}</title>
<link rel="icon" href="/assets/tributary.svg" type="image/svg+xml">
<link rel="stylesheet" href="/assets/page.css">
</head>
<body>
<header>
<a class="brand" href="/"><img src="/assets/tributary.svg" alt="" width="30" height="30"><span>Tributary</span></a>
<form role="search" action="/" method="get">
<label for="signup">Signup</label>
<input id="signup" name="signup" type="search" placeholder="id of a signup" value="${sought}" autocomplete="off" spellcheck="false" required>
<button type="submit">Find</button>
</form>
</header>
<main>
${main}
</main>
</body>
</html>
`;
}

/** For somebody who asked for what is not there, or came at a bad time. */
export function problemPage(problem: Problem, sought?: string): Markup {
  const unread =
    problem.code === 'JOURNEY_NOT_FOUND' &&
    markup`<p>Either nobody has this id, or nothing about it has been published yet (the fact waits in
signup’s outbox), or it happened longer ago than the event log reached when it was first read.</p>`;
  const main = markup`<h1>${problem.message}</h1>
${unread || undefined}
<p><a href="/">All signups</a></p>`;
  return layout({ title: `${problem.message} · Tributary`, main, sought });
}
