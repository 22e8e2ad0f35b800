import { html } from '../html.ts';
import type { Template } from './templates.ts';

/** A mail as text and as HTML that say the same. */
export interface Rendered {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** @param address of the template's link, with the token in its fragment */
export function render(template: Template, address?: string): Rendered {
  const { subject, paragraphs, closing } = template;
  const link = template.link && address !== undefined ? { ...template.link, address } : undefined;
  const life = link && `The link works once, for ${inWords(link.life)}.`;
  const text = [
    'Hello,',
    ...paragraphs,
    ...(link ? [`${link.label}:\n${link.address}`, String(life)] : []),
    closing,
  ];
  const button = link
    ? html`<p style="margin:24px 0"><a href="${link.address}" style="${BUTTON}">${link.label}</a></p>
<p>${String(life)} If the button does not work, copy this address into your browser:</p>
<p style="word-break:break-all"><a href="${link.address}">${link.address}</a></p>`
    : '';
  const document = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${subject}</title>
</head>
<body style="margin:0;padding:24px;font:16px/1.5 system-ui,sans-serif">
<div style="max-width:560px;margin:0 auto">
<h1 style="font-size:20px;line-height:1.3">${subject}</h1>
<p>Hello,</p>
${paragraphs.map((paragraph) => html`<p>${paragraph}</p>\n`)}${button}
<p>${closing}</p>
</div>
</body>
</html>
`;
  return { subject, text: `${text.join('\n\n')}\n`, html: document.text };
}

const BUTTON =
  'display:inline-block;padding:12px 20px;border-radius:6px;background:#0b6e5f;color:#ffffff;font-weight:600;' +
  'text-decoration:none';

function inWords(seconds: number): string {
  const minutes = seconds / 60;
  return minutes <= 90 ? `${minutes} minutes` : `${minutes / 60} hours`;
}
