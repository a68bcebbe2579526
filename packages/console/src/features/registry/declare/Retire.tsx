import type { TypeDetail } from '@chengyun/contract/registry'
import { App, Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { api } from '../../../api/client.ts'
import { useAct } from '../../../parts/useAct.tsx'
import { usePreferences } from '../../../preferences.tsx'

/** Retires a register that nobody uses any more; its items must be gone. */
export function Retire({ register }: { register: TypeDetail }) {
  const { t } = useTranslation()
  const { language } = usePreferences()
  const { modal } = App.useApp()
  const { act } = useAct(['registry'])
  if (register.state === 'retired') return <span className="reg-hint">{t('registry.retired')}</span>
  const ask = () =>
    modal.confirm({
      title: t('registry.retireAsk', { name: register.declaration.name[language] }),
      content: t('registry.retireHint'),
      okText: t('registry.retire'),
      cancelText: t('registry.cancel'),
      okButtonProps: { danger: true },
      onOk: () => act(() => api(`/registry/types/${register.id}/retire`, { method: 'POST' }), { done: t('registry.retiredDone') })
    })
  return (
    <Button danger onClick={() => void ask()}>
      {t('registry.retire')}
    </Button>
  )
}
