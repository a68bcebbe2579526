/** A topic to publish on: no wildcards, no NUL, 1 to 1024 bytes (MQTT 3.1.1, 4.7). */
export const isTopic = (topic: string): boolean =>
  topic.length > 0 && topic.length <= 1024 && !/[+#\0]/.test(topic) && !topic.startsWith('$')

/** A filter to subscribe with: `+` and `#` stand alone in their level, `#` is the last one. */
export function isFilter(filter: string): boolean {
  if (filter.length === 0 || filter.length > 1024 || filter.includes('\0')) return false
  const levels = filter.split('/')
  return levels.every((level, i) => level === '+' || (level === '#' ? i === levels.length - 1 : !/[+#]/.test(level)))
}

/** A filter and the query that SensorThings subscriptions may carry; `select` is null where it asks for nothing, or for anything but members. */
export function readFilter(topic: string): { base: string; query: string; select: string[] | null } {
  const at = topic.startsWith('v1.1/') ? topic.indexOf('?') : -1
  if (at < 0) return { base: topic, query: '', select: null }
  const query = topic.slice(at)
  return { base: topic.slice(0, at), query, select: selectOf(query) }
}

/** `?$select=result,phenomenonTime` (SensorThings 1.1, 14.3). */
function selectOf(query: string): string[] | null {
  const m = /^\?\$select=([A-Za-z@.,/]{1,300})$/.exec(decodeURIComponent(query.replace(/%(?![0-9A-Fa-f]{2})/g, '%25')))
  return m ? m[1]!.split(',').map((name) => name.trim()) : null
}

/** The filter of a topic written with `{device}` in the place of the device, and which level that is (−1: none). */
export function topicFilter(topic: string): { filter: string; deviceLevel: number } {
  const levels = topic.split('/')
  return { filter: levels.map((l) => (l === '{device}' ? '+' : l)).join('/'), deviceLevel: levels.indexOf('{device}') }
}

/** Does the topic fall under the filter? */
export function filterMatches(filter: string, topic: string): boolean {
  if (filter === topic) return true
  const want = filter.split('/')
  const have = topic.split('/')
  if (have[0]!.startsWith('$') && /^[+#]/.test(filter)) return false
  for (const [i, level] of want.entries()) {
    if (level === '#') return true
    if (i >= have.length || (level !== '+' && level !== have[i])) return false
  }
  return want.length === have.length
}

/** Is everything that falls under `inner` also under `outer`? For rights: a subscription must stay within what was granted. */
export function filterCovers(outer: string, inner: string): boolean {
  const out = outer.split('/')
  const inn = inner.split('/')
  for (const [i, level] of out.entries()) {
    if (level === '#') return true
    if (i >= inn.length || inn[i] === '#') return false
    if (level !== '+' && level !== inn[i]) return false
  }
  return out.length === inn.length
}

interface Node<T> {
  values: Set<T> | null
  next: Map<string, Node<T>> | null
}

const empty = <T>(): Node<T> => ({ values: null, next: null })

/** Subscriptions by the levels of their filters: finding who listens costs the depth of the topic, not the number of subscriptions. */
export class TopicTree<T> {
  readonly #root = empty<T>()
  /** Grows with each change; whoever keeps what `match` found looks here first. */
  version = 0

  add(filter: string, value: T): void {
    let at = this.#root
    for (const level of filter.split('/')) {
      at.next ??= new Map()
      let next = at.next.get(level)
      if (!next) {
        next = empty<T>()
        at.next.set(level, next)
      }
      at = next
    }
    at.values ??= new Set()
    at.values.add(value)
    this.version += 1
  }

  remove(filter: string, value: T): void {
    this.#remove(this.#root, filter.split('/'), 0, value)
    this.version += 1
  }

  #remove(node: Node<T>, levels: readonly string[], depth: number, value: T): boolean {
    if (depth === levels.length) {
      node.values?.delete(value)
      if (node.values?.size === 0) node.values = null
    } else {
      const next = node.next?.get(levels[depth]!)
      if (next && this.#remove(next, levels, depth + 1, value)) node.next!.delete(levels[depth]!)
      if (node.next?.size === 0) node.next = null
    }
    return node.values === null && node.next === null
  }

  /** Could any filter take a topic whose first level is this? */
  mayReach(first: string): boolean {
    const { next } = this.#root
    return next !== null && (next.has(first) || next.has('+') || next.has('#'))
  }

  /** All values whose filter the topic falls under; each once. */
  match(topic: string): Set<T> {
    const found = new Set<T>()
    const levels = topic.split('/')
    this.#match(this.#root, levels, 0, found, topic.startsWith('$'))
    return found
  }

  #match(node: Node<T>, levels: readonly string[], depth: number, found: Set<T>, isHidden: boolean): void {
    const hides = isHidden && depth === 0
    const rest = node.next?.get('#')
    if (rest?.values && !hides) for (const value of rest.values) found.add(value)
    if (depth === levels.length) {
      if (node.values) for (const value of node.values) found.add(value)
      return
    }
    const exact = node.next?.get(levels[depth]!)
    if (exact) this.#match(exact, levels, depth + 1, found, isHidden)
    const any = hides ? undefined : node.next?.get('+')
    if (any) this.#match(any, levels, depth + 1, found, isHidden)
  }
}
