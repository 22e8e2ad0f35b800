// The pages that links in mails lead to. The token is in the fragment, so that no server and no log sees it on the way.

const form = document.getElementById('form');
const status = document.getElementById('status');
const button = form.querySelector('button');

const token = new URLSearchParams(location.hash.slice(1)).get('token');
// Nor shall it stay in the browser's history.
history.replaceState(null, '', location.pathname);

function say(text, kind) {
  status.textContent = text;
  status.className = kind;
  status.focus();
}

/** What a refusal means to somebody who knows nothing of HTTP. */
function explain(code, problem) {
  if (code === 409) return 'Somebody else has an account with this e-mail address already.';
  const faults = problem.errors ?? [];
  const own = faults.find(({ pointer }) => pointer !== '/token');
  if (code === 422) return own ? `The ${own.pointer.slice(1)} ${own.message}.` : form.dataset.stale;
  return 'That did not work. Try again in a moment.';
}

async function send() {
  const body = JSON.stringify({ token, ...Object.fromEntries(new FormData(form)) });
  const headers = { 'Content-Type': 'application/json' };
  const answer = await fetch(form.dataset.action, { method: 'POST', headers, body });
  if (answer.ok) {
    form.hidden = true;
    say(form.dataset.done, 'done');
  } else say(explain(answer.status, await answer.json().catch(() => ({}))), 'fault');
}

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  button.disabled = true;
  say('One moment…', 'busy');
  try {
    await send();
  } catch {
    say('The server can not be reached. Try again in a moment.', 'fault');
  }
  button.disabled = false;
});

for (const box of form.querySelectorAll('[data-shows]')) {
  const field = document.getElementById(box.dataset.shows);
  box.addEventListener('change', () => {
    field.type = box.checked ? 'text' : 'password';
  });
}

if (token) form.hidden = false;
else say('Something is missing from the address of this page. Open the link in the mail again.', 'fault');
