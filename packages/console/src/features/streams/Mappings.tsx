import type { MappingView, PayloadMapping, TrialView } from '@chengyun/contract/streams'
import { EmptyState, ErrorState, formatDateTime, Skeleton } from '@chengyun/ui'
import { Alert, Button, Form, Input, Switch } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useLocation } from 'wouter'
import { api } from '../../api/client.ts'
import { useAct } from '../../parts/useAct.tsx'
import { usePreferences } from '../../preferences.tsx'
import { isJson } from './DeviceForm.tsx'
import { useMappings } from './devices-data.ts'
import { StateMark } from './StateMark.tsx'

/** A beginning that reads `{"t": 21.5}` of a device named in the topic. */
const BLANK: PayloadMapping = {
  key: 'my-devices',
  name: { zh: 'my-devices', en: 'my-devices' },
  topic: 'my/{device}/data',
  device: { from: 'topic', by: 'code' },
  values: [{ path: 't', stream: 'temperature' }]
}

/** How payloads of devices that know no standard of ours become readings. */
export default function Mappings({ open }: { open: string | null }) {
  const { t } = useTranslation()
  const { language } = usePreferences()
  const [, navigate] = useLocation()
  const found = useMappings()
  if (found.isPending) return <Skeleton lines={8} />
  if (found.isError && !found.data) return <ErrorState message={found.error.message} onRetry={() => void found.refetch()} />
  const rows = found.data
  const chosen = rows.find((m) => m.declaration.key === open)
  return (
    <>
      <header className="streams-head">
        <h1>{t('streams.mappings')}</h1>
        <p>{t('streams.mappingsHint')}</p>
      </header>
      <div className="mapping-page">
        <nav aria-label={t('streams.mappings')}>
          <ul className="mapping-list">
            {rows.map((m) => (
              <li key={m.id}>
                <Link href={`/streams/mappings/${m.declaration.key}`} className={m === chosen ? 'on' : ''}>
                  {m.declaration.name[language]}
                  <small>
                    {m.declaration.topic ?? m.declaration.key}
                    {m.enabled ? '' : ` · ${t('streams.off')}`}
                  </small>
                </Link>
              </li>
            ))}
          </ul>
          <Button size="small" onClick={() => navigate('/streams/mappings/new')}>
            {t('streams.addMapping')}
          </Button>
        </nav>
        {open === null ? (
          <EmptyState title={t('streams.noMapping')} hint={t('streams.noMappingHint')} />
        ) : open !== 'new' && !chosen ? (
          <EmptyState title={t('streams.mappingGone')} />
        ) : (
          <Editor key={`${open} ${chosen?.version ?? 0}`} mapping={chosen ?? null} />
        )}
      </div>
    </>
  )
}

function Editor({ mapping }: { mapping: MappingView | null }) {
  const { t } = useTranslation()
  const [, navigate] = useLocation()
  const { act, busy } = useAct(['mappings'])
  const [text, setText] = useState(() => JSON.stringify(mapping?.declaration ?? BLANK, null, 2))
  const [enabled, setEnabled] = useState(mapping?.enabled ?? true)
  const valid = isJson(text)
  const save = async () => {
    const declaration = JSON.parse(text) as PayloadMapping
    const body = { declaration, enabled, version: mapping?.version ?? null }
    const done = await act(() => api<MappingView>(`/streams/mappings/${declaration.key}`, { method: 'PUT', body }), {
      done: t('streams.saved')
    })
    if (done) navigate(`/streams/mappings/${done.declaration.key}`)
  }
  const remove = async () => {
    const done = await act(
      async () => (await api(`/streams/mappings/${mapping?.declaration.key}`, { method: 'DELETE' })) ?? true,
      { done: t('streams.mappingRemoved') }
    )
    if (done) navigate('/streams/mappings')
  }
  return (
    <section>
      <div className="mapping-cols">
        <div>
          <h2>{t('streams.declaration')}</h2>
          <Input.TextArea
            className="streams-code"
            autoSize={{ minRows: 16, maxRows: 30 }}
            spellCheck={false}
            value={text}
            status={valid ? '' : 'error'}
            aria-label={t('streams.declaration')}
            onChange={(e) => setText(e.target.value)}
          />
          {valid ? null : <p className="late">{t('streams.notJson')}</p>}
          <p className="mapping-acts">
            <Switch checked={enabled} onChange={setEnabled} aria-label={t('streams.field.enabled')} />{' '}
            {t('streams.field.enabled')}
            <Button type="primary" disabled={!valid} loading={busy} onClick={() => void save()}>
              {t('streams.save')}
            </Button>
            {mapping ? (
              <Button danger type="text" loading={busy} onClick={() => void remove()}>
                {t('streams.remove')}
              </Button>
            ) : null}
          </p>
        </div>
        <Trial text={text} valid={valid} />
      </div>
    </section>
  )
}

interface TrialValues {
  topic?: string
  account?: string
  payload: string
}

/** What a payload would become: device, stream, moment, value and quality of each reading. */
function Trial({ text, valid }: { text: string; valid: boolean }) {
  const { t } = useTranslation()
  const [result, setResult] = useState<TrialView | null>(null)
  const [error, setError] = useState<string | null>(null)
  const run = async ({ topic, account, payload }: TrialValues) => {
    setError(null)
    try {
      const body = {
        declaration: JSON.parse(text) as PayloadMapping,
        payload,
        ...(topic && { topic }),
        ...(account && { account })
      }
      setResult(await api<TrialView>('/streams/mappings/try', { body }))
    } catch (e) {
      setResult(null)
      setError((e as Error).message)
    }
  }
  return (
    <div>
      <h2>{t('streams.trial')}</h2>
      <Form
        layout="vertical"
        requiredMark={false}
        initialValues={{ payload: '{"t": 21.5}' }}
        onFinish={(v: TrialValues) => void run(v)}
      >
        <Form.Item name="topic" label={t('streams.field.topic')}>
          <Input placeholder="my/D-001/data" maxLength={300} />
        </Form.Item>
        <Form.Item name="account" label={t('streams.field.sender')}>
          <Input maxLength={60} />
        </Form.Item>
        <Form.Item name="payload" label={t('streams.field.payload')}>
          <Input.TextArea className="streams-code" autoSize={{ minRows: 4, maxRows: 12 }} spellCheck={false} />
        </Form.Item>
        <Button htmlType="submit" disabled={!valid}>
          {t('streams.tryIt')}
        </Button>
      </Form>
      {error ? <Alert type="error" showIcon title={error} /> : null}
      {result ? (
        <>
          <h3>{t('streams.wouldBecome', { n: result.readings.length })}</h3>
          <table className="streams-table">
            <tbody>
              {result.readings.map((r) => (
                <tr key={`${r.device} ${r.stream} ${r.at}`}>
                  <td>{r.device}</td>
                  <td className={r.streamId === null ? 'late' : ''}>
                    {r.stream} {r.streamId === null ? `· ${t('streams.unknownStream')}` : ''}
                  </td>
                  <td>{formatDateTime(r.at, true)}</td>
                  <td className="num">{typeof r.result === 'number' ? r.result : JSON.stringify(r.result)}</td>
                  <td>
                    <StateMark state={r.quality} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
          {result.faults.map((f) => (
            <p key={f.code + f.detail} className="late">
              {f.code} · {f.detail}
            </p>
          ))}
        </>
      ) : null}
    </div>
  )
}
