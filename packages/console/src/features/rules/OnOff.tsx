import type { RuleView } from '@chengyun/contract/alarms'
import { Switch } from 'antd'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client.ts'
import { useAct } from '../../parts/useAct.tsx'
import { usePreferences } from '../../preferences.tsx'

/** Switches a rule on or off; a standing alarm of it ends when it is off. */
export function OnOff({ rule }: { rule: RuleView }) {
  const { t } = useTranslation()
  const { language } = usePreferences()
  const { act, busy } = useAct(['alarm-rules'])
  const name = rule.rule.name[language]
  return (
    <Switch
      size="small"
      checked={rule.enabled}
      loading={busy}
      disabled={!rule.can.edit}
      aria-label={t('arules.onOff', { name })}
      onChange={(enabled) =>
        void act(() => api<RuleView>(`/alarms/rules/${rule.id}`, { method: 'PUT', body: { version: rule.version, enabled } }), {
          done: t(enabled ? 'arules.switchedOn' : 'arules.switchedOff', { name }),
          undo: (now) => api(`/alarms/rules/${rule.id}`, { method: 'PUT', body: { version: now.version, enabled: !enabled } })
        })
      }
    />
  )
}
