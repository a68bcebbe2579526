import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readFile, realpath, stat } from 'node:fs/promises'
import { dirname, join, resolve, sep } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { parseArgs } from 'node:util'
import { describe, type VerifyReport, verifyBundle } from '@chengyun/verify'

const HELP = `chengyun verify BUNDLE [--roots FILE] [--root DAY=HASH]... [--no-files] [--lang zh|en] [--json]

  BUNDLE        案卷包：JSON 文件，或含 bundle.json 的文件夹 / a JSON file, or a folder with bundle.json
  --roots FILE  已公布的日根：{"2026-03-05": "…"} / published day roots as JSON
  --root D=H    一个已公布的日根，可重复 / one published day root; may be repeated
  --no-files    不核验证据文件 / do not read evidence files
  --json        以 JSON 输出 / machine-readable report

  退出码 / exit code: 0 完好 intact · 1 有问题 findings · 2 用法或文件错误 usage or unreadable file`

/** The largest bundle text read: a thousand steps are about 1 MB. */
const MAX_BYTES = 256 * 1024 * 1024

class UsageError extends Error {}

/** Exit code: 0 intact, 1 findings, 2 the bundle could not be read or the arguments are wrong. */
async function run(argv: string[]): Promise<number> {
  try {
    const { values, positionals } = parse(argv)
    if (values.help) {
      console.log(HELP)
      return 0
    }
    const path = positionals[0]
    if (path === undefined || positionals.length > 1) throw new UsageError(HELP)
    const lang = values.lang === 'en' ? 'en' : 'zh'
    const { value, folder } = await load(path)
    const report = await verifyBundle(value, {
      publishedRoots: await publishedRoots(values.roots, values.root ?? []),
      ...(!values['no-files'] && { hashFile: (file: string) => hashFile(folder, file) })
    })
    console.log(values.json ? JSON.stringify(withTexts(report), null, 2) : inWords(report, lang))
    return report.ok ? 0 : 1
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error))
    return 2
  }
}

function parse(argv: string[]) {
  try {
    return parseArgs({
      args: argv,
      allowPositionals: true,
      options: {
        roots: { type: 'string' },
        root: { type: 'string', multiple: true },
        'no-files': { type: 'boolean' },
        lang: { type: 'string' },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' }
      }
    })
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}\n\n${HELP}`)
  }
}

async function load(path: string): Promise<{ value: unknown; folder: string }> {
  const found = await stat(path).catch(() => null)
  if (!found) throw new UsageError(`${path}: 没有这个文件 / no such file`)
  const isFolder = found.isDirectory()
  const file = isFolder ? join(path, 'bundle.json') : path
  const { size } = await stat(file)
  if (size > MAX_BYTES) throw new UsageError(`${file}: ${size} bytes is more than a bundle has`)
  try {
    return { value: JSON.parse(await readFile(file, 'utf8')), folder: dirname(resolve(file)) }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    // Broken JSON is a broken bundle, not a wrong call: the verifier says so.
    return { value: null, folder: dirname(resolve(file)) }
  }
}

async function publishedRoots(file: string | undefined, pairs: readonly string[]): Promise<Record<string, string>> {
  const roots: Record<string, unknown> =
    file === undefined ? {} : (JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>)
  for (const pair of pairs) {
    const at = pair.indexOf('=')
    roots[pair.slice(0, at)] = pair.slice(at + 1)
  }
  for (const [day, root] of Object.entries(roots)) {
    if (!/^\d{4}-\d\d-\d\d$/.test(day) || typeof root !== 'string' || !/^[0-9a-f]{64}$/.test(root)) {
      throw new UsageError(`published root of ${JSON.stringify(day)}: expected YYYY-MM-DD and 64 lower-case hex digits`)
    }
  }
  return roots as Record<string, string>
}

/** SHA-256 of a file inside the bundle's folder; `null` when it is missing, unreadable or lies outside. */
async function hashFile(folder: string, file: string): Promise<string | null> {
  try {
    const path = await realpath(join(folder, file))
    // A bundle is somebody else's file: it must not make us read (and so reveal the hash of) anything beside it.
    if (!path.startsWith((await realpath(folder)) + sep) || !(await stat(path)).isFile()) return null
    const hash = createHash('sha256')
    await pipeline(createReadStream(path), hash)
    return hash.digest('hex')
  } catch {
    return null
  }
}

const withTexts = (report: VerifyReport): object => ({
  ...report,
  findings: report.findings.map((finding) => ({ ...finding, zh: describe(finding, 'zh'), en: describe(finding, 'en') }))
})

function inWords(report: VerifyReport, lang: 'zh' | 'en'): string {
  const { days, evidence, steps } = report
  const title = `${report.caseNo ?? '—'}  ${report.caseId ?? ''}`
  const facts =
    lang === 'zh'
      ? `办理记录 ${steps} 条 · 证据 ${evidence.listed} 件（核验文件 ${evidence.filesChecked}） · 日根 ${days.listed} 个（证明 ${days.proven}，与公布一致 ${days.published}，尚未覆盖的记录 ${days.stepsNotYetCovered}）`
      : `${steps} steps · ${evidence.listed} pieces of evidence (${evidence.filesChecked} files read) · ${days.listed} day roots (${days.proven} proven, ${days.published} as published, ${days.stepsNotYetCovered} steps not yet covered)`
  const verdict = report.ok ? (lang === 'zh' ? '完好：未发现改动' : 'intact') : lang === 'zh' ? '有问题：' : 'not intact:'
  const note =
    lang === 'zh'
      ? '未与公布的日根比对：只能说明案卷包内部一致（用 --roots 或 --root 给出公布值）'
      : 'not compared with published day roots: this only shows that the bundle agrees with itself (give --roots or --root)'
  const lines = [title, facts, verdict, ...report.findings.map((f) => `  ✗ ${f.code}  ${describe(f, lang)}`)]
  return [...lines, ...(days.published === 0 ? [note] : [])].join('\n')
}

/** `chengyun verify`: checks an exported case without server and database. */
export const verifyCommand = { name: 'verify', summary: 'check an exported case without server and database', run }
