import { EmptyState } from '@chengyun/ui'
import { Alert, Button, Input } from 'antd'
import { useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { readRoster } from './roster.ts'
import type { useChange } from './useChange.tsx'

const SAMPLE = 'collector,collector,city,2026-06-01 08:00,2026-06-01 18:00,3702020010002;3702020010003'

/** Many shifts at once, pasted or from a file; faulty lines are named and left out, the rest is previewed before it applies. */
export function RosterImport({ propose }: { propose: ReturnType<typeof useChange>['propose'] }) {
  const { t } = useTranslation()
  const [text, setText] = useState('')
  const file = useRef<HTMLInputElement>(null)
  const { rows, faults } = useMemo(() => readRoster(text), [text])
  return (
    <>
      <p className="admin-muted">{t('roster.hint')}</p>
      <Input.TextArea
        rows={14}
        value={text}
        aria-label={t('roster.import')}
        placeholder={SAMPLE}
        onChange={(e) => setText(e.target.value)}
        style={{ margin: '12px 0' }}
      />
      {faults.length > 0 ? (
        <Alert
          type="warning"
          showIcon
          style={{ marginBottom: 12 }}
          title={t('roster.faults', { n: faults.length })}
          description={faults
            .slice(0, 8)
            .map((f) => t('roster.fault', { line: f.line, reason: t(`roster.reason.${f.reason}`) }))
            .join('；')}
        />
      ) : null}
      {text && rows.length === 0 && faults.length === 0 ? <EmptyState title={t('roster.empty')} /> : null}
      <input
        ref={file}
        type="file"
        accept=".csv,.tsv,.txt"
        hidden
        onChange={async (e) => {
          const [chosen] = e.target.files ?? []
          e.target.value = ''
          if (chosen) setText(await chosen.text())
        }}
      />
      <Button onClick={() => file.current?.click()}>{t('roster.file')}</Button>{' '}
      <Button
        type="primary"
        disabled={rows.length === 0}
        onClick={() =>
          void propose({
            title: t('roster.title', { n: rows.length }),
            path: '/org/shifts/import',
            method: 'POST',
            body: { rows }
          })
        }
      >
        {t('change.preview')}
      </Button>
    </>
  )
}
