import { type Html, html } from '../html.ts';

/** Address of an asset by its file name. */
export type AssetUrl = (name: string) => string;

export interface Page {
  readonly title: string;
  readonly asset: AssetUrl;
  readonly head: Html;
  /** What stands beside or below the name in the header. */
  readonly header: Html;
  readonly body: Html;
}

/** What all pages have in common. Wants the assets `favicon.svg`, and in its head whatever else it loads. */
export function page({ title, asset, head, header, body }: Page): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} | Taskpact</title>
<link rel="icon" type="image/svg+xml" href="${asset('favicon.svg')}">
${head}
</head>
<body>
<header class="site">
${header}
</header>
${body}
</body>
</html>
`.text;
}
