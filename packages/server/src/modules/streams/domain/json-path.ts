/** A place inside JSON, ready to be read many times. */
export type PathStep = string | number

export class PathError extends Error {}

const NAME = /^[^.[\]'"\s]+/

/**
 * `a.b[0].c`, `['a b']`, `$` or `$.a`: one place, no wildcards. Own members only, so that no path reaches a prototype.
 * @throws PathError with the place of the fault.
 */
export function parsePath(text: string): readonly PathStep[] {
  const steps: PathStep[] = []
  let rest = text.trim()
  if (rest.startsWith('$')) rest = rest.slice(1)
  let isFirst = true
  while (rest !== '') {
    const quoted = /^\[(?:'([^']*)'|"([^"]*)")\]/.exec(rest)
    const index = /^\[(\d{1,6})\]/.exec(rest)
    if (quoted) {
      steps.push(quoted[1] ?? quoted[2]!)
      rest = rest.slice(quoted[0].length)
    } else if (index) {
      steps.push(Number(index[1]))
      rest = rest.slice(index[0].length)
    } else {
      if (rest.startsWith('.')) rest = rest.slice(1)
      else if (!isFirst) throw new PathError(`"${text}": expected . or [ before "${rest}"`)
      const name = NAME.exec(rest)
      if (!name) throw new PathError(`"${text}": expected a name at "${rest}"`)
      steps.push(name[0])
      rest = rest.slice(name[0].length)
    }
    isFirst = false
  }
  return steps
}

/** What stands at the place; undefined where nothing does. */
export function valueAt(root: unknown, path: readonly PathStep[]): unknown {
  let at = root
  for (const step of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, step)) return undefined
    at = (at as Record<PathStep, unknown>)[step]
  }
  return at
}
