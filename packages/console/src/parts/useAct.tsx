import { useQueryClient } from '@tanstack/react-query'
import { App, Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

export interface Said<T> {
  done: string
  /** Takes the act back; offered for some seconds after it. */
  undo?: (result: T) => Promise<unknown>
}

/** Does something at the server, says what came of it, offers to take it back, and reads the lists in `keys` again. */
export function useAct(keys: readonly string[]) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const { message, notification } = App.useApp()
  const [busy, setBusy] = useState(false)
  const refresh = () => keys.forEach((key) => void client.invalidateQueries({ queryKey: [key] }))

  /** What the work answered; undefined when it was refused, which has been said by then. */
  async function act<T>(work: () => Promise<T>, { done, undo }: Said<T>): Promise<T | undefined> {
    setBusy(true)
    try {
      const result = await work()
      if (undo) offer(done, () => undo(result))
      else void message.success(done)
      return result
    } catch (e) {
      void message.error((e as Error).message, 6)
      return undefined
    } finally {
      refresh()
      setBusy(false)
    }
  }
  const offer = (title: string, undo: () => Promise<unknown>) => {
    const key = `${title}${Date.now()}`
    const takeBack = async () => {
      notification.destroy(key)
      await act(undo, { done: t('change.undone') })
    }
    notification.success({
      key,
      title,
      duration: 12,
      actions: (
        <Button size="small" onClick={() => void takeBack()}>
          {t('change.undo')}
        </Button>
      )
    })
  }
  return { act, busy }
}
