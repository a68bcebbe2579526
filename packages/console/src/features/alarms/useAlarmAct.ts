import type { AlarmCard, HandAct } from '@chengyun/contract/alarms'
import { useQueryClient } from '@tanstack/react-query'
import { App } from 'antd'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiError, api } from '../../api/client.ts'
import { newKey } from '../../api/key.ts'

/** Does one act to an alarm, says what came of it and shows the alarm as it is then; answers whether it was done. */
export function useAlarmAct(card: AlarmCard | undefined) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const { message } = App.useApp()
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<ApiError | null>(null)
  const key = useRef(newKey())
  const send = async (act: HandAct, input: Record<string, unknown> = {}): Promise<boolean> => {
    if (!card) return false
    setBusy(true)
    setError(null)
    try {
      const next = await api<AlarmCard>(`/alarms/${card.id}/acts/${act}`, {
        body: { version: card.version, ...input },
        idempotencyKey: key.current
      })
      client.setQueryData(['alarm', card.id], next)
      void client.invalidateQueries({ queryKey: ['alarms'] })
      void message.success(t('alarms.done', { act: t(`alarms.do.${act}`), state: t(`alarms.state.${next.state}`) }))
      return true
    } catch (e) {
      setError(e as ApiError)
      if (e instanceof ApiError && e.code === 'ALARMS_VERSION_STALE')
        void client.invalidateQueries({ queryKey: ['alarm', card.id] })
      return false
    } finally {
      key.current = newKey()
      setBusy(false)
    }
  }
  return { send, busy, error }
}
