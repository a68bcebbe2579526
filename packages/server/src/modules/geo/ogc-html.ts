/** The same documents for people: plain pages without scripts, since a browser is the first client of every service. */

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
const escaped = (value: unknown): string => String(value ?? '').replace(/[&<>"']/g, (c) => ESCAPES[c] as string)
const link = (href: string, text: string): string => `<a href="${escaped(href)}">${escaped(text)}</a>`

const STYLE =
  'body{font:15px/1.6 system-ui,sans-serif;max-width:1100px;margin:0 auto;padding:24px;color:#1b2430;background:#f7f8fa}' +
  'h1{font-size:22px}table{border-collapse:collapse;background:#fff;width:100%}td,th{border:1px solid #dfe3ea;padding:4px 8px;text-align:left;font-size:13px;vertical-align:top}' +
  'a{color:#1456b8}nav{margin-bottom:8px}p{color:#4b5768}'

/** A page with a trail of links above it. */
export function page(title: string, trail: readonly [href: string, text: string][], body: string): string {
  return `<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${escaped(
    title
  )}</title><style>${STYLE}</style></head><body><nav>${trail.map(([href, text]) => link(href, text)).join(' › ')}</nav><h1>${escaped(title)}</h1>${body}</body></html>`
}

export const list = (items: readonly { href: string; title: string; note?: string }[]): string =>
  `<ul>${items.map((i) => `<li>${link(i.href, i.title)}${i.note ? ` <p>${escaped(i.note)}</p>` : ''}</li>`).join('')}</ul>`

/** Rows of features with their properties; `columns` are [name, title]. */
export const table = (
  columns: readonly [string, string][],
  rows: readonly { href: string; values: Record<string, unknown> }[]
): string =>
  `<table><thead><tr>${columns.map(([, t]) => `<th>${escaped(t)}</th>`).join('')}</tr></thead><tbody>${rows
    .map(
      (r) =>
        `<tr>${columns
          .map(
            ([name], i) => `<td>${i === 0 ? link(r.href, String(r.values[name] ?? '–')) : escaped(shown(r.values[name]))}</td>`
          )
          .join('')}</tr>`
    )
    .join('')}</tbody></table>`

const shown = (value: unknown): unknown => (Array.isArray(value) ? value.join('、') : value)

export const facts = (rows: readonly [string, unknown][]): string =>
  `<table><tbody>${rows.map(([name, value]) => `<tr><th>${escaped(name)}</th><td>${escaped(shown(value))}</td></tr>`).join('')}</tbody></table>`

export const more = (href: string | null, text: string): string => (href === null ? '' : `<p>${link(href, text)}</p>`)
