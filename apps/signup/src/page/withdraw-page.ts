import { markup, type Markup } from '@tributary/http';
import type { Status } from '../onboarding/status.ts';
import { layout } from './layout.ts';
import { hidden } from './hidden.ts';

/** Asks once more. With a script the same form is asked in a dialog on the status page. */
export function withdrawPage(status: Status): Markup {
  return layout({
    title: 'Withdraw? · Tributary',
    main: markup`<section class="card" aria-labelledby="withdraw-title">${withdrawForm(status)}</section>`,
  });
}

/** Sent without a script it is a plain POST. The script fills in the links when there is no signup yet. */
export function withdrawForm(status: Status | undefined): Markup {
  return markup`<form method="post" action="${status && `${status.links.self}/withdrawal`}">
<h1 id="withdraw-title">Withdraw your signup?</h1>
<p class="lead">Your account and your workspace will be deleted, and we will forget your address. This cannot be undone.</p>
<p class="alert" role="alert" hidden></p>
<button type="submit" class="grave">Yes, withdraw</button>
<a class="button" href="${status?.links.page}">No, keep it</a>
</form>`;
}

/** What is left to say to somebody who has withdrawn. */
export function withdrawnPage(): Markup {
  return layout({ title: 'Withdrawn · Tributary', main: withdrawnSection({ shown: true }) });
}

/** On the other pages it is hidden, for the script to show when the withdrawal happens. */
export function withdrawnSection({ shown }: { shown: boolean }): Markup {
  return markup`<section class="card" id="withdrawn" aria-labelledby="withdrawn-title" ${shown ? undefined : hidden}>
<h1 id="withdrawn-title" tabindex="-1">You have withdrawn.</h1>
<p class="lead">Your account is deleted, and everybody else deletes their part. Your address is free: <a href="/">sign up again</a> whenever you like.</p>
</section>`;
}
