import type { BatchView } from '@chengyun/contract/registry'
import { EmptyState } from '@chengyun/ui'
import { App, Button } from 'antd'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import { api } from '../../api/client.ts'
import { useAct } from '../../parts/useAct.tsx'
import type { BatchPartProps } from './BatchPage.tsx'
import { FileCard } from './FileCard.tsx'
import { useFresh } from './useFresh.ts'

const KINDS = '.csv,.txt,.xlsx,.geojson,.json,.geojsonl,.ndjson,.zip,.gpkg'

/** The files of a batch: sent here, then their columns said; then the dry run can begin. */
export function BatchFiles({ batch, register }: BatchPartProps) {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const [, navigate] = useLocation()
  const fresh = useFresh()
  const { act, busy } = useAct(['registry'])
  const [sending, setSending] = useState<string | null>(null)
  const input = useRef<HTMLInputElement>(null)
  const may = batch.can.includes('upload')
  const send = async (files: FileList | null) => {
    for (const file of files ?? []) {
      setSending(file.name)
      const form = new FormData()
      form.append('file', file, file.name)
      try {
        await api<BatchView>(`/registry/batches/${batch.id}/files`, { body: form })
      } catch (e) {
        void message.error((e as Error).message, 8)
      }
    }
    setSending(null)
    fresh()
  }
  const start = async () => {
    const done = await act(() => api(`/registry/batches/${batch.id}/check`, { method: 'POST', body: {} }), {
      done: t('registry.checkBegun')
    })
    if (done !== undefined) navigate(`/registers/batches/${batch.id}?step=check`)
  }
  const missing = batch.files.some((f) => f.missing.length > 0)
  return (
    <>
      {may ? (
        // biome-ignore lint/a11y/noStaticElementInteractions: dropping is a second way; the button takes the keyboard
        <div
          className="reg-drop"
          onDragOver={(e) => e.preventDefault()}
          onDrop={(e) => {
            e.preventDefault()
            void send(e.dataTransfer.files)
          }}
        >
          <Button
            type={batch.files.length === 0 ? 'primary' : 'default'}
            loading={sending !== null}
            onClick={() => input.current?.click()}
          >
            {t('registry.chooseFile')}
          </Button>
          <span>{sending ? t('registry.sending', { name: sending }) : t('registry.dropFile')}</span>
          <span className="reg-drop-end">
            {t('registry.template')}{' '}
            {(['xlsx', 'csv'] as const).map((format) => (
              <a key={format} href={`/api/registry/types/${register.id}/template.${format}`} download>
                {t(`registry.fileFormat.${format}`)}
              </a>
            ))}
          </span>
          <input
            ref={input}
            type="file"
            multiple
            hidden
            accept={KINDS}
            aria-label={t('registry.chooseFile')}
            onChange={(e) => {
              void send(e.target.files).finally(() => {
                if (input.current) input.current.value = ''
              })
            }}
          />
        </div>
      ) : null}
      {batch.files.length === 0 && !may ? <EmptyState title={t('registry.noFiles')} /> : null}
      {batch.files.map((file) => (
        <FileCard key={file.no} batch={batch} register={register} file={file} />
      ))}
      {batch.can.includes('check') && batch.files.length > 0 ? (
        <footer className="reg-acts reg-batch-acts">
          <Button type="primary" disabled={missing || sending !== null} loading={busy} onClick={() => void start()}>
            {t('registry.startCheck')}
          </Button>
          <span className="reg-hint">{t(missing ? 'registry.mappingLacks' : 'registry.checkHint')}</span>
        </footer>
      ) : null}
    </>
  )
}
