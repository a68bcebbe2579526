/** A table; cells lose what would break it. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((c) => c.replace(/\|/g, '\\|').replace(/\s+/g, ' ').trim()).join(' | ')} |`
  return [line(head), `|${head.map(() => '---|').join('')}`, ...rows.map(line)].join('\n')
}

export const code = (text: string): string => (text === '' ? '' : `\`${text}\``)

/** A page: title, where it comes from, then its parts. Nobody edits it by hand. */
export function page(title: string, from: string, parts: readonly string[]): string {
  return [
    `# ${title}`,
    `Written by \`packages/server/src/platform/docs.test.ts\` from ${from}; the test fails when it is stale, and writes it anew with\n\`CHENGYUN_TEST_WRITE_DOCS=1\`. Do not edit.`,
    ...parts
  ]
    .join('\n\n')
    .concat('\n')
}

/** The modules that files belong to: a page should not go stale because a file was renamed. */
export const modulesOf = (files: readonly string[]): string =>
  [...new Set(files.map((f) => /^modules\/([^/]+)\//.exec(f)?.[1] ?? 'platform'))].sort().join(', ')
