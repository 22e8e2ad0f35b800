import type { Purpose } from '../auth/action-tokens.ts';

/** The link of a mail: what it is good for, for how long, and where it leads. */
export interface MailedLink {
  readonly purpose: Purpose;
  /** Seconds. */
  readonly life: number;
  /** Path of the page, on the front end or on this server, that takes the token in its fragment. */
  readonly page: '/verify-email' | '/reset-password';
  /** What the link says. */
  readonly label: string;
}

export interface Template {
  readonly subject: string;
  /** What there is to say, before the link if there is one. */
  readonly paragraphs: readonly string[];
  readonly link?: MailedLink;
  /** What to do if the mail is a surprise. */
  readonly closing: string;
}

const MINUTE = 60;
const HOUR = 60 * MINUTE;

const IGNORE = 'If you did not ask for this, ignore this mail: nothing will happen.';
const ACT =
  'If this was not you, somebody may know your password: set a new one with “forgot password” at once, and end all ' +
  'other sessions.';

/** Every mail that there is. None repeats what a user has written: whoever registers a stranger's address could use that. */
export const TEMPLATES = {
  verification: {
    subject: 'Confirm your e-mail address',
    paragraphs: ['Somebody, most likely you, has made a Taskpact account with this e-mail address.'],
    link: { purpose: 'verify_email', life: 24 * HOUR, page: '/verify-email', label: 'Confirm the address' },
    closing: IGNORE,
  },
  passwordReset: {
    subject: 'Set a new password',
    paragraphs: ['Somebody, most likely you, wants to set a new password for your Taskpact account.'],
    link: {
      purpose: 'reset_password',
      life: 60 * MINUTE,
      page: '/reset-password',
      label: 'Set a new password',
    },
    closing: IGNORE,
  },
  invitation: {
    subject: 'Your Taskpact account',
    paragraphs: [
      'A Taskpact account was made for you. Choose a password, then log in with this e-mail address.',
    ],
    link: {
      purpose: 'reset_password',
      life: 72 * HOUR,
      page: '/reset-password',
      label: 'Choose a password',
    },
    closing: 'If you do not know what this is about, ignore this mail.',
  },
  emailChange: {
    subject: 'Confirm your new e-mail address',
    paragraphs: ['Somebody, most likely you, wants to use this e-mail address for a Taskpact account.'],
    link: { purpose: 'change_email', life: 60 * MINUTE, page: '/verify-email', label: 'Use this address' },
    closing: IGNORE,
  },
  emailChangeNotice: {
    subject: 'A change of your e-mail address was asked for',
    paragraphs: [
      'Somebody who knows the password of your Taskpact account wants to give it another e-mail address. The change ' +
        'happens when the link that was sent to the new address is followed.',
    ],
    closing: ACT,
  },
  emailChanged: {
    subject: 'Your e-mail address was changed',
    paragraphs: [
      'Your Taskpact account has another e-mail address now. This one can no longer be used to log in.',
    ],
    closing: 'If this was not you, tell those who run this service at once.',
  },
  passwordChanged: {
    subject: 'Your password was changed',
    paragraphs: ['The password of your Taskpact account was changed.'],
    closing: ACT,
  },
} as const satisfies Readonly<Record<string, Template>>;

export type MailName = keyof typeof TEMPLATES;
