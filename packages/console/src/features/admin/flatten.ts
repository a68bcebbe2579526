/** A record with the members of its plain objects as rows of their own (`stageLimits.accept`); limits and lists stay whole. */
export function flatten(record: Record<string, unknown>): Map<string, unknown> {
  const out = new Map<string, unknown>()
  for (const [key, value] of Object.entries(record)) {
    const plain = typeof value === 'object' && value !== null && !Array.isArray(value) && !('kind' in value && 'value' in value)
    if (!plain) out.set(key, value)
    else for (const [sub, inner] of Object.entries(value)) out.set(`${key}.${sub}`, inner)
  }
  return out
}
