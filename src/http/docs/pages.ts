import { type Html, html } from '../../html.ts';
import { type AssetUrl, type Page, page as sitePage } from '../page.ts';
import type { AnsweringOperation, ExplainedProblem } from './problems.ts';
import { inlineCode, prose } from './prose.ts';

/** The contract as an interactive page. Swagger UI fills `#docs`. */
export function contractPage(asset: AssetUrl): string {
  return page({
    title: 'API',
    asset,
    head: html`<link rel="stylesheet" href="${asset('swagger-ui.css')}">
<link rel="stylesheet" href="${asset('style.css')}">
<script defer src="${asset('swagger-ui-bundle.js')}"></script>
<script defer src="${asset('initializer.js')}"></script>`,
    body: html`<main id="docs">
<noscript><p class="notice">This page needs JavaScript. The contract is also there as
<a href="/openapi.yaml">YAML</a> and as <a href="/openapi.json">JSON</a>.</p></noscript>
</main>`,
  });
}

export function problemListPage(problems: readonly ExplainedProblem[], asset: AssetUrl): string {
  const items = problems.map(({ code, status, title }) =>
    entry(`/docs/problems/${code}`, String(status), code, title),
  );
  return page({
    title: 'Problems',
    asset,
    head: stylesheet(asset),
    body: html`<main class="prose">
<h1>Problems</h1>
<p>Every error is answered as <code>application/problem+json</code> (RFC 9457). Its <code>code</code> is one of these, its
<code>type</code> is the address of that code's page.</p>
${entries(items)}
</main>`,
  });
}

export function problemPage(problem: ExplainedProblem, asset: AssetUrl): string {
  const { code, status, title, description, operations, example } = problem;
  return page({
    title,
    asset,
    head: stylesheet(asset),
    body: html`<main class="prose">
<p class="above"><a href="/docs/problems">Problems</a></p>
<h1>${title}</h1>
<dl>
<div><dt>Status</dt><dd>${status}</dd></div>
<div><dt>Code</dt><dd><code>${code}</code></dd></div>
</dl>
${prose(description)}<h2>Operations that answer it</h2>
${operations.length === 0 ? NO_OPERATION : operationList(operations)}
${example === undefined ? '' : html`<h2>Example</h2>\n<pre tabindex="0"><code>${JSON.stringify(example, null, 2)}</code></pre>`}
</main>`,
  });
}

const NO_OPERATION = html`<p>No operation in particular: it is about the request or the connection as a whole.</p>`;

function operationList(operations: readonly AnsweringOperation[]): Html {
  return entries(
    operations.map(({ id, method, path, tag, summary }) =>
      entry(`/docs#/${encodeURIComponent(tag)}/${id}`, method.toUpperCase(), path, summary),
    ),
  );
}

function entries(items: readonly Html[]): Html {
  return html`<ul class="entries">\n${items}</ul>`;
}

function entry(address: string, label: string, name: string, summary: string): Html {
  return html`<li><a href="${address}"><span class="label">${label}</span> <code>${name}</code></a>
<span class="summary">${inlineCode(summary)}</span></li>\n`;
}

function stylesheet(asset: AssetUrl): Html {
  return html`<link rel="stylesheet" href="${asset('style.css')}">`;
}

function page({ title, asset, head, body }: Omit<Page, 'header'>): string {
  return sitePage({ title, asset, head, header: DOCS_HEADER, body });
}

const DOCS_HEADER = html`<a class="brand" href="/docs">Taskpact</a>
<nav aria-label="Documentation">
<a href="/docs">API</a>
<a href="/docs/problems">Problems</a>
<a href="/openapi.yaml">openapi.yaml</a>
</nav>`;
