import type { ModuleDef } from '../../packages/server/src/platform/module.ts'
import { code, modulesOf, page, table } from './markdown.ts'
import type { ContractModule, SourceFile } from './sources.ts'

interface EventFacts {
  name: string
  what: string
  payload: string
}

/** Events the contract describes: constants *_EVENTS, and names that stand only in the types of events.ts. */
export function describedEvents(contract: readonly ContractModule[], eventsText: (module: string) => string): EventFacts[] {
  const out = new Map<string, EventFacts>()
  for (const module of contract) {
    const text = eventsText(module.name)
    for (const m of text.matchAll(/'([a-z]+\.\w+)'\s*:/g)) {
      const name = m[1]!
      if (!out.has(name)) out.set(name, { name, what: commentOf(text, name), payload: '' })
    }
    for (const [constant, value] of Object.entries(module.exports)) {
      if (!constant.endsWith('_EVENTS')) continue
      for (const [name, described] of Object.entries(value as Record<string, unknown>))
        out.set(name, factsOf(name, described, text))
    }
  }
  return [...out.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
}

function factsOf(name: string, described: unknown, text: string): EventFacts {
  if (typeof described === 'string') return { name, what: described, payload: '' }
  const properties = (described as { properties?: object }).properties ?? (described as object)
  return { name, what: commentOf(text, name), payload: Object.keys(properties).map(code).join(', ') }
}

/** The comment above the line that names the event, or the one that begins with it. */
function commentOf(text: string, name: string): string {
  const own = new RegExp(`/\\*\\* \`${name.replace('.', '\\.')}\`: ([^*]*)\\*/`).exec(text)?.[1]
  if (own) return (own.charAt(0).toUpperCase() + own.slice(1)).trim()
  const lines = text.split('\n')
  const at = lines.findIndex((line) => line.trim().startsWith(`'${name}'`))
  for (let i = at - 1; i >= 0 && i >= at - 3; i--) {
    const comment = /\/\*\* (.*) \*\//.exec(lines[i]!)?.[1]
    if (comment) return comment
    // A group of events shares the comment above the first of it.
    if (!lines[i]!.trim().startsWith(`'${name.split('.')[0]}.`)) break
  }
  return ''
}

/** Event name → files that announce it. */
export function announcedIn(sources: readonly SourceFile[], names: readonly string[]): Map<string, string[]> {
  const out = new Map<string, string[]>()
  for (const { file, text } of sources) {
    if (!file.startsWith('modules/')) continue
    for (const m of text.matchAll(/\bemit\(\s*'([a-z]+\.\w+)'|\bname: '([a-z]+\.\w+)'/g)) {
      const name = m[1] ?? m[2]!
      if (m[1] !== undefined || names.includes(name)) out.set(name, [...new Set([...(out.get(name) ?? []), file])])
    }
  }
  // Steps of a case go through a statement of their own, which names the event in SQL.
  for (const { file, text } of sources) {
    for (const name of names)
      if (
        !out.has(name) &&
        file.startsWith('modules/') &&
        !/listeners|index|jobs|routes/.test(file) &&
        text.includes(`'${name}'`)
      )
        out.set(name, [file])
  }
  return out
}

/** docs/generated/events.md: what is announced, by whom, and who listens. */
export function eventsPage(
  events: readonly EventFacts[],
  announced: ReadonlyMap<string, string[]>,
  modules: readonly ModuleDef[]
): string {
  const rows = events.map((e) => [
    code(e.name),
    e.what,
    e.payload,
    modulesOf(announced.get(e.name) ?? []),
    modules
      .filter((m) => m.listeners?.[e.name])
      .map((m) => m.name)
      .join(', '),
    modules.some((m) => m.live?.[e.name]) ? 'yes' : ''
  ])
  const intro =
    'Events are committed together with the change they tell of and delivered after it, in one order, exactly once to each listener. “Live” events also reach open screens (`/api/live`) of people who may know.'
  return page('Events', 'the `*_EVENTS` of `packages/contract/src` and the modules that announce and hear them', [
    intro,
    table(['Event', 'What happened', 'Payload', 'Announced by', 'Heard by', 'Live'], rows)
  ])
}

/** Events announced or heard that the contract does not describe, and described ones that nobody announces. */
export function eventFaults(
  events: readonly EventFacts[],
  announced: ReadonlyMap<string, string[]>,
  modules: readonly ModuleDef[]
): string[] {
  const described = new Set(events.map((e) => e.name))
  const faults: string[] = []
  for (const [name, files] of announced)
    if (!described.has(name)) faults.push(`${name} is announced in ${files.join(', ')} and described in no events.ts`)
  for (const name of described) if (!announced.has(name)) faults.push(`${name} is described and nobody announces it`)
  for (const m of modules) {
    for (const name of [...Object.keys(m.listeners ?? {}), ...Object.keys(m.live ?? {})]) {
      if (!described.has(name)) faults.push(`${m.name} hears ${name}, which is described in no events.ts`)
    }
  }
  return [...new Set(faults)]
}
