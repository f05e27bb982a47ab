import { isComplete, showErrors, takeOver } from './form-errors.js';
import { send } from './send.js';

/**
 * Another name and the withdrawal without leaving the page. The browser sends the manage token by itself: no script can read it.
 * @param watching what `watch` returned
 */
export function manage(section, watching) {
  const { statusUrl } = section.dataset;
  const page = statusUrl.replace('/signups/', '/welcome/');

  const nameForm = document.getElementById('otherNameForm');
  takeOver(nameForm, async () => {
    if (!isComplete(nameForm)) return;
    const { accepted, problem } = await send(`${statusUrl}/workspace-name`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(Object.fromEntries(new FormData(nameForm))),
    });
    if (accepted) nameForm.reset();
    else showErrors(nameForm, [{ field: 'workspaceName', detail: problem.errors[0]?.detail ?? problem.title }]);
    // Refused perhaps because another tab was first: what is true now is told by the status.
    watching.lookAgain(accepted);
  });

  const dialog = document.getElementById('withdraw');
  const leave = document.getElementById('leave');
  leave.href = `${page}/withdraw`;
  leave.addEventListener('click', (event) => {
    event.preventDefault();
    dialog.showModal();
  });
  const keep = dialog.querySelector('a');
  keep.href = page;
  keep.addEventListener('click', (event) => {
    event.preventDefault();
    dialog.close();
  });
  takeOver(dialog.querySelector('form'), async () => {
    const { accepted, problem } = await send(statusUrl, { method: 'DELETE' });
    if (accepted) return watching.withdrawn();
    const alert = dialog.querySelector('.alert');
    alert.hidden = false;
    alert.textContent = problem.title;
  });
}
