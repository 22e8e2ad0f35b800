import { type Html, html } from '../../html.ts';
import { type AssetUrl, page } from '../page.ts';

/** Where the form of a page sends what was filled in, and what the page says then. */
interface Form {
  /** Path of the operation. */
  readonly action: string;
  readonly button: string;
  readonly fields?: Html;
  readonly done: string;
  /** When the token is not good any more. */
  readonly stale: string;
}

export function verifyEmailPage(action: string, asset: AssetUrl): string {
  return accountPage('Confirm your e-mail address', asset, {
    action,
    button: 'Confirm the address',
    done: 'The address is confirmed. You can close this page.',
    stale: 'This link is not good any more. Ask for the mail again, and use the newest one.',
  });
}

/** @param least characters of a password */
export function resetPasswordPage(action: string, least: number, asset: AssetUrl): string {
  return accountPage('Set a new password', asset, {
    action,
    button: 'Set the password',
    fields: html`<p class="field">
<label for="password">New password</label>
<input id="password" name="password" type="password" autocomplete="new-password" required aria-describedby="hint">
<span id="hint" class="hint">At least ${least} characters; longer is better.</span>
</p>
<p class="choice">
<input id="show" type="checkbox" data-shows="password">
<label for="show">Show the password</label>
</p>
`,
    done: 'The new password is set, and all sessions are ended. You can log in now.',
    stale: 'This link is not good any more. Ask for a new password again, and use the newest mail.',
  });
}

/** Nothing happens before the button: what opens links to look at them, such as a mail scanner, must not use them up. */
function accountPage(title: string, asset: AssetUrl, form: Form): string {
  const { action, button, fields = '', done, stale } = form;
  return page({
    title,
    asset,
    head: html`<link rel="stylesheet" href="${asset('style.css')}">
<link rel="stylesheet" href="${asset('account.css')}">
<script defer src="${asset('account.js')}"></script>`,
    header: html`<span class="brand">Taskpact</span>`,
    body: html`<main class="prose account">
<h1>${title}</h1>
<noscript><p>This page needs JavaScript.</p></noscript>
<form id="form" hidden data-action="${action}" data-done="${done}" data-stale="${stale}">
${fields}<button type="submit">${button}</button>
</form>
<p id="status" role="status" tabindex="-1"></p>
</main>`,
  });
}
