import { type Html, html } from '../../html.ts';

/** The little of Markdown that the contract's descriptions use: paragraphs, and code between backticks. */
export function prose(markdown: string): readonly Html[] {
  return markdown
    .trim()
    .split(/\n{2,}/)
    .map((paragraph) => html`<p>${inlineCode(paragraph)}</p>\n`);
}

export function inlineCode(text: string): readonly Html[] {
  return text.split('`').map((part, index) => (index % 2 === 0 ? html`${part}` : html`<code>${part}</code>`));
}
