import { useQuery } from '@tanstack/react-query'
import { Tooltip } from 'antd'
import { useTranslation } from 'react-i18next'
import { api } from '../api/client.ts'

/** The operation mode in force: 平时, 战时 or 重大活动保障. Limits differ by it, so it is always in sight. */
export function ModeMark() {
  const { t } = useTranslation()
  const flow = useQuery({
    queryKey: ['flow'],
    queryFn: ({ signal }) => api<{ config: { mode: 'normal' | 'wartime' | 'majorEvent' } }>('/cases/config/flow', { signal }),
    staleTime: 60_000,
    refetchInterval: 120_000
  })
  if (!flow.data) return null
  const { mode } = flow.data.config
  return (
    <Tooltip title={t(`mode.${mode}.hint`)}>
      <span className={`shell-mode ${mode}`}>{t(`mode.${mode}`)}</span>
    </Tooltip>
  )
}
