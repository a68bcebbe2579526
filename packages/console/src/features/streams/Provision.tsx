import type { ProvisionReport, ProvisionRow } from '@chengyun/contract/streams'
import { formatNumber } from '@chengyun/ui'
import { useQueryClient } from '@tanstack/react-query'
import { Alert, Button } from 'antd'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client.ts'

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

/** Many devices by a file: every row is judged before anything is made; the secrets are in the result once. */
export default function Provision() {
  const { t } = useTranslation()
  const client = useQueryClient()
  const input = useRef<HTMLInputElement>(null)
  const [file, setFile] = useState<File | null>(null)
  const [report, setReport] = useState<ProvisionReport | null>(null)
  const [error, setError] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const run = async (chosen: File, dryRun: boolean) => {
    setBusy(true)
    setError(null)
    try {
      setReport(await api<ProvisionReport>(`/streams/devices/provision${dryRun ? '?dryRun=true' : ''}`, { body: chosen }))
      if (!dryRun) for (const key of ['devices', 'streams', 'registry']) void client.invalidateQueries({ queryKey: [key] })
    } catch (e) {
      setError((e as Error).message)
      setReport(null)
    } finally {
      setBusy(false)
    }
  }
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
      {report ? <Report report={report} busy={busy} onApply={() => file && void run(file, false)} /> : null}
    </>
  )
}

function Report({ report, busy, onApply }: { report: ProvisionReport; busy: boolean; onApply: () => void }) {
  const { t } = useTranslation()
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
        {report.dryRun ? null : <span className="streams-note">{t('streams.secretsOnce')}</span>}
      </p>
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
                <td>{r.faults.map((f) => `${f.column}: ${f.message}`).join('；')}</td>
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
