import type { ProvisionReport, ProvisionRow } from '@chengyun/contract/streams'
import { formatNumber, type Language } from '@chengyun/ui'
import { useQueryClient } from '@tanstack/react-query'
import { Alert, Button, Progress } from 'antd'
import type { TFunction } from 'i18next'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, query } from '../../api/client.ts'
import { usePreferences } from '../../preferences.tsx'

const HEADERS = [
  'register',
  'code',
  'name',
  'class',
  'lng',
  'lat',
  'protocol',
  'account',
  'thingRegister',
  'thingCode',
  'streams'
]
const SHOWN = 200
/** Rows of one request. */
const PART = 500

const joined = (a: ProvisionReport, b: ProvisionReport): ProvisionReport => ({
  ...a,
  read: a.read + b.read,
  made: a.made + b.made,
  existing: a.existing + b.existing,
  refused: a.refused + b.refused,
  rows: [...a.rows, ...b.rows]
})

/** Many devices by a file: every row is judged before anything is made; the secrets are in the result once. */
export default function Provision() {
  const { t } = useTranslation()
  const client = useQueryClient()
  const input = useRef<HTMLInputElement>(null)
  const [file, setFile] = useState<File | null>(null)
  const [report, setReport] = useState<ProvisionReport | null>(null)
  const [error, setError] = useState<string | null>(null)
  const [progress, setProgress] = useState<{ done: number; total: number | null } | null>(null)
  const stopped = useRef(false)
  const run = async (chosen: File, dryRun: boolean) => {
    stopped.current = false
    setError(null)
    setReport(null)
    setProgress({ done: 0, total: null })
    let whole: ProvisionReport | null = null
    try {
      // Part by part: so it can be seen how far it is, and stopped between two commits; what was made by then is in the report with its secrets.
      for (let from = 0; !stopped.current && (whole === null || from < whole.total); from += PART) {
        const asked = query({ dryRun: dryRun || null, from, limit: PART })
        const part = await api<ProvisionReport>(`/streams/devices/provision${asked}`, { body: chosen })
        whole = whole === null ? part : joined(whole, part)
        setProgress({ done: whole.read, total: whole.total })
      }
    } catch (e) {
      setError((e as Error).message)
    } finally {
      setReport(whole)
      setProgress(null)
      if (!dryRun) for (const key of ['devices', 'streams', 'registry']) void client.invalidateQueries({ queryKey: [key] })
    }
  }
  const busy = progress !== null
  const take = (chosen: File | undefined) => {
    if (!chosen) return
    setFile(chosen)
    void run(chosen, true)
  }
  return (
    <>
      <header className="streams-head">
        <h1>{t('streams.provision')}</h1>
        <p>{t('streams.provisionHint')}</p>
      </header>
      <section
        className="provision-drop"
        aria-label={t('streams.chooseFile')}
        onDragOver={(e) => e.preventDefault()}
        onDrop={(e) => {
          e.preventDefault()
          take(e.dataTransfer.files[0])
        }}
      >
        <Button loading={busy} onClick={() => input.current?.click()}>
          {t('streams.chooseFile')}
        </Button>
        <span>{file ? file.name : t('streams.dropFile')}</span>
        <Button type="link" onClick={() => save(`${HEADERS.join(',')}\r\n`, 'devices.csv')}>
          {t('streams.template')}
        </Button>
        <input
          ref={input}
          type="file"
          hidden
          aria-label={t('streams.chooseFile')}
          accept=".csv,.xlsx"
          onChange={(e) => {
            take(e.target.files?.[0])
            e.target.value = ''
          }}
        />
      </section>
      {error ? <Alert type="error" showIcon title={error} /> : null}
      {progress ? (
        <div className="provision-progress" role="status">
          <Progress
            percent={progress.total === null || progress.total === 0 ? 0 : Math.floor((progress.done / progress.total) * 100)}
            size="small"
          />
          <span>
            {progress.total === null
              ? t('streams.provisionReading')
              : t('streams.provisionDone', { n: formatNumber(progress.done), all: formatNumber(progress.total) })}
          </span>
          <Button
            size="small"
            onClick={() => {
              stopped.current = true
            }}
          >
            {t('streams.provisionStop')}
          </Button>
        </div>
      ) : null}
      {report ? <Report report={report} busy={busy} onApply={() => file && void run(file, false)} /> : null}
    </>
  )
}

