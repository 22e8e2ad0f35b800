import { isIP } from 'node:net';
import { ConfigError, type Environment, type Variable } from './environment.ts';

export type Reader = ReturnType<typeof reader>;

/** Reads settings in their forms. @throws ConfigError naming the variable that is malformed */
export function reader(environment: Environment) {
  // An empty value counts as not set, as in compose files that pass variables through.
  const text = (name: Variable, fallback: string): string => environment[name]?.trim() || fallback;
  const list = (name: Variable): string[] =>
    text(name, '')
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== '');
  return {
    text,
    choice: <T extends string>(name: Variable, choices: readonly T[], fallback: NoInfer<T>): T => {
      const value = text(name, fallback);
      const choice = choices.find((candidate) => candidate === value);
      if (choice === undefined) throw new ConfigError(`${name} must be one of ${choices.join(', ')}.`);
      return choice;
    },
    integer: (name: Variable, fallback: number, least: number, most: number): number => {
      const value = text(name, String(fallback));
      const number = Number(value);
      if (!/^\d+$/.test(value) || number < least || number > most) {
        throw new ConfigError(`${name} must be a whole number from ${least} to ${most}.`);
      }
      return number;
    },
    flag: (name: Variable, fallback: boolean): boolean => {
      const value = text(name, String(fallback));
      if (value !== 'true' && value !== 'false') throw new ConfigError(`${name} must be true or false.`);
      return value === 'true';
    },
    duration: (name: Variable, fallback: string, least: number, most: number): number => {
      const seconds = parseDuration(name, text(name, fallback));
      if (seconds < least || seconds > most) {
        throw new ConfigError(`${name} must be between ${least}s and ${most}s.`);
      }
      return seconds;
    },
    origin: (name: Variable, fallback: string): string => parseOrigin(name, text(name, fallback)),
    origins: (name: Variable): readonly string[] =>
      Object.freeze(list(name).map((origin) => parseOrigin(name, origin))),
    /** @param example how such a URL starts, for the message */
    url: (name: Variable, protocol: RegExp, example: string): string | undefined => {
      const value = text(name, '');
      if (value === '') return undefined;
      // The value may hold a password, so it is not repeated.
      if (!/^\w+:\/\/./.test(value) || !URL.canParse(value) || !protocol.test(new URL(value).protocol)) {
        throw new ConfigError(`${name} must be a URL that starts with ${example}.`);
      }
      return value;
    },
    smtpUrl: (name: Variable): string | undefined => {
      const value = text(name, '');
      if (value === '') return undefined;
      // The value holds a password, so it is not repeated.
      if (!/^smtps?:\/\/./.test(value) || !URL.canParse(value) || new URL(value).hostname === '') {
        throw new ConfigError(`${name} must be a URL such as smtps://user:password@mail.example.com.`);
      }
      return value;
    },
    email: (name: Variable): string | undefined => {
      const value = text(name, '');
      if (value === '' || isEmailAddress(value)) return value || undefined;
      throw new ConfigError(`${name} must be an e-mail address such as ada@example.com.`);
    },
    sender: (name: Variable, fallback: string): { readonly name: string; readonly address: string } => {
      const [, called = '', angled, bare] =
        /^(?:"?([^"<>\p{Cc}]*?)"?\s*<([^\s<>@\p{Cc}]+@[^\s<>@\p{Cc}]+)>|([^\s<>@\p{Cc}]+@[^\s<>@\p{Cc}]+))$/u.exec(
          text(name, fallback),
        ) ?? [];
      const address = angled ?? bare;
      if (address === undefined) {
        throw new ConfigError(`${name} must be an address such as Taskpact <no-reply@example.com>.`);
      }
      return Object.freeze({ name: called, address });
    },
    trustProxy: (name: Variable): false | number | readonly string[] => {
      const value = text(name, 'false');
      if (value === 'false') return false;
      if (/^[1-9]$/.test(value)) return Number(value);
      const proxies = list(name);
      if (proxies.length > 0 && proxies.every(isProxyAddress)) return Object.freeze(proxies);
      throw new ConfigError(
        `${name} must be false, how many proxies there are (1 to 9), or a list of their addresses such as ` +
          'loopback, 10.0.0.0/8.',
      );
    },
  };
}

/** Whether it is an address of the usual kind; the contract takes some that are odder. */
export function isEmailAddress(text: string): boolean {
  return (
    text.length <= 254 && /^[\w+-]+(\.[\w+-]+)*@[a-z\d]+(-+[a-z\d]+)*(\.[a-z\d]+(-+[a-z\d]+)*)+$/i.test(text)
  );
}

/** What Express takes for the address of a proxy, or for a range of addresses. */
function isProxyAddress(text: string): boolean {
  if (['loopback', 'linklocal', 'uniquelocal'].includes(text)) return true;
  const [, address = '', bits] = /^([\da-fA-F.:]+)(?:\/([1-9]\d{0,2}))?$/.exec(text) ?? [];
  const version = isIP(address);
  return version !== 0 && Number(bits ?? 0) <= (version === 4 ? 32 : 128);
}

function parseDuration(name: Variable, value: string): number {
  const [, amount, unit] = /^(\d{1,6})([smhd])$/.exec(value) ?? [];
  if (amount === undefined || unit === undefined) {
    throw new ConfigError(`${name} must be a duration such as 30s, 15m, 12h or 30d.`);
  }
  return Number(amount) * { s: 1, m: 60, h: 3600, d: 86_400 }[unit as 's' | 'm' | 'h' | 'd'];
}

function parseOrigin(name: Variable, value: string): string {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  // A star is a name like any other to URL, and would match nothing.
  const isOrigin =
    url !== undefined && /^https?:\/\/[^*]+\/$/.test(url.href) && `${url.origin}/` === url.href;
  if (isOrigin) return url.origin;
  throw new ConfigError(`${name} must be an origin such as https://app.example.com, without a path.`);
}
