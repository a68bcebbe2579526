import type { CaseView } from '@chengyun/contract/cases'
import { formatDateTime } from '@chengyun/ui'
import { App, Button, Input, Popconfirm } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client.ts'
import { useMay } from '../../api/session.ts'

interface Contact {
  name: string | null
  phone: string | null
}

/** The reporter, masked; shown in clear to those who may, for a reason that is put on record. */
export function Reporter({ view }: { view: CaseView }) {
  const { t } = useTranslation()
  const may = useMay()
  const { message } = App.useApp()
  const [reason, setReason] = useState('')
  const [clear, setClear] = useState<Contact | null>(null)
  const shown = clear ?? view.reporter
  const forgottenAt = view.reporter?.forgottenAt
  if (forgottenAt) return <>{t('reveal.forgotten', { at: formatDateTime(forgottenAt) })}</>
  const text = [shown?.name, shown?.phone].filter(Boolean).join(' · ')
  if (!text) return null
  const reveal = async () => {
    try {
      setClear(await api<Contact>(`/cases/${view.id}/reveal`, { body: { reason: reason.trim() } }))
    } catch (e) {
      void message.error((e as Error).message)
    }
  }
  return (
    <>
      {text}{' '}
      {view.reporter?.masked && !clear && may('pii:view') ? (
        <Popconfirm
          icon={null}
          title={t('reveal.title')}
          description={
            <Input
              autoFocus
              value={reason}
              maxLength={200}
              placeholder={t('reveal.reason')}
              onChange={(e) => setReason(e.target.value)}
            />
          }
          okButtonProps={{ disabled: reason.trim().length < 2 }}
          onConfirm={() => void reveal()}
        >
          <Button size="small" type="link" style={{ padding: 0, height: 'auto' }}>
            {t('reveal.show')}
          </Button>
        </Popconfirm>
      ) : null}
    </>
  )
}