function Report({ report, busy, onApply }: { report: ProvisionReport; busy: boolean; onApply: () => void }) {
  const { t } = useTranslation()
  const { language } = usePreferences()
  const good = report.rows.filter((r) => r.outcome === 'wouldMake').length
  const counts = {
    n: formatNumber(report.read),
    good: formatNumber(good),
    existing: formatNumber(report.existing),
    refused: formatNumber(report.refused)
  }
  const rows = [...report.rows].sort((a, b) => rank(a) - rank(b) || a.line - b.line)
  return (
    <>
      <h2>
        {report.dryRun ? t('streams.wouldMake', counts) : t('streams.made', { ...counts, good: formatNumber(report.made) })}
      </h2>
      <p>
        {report.dryRun ? (
          <Button type="primary" loading={busy} disabled={good === 0} onClick={onApply}>
            {t('streams.makeThem', { n: formatNumber(good) })}
          </Button>
        ) : (
          <Button type="primary" onClick={() => save(secretsOf(report.rows), 'device-secrets.csv')} disabled={report.made === 0}>
            {t('streams.saveSecrets')}
          </Button>
        )}{' '}
        {report.refused > 0 ? (
          <Button onClick={() => save(rejectsOf(report.rows, language, t), 'device-rejects.csv')}>
            {t('streams.saveRejects', { n: formatNumber(report.refused) })}
          </Button>
        ) : null}{' '}
        {report.dryRun ? null : <span className="streams-note">{t('streams.secretsOnce')}</span>}
      </p>
      {report.read < report.total ? (
        <Alert
          type="warning"
          showIcon
          title={t('streams.provisionStopped', { n: formatNumber(report.read), all: formatNumber(report.total) })}
        />
      ) : null}
      <div className="streams-scroll">
        <table className="streams-table">
          <thead>
            <tr>
              {['line', 'code', 'outcome', 'thing', 'streams', 'account', 'reason'].map((c) => (
                <th key={c} scope="col">
                  {t(`streams.col.${c}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, SHOWN).map((r) => (
              <tr key={r.line}>
                <td>{r.line}</td>
                <td>{r.code}</td>
                <td className={r.outcome === 'refused' ? 'late' : ''}>{t(`streams.outcome.${r.outcome}`)}</td>
                <td>{r.thing ?? '–'}</td>
                <td>{r.streams.join(', ')}</td>
                <td>{r.account ?? '–'}</td>
                <td>{r.faults.map((f) => reasonOf(f, language)).join('；')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {rows.length > SHOWN ? (
        <p className="streams-note">{t('streams.moreRows', { n: formatNumber(rows.length - SHOWN) })}</p>
      ) : null}
    </>
  )
}

/** Refused rows first: they are what somebody has to look at. */
const rank = (r: ProvisionRow): number => ({ refused: 0, exists: 1, wouldMake: 2, made: 2 })[r.outcome]

const reasonOf = (f: ProvisionRow['faults'][number], language: Language): string =>
  `${f.column === '' ? '' : `${f.column}: `}${language === 'zh' ? f.messageZh : f.message}`

/** Each fault of each refused row on a line of its own, to be worked off beside the file. */
function rejectsOf(rows: readonly ProvisionRow[], language: Language, t: TFunction): string {
  const head = ['line', 'code', 'column', 'reason'].map((c) => t(`streams.col.${c}`))
  const faults = rows.flatMap((r) =>
    r.faults.map((f) => [String(r.line), r.code, f.column, language === 'zh' ? f.messageZh : f.message])
  )
  return [head, ...faults].map((r) => r.map(quoted).join(',')).join('\r\n')
}

const quoted = (v: string): string => (/[",\n]/.test(v) ? `"${v.replaceAll('"', '""')}"` : v)

function secretsOf(rows: readonly ProvisionRow[]): string {
  const made = rows.filter((r) => r.outcome === 'made')
  return [['code', 'account', 'secret'], ...made.map((r) => [r.code, r.account ?? '', r.secret ?? ''])]
    .map((r) => r.map(quoted).join(','))
    .join('\r\n')
}

function save(text: string, name: string): void {
  const url = URL.createObjectURL(new Blob(['\ufeff', text], { type: 'text/csv' }))
  const a = document.createElement('a')
  a.href = url
  a.download = name
  a.click()
  URL.revokeObjectURL(url)
}
