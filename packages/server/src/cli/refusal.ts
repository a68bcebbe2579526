import { env, stderr } from 'node:process'
import { COMMON_ERRORS } from '@chengyun/contract/common'
import { DatabaseFault, reasonOf } from '../platform/db/faults.ts'
import { AppError, type ErrorCatalogue, fillText } from '../platform/errors.ts'
import { SettingsError } from '../platform/settings.ts'

/** A fault of the call, for the person at the terminal: exit code 2. */
export class UsageError extends Error {}

/** The language of the terminal: Chinese where its locale is Chinese. */
export const terminalLanguage = (set: NodeJS.ProcessEnv = env): 'zh' | 'en' =>
  /^zh/i.test(set.LC_ALL || set.LC_MESSAGES || set.LANG || '') ? 'zh' : 'en'

/**
 * Says why a command did not do it, with its code and in the language of the terminal where it has both, and answers the exit code: 2 for what is
 * wrong with the call or the settings, otherwise 1.
 */
export async function tellRefusal(command: string, error: unknown): Promise<number> {
  const say = (line: string): boolean => stderr.write(`${line}\n`)
  const code = (error as { code?: unknown } | null)?.code
  if (typeof code === 'string' && code.startsWith('ERR_PARSE_ARGS')) {
    // Node goes on to explain how a name that begins with a dash would be given: nobody asked.
    say(`chengyun ${command}: ${reasonOf(error).split('. ')[0]}`)
    say(`chengyun ${command} --help`)
    return 2
  }
  if (error instanceof UsageError || error instanceof SettingsError) {
    say(error.message)
    return 2
  }
  if (error instanceof AppError) {
    say(`${error.code}: ${await sentenceOf(error)}`)
    for (const f of faultsOf(error)) say(`  ${f.file ?? ''}${f.path ?? ''}: ${f[terminalLanguage()]}`)
    return 1
  }
  say(error instanceof DatabaseFault ? `${error.code}: ${error.message}` : `chengyun ${command}: ${reasonOf(error)}`)
  return 1
}

interface Fault {
  file?: string
  path?: string
  zh: string
  en: string
}
const faultsOf = (error: AppError): Fault[] =>
  ((error.details?.faults ?? []) as Partial<Fault>[]).filter(
    (f): f is Fault => typeof f.zh === 'string' && typeof f.en === 'string'
  )

/** What a server said is in the language it was asked in; what was refused here carries the English text, or only its code. */
async function sentenceOf(error: AppError): Promise<string> {
  const { MODULES } = await import('../modules.ts')
  const known = (Object.assign({}, COMMON_ERRORS, ...MODULES.map((m) => m.errors)) as ErrorCatalogue)[error.code]
  const raw = error.message === known?.en || error.message === error.code
  return fillText(known && raw ? known[terminalLanguage()] : error.message, error.details)
}
