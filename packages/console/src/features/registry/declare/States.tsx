import type { RegisterDeclaration } from '@chengyun/contract/registry'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { usePreferences } from '../../../preferences.tsx'
import type { PartProps } from './Basics.tsx'
import { moved } from './blank.ts'
import { Flag, Line, Names, Pick, RowActs, Text } from './parts.tsx'

type State = RegisterDeclaration['states'][number]
const TONES = ['ok', 'soon', 'late', 'paused'] as const

/** The life cycle: its states, the one items begin in, those in which they are no longer there. */
export function States({ d, onChange }: PartProps) {
  const { t } = useTranslation()
  const { language } = usePreferences()
  const put = (states: State[]) => onChange({ states })
  const set = (i: number, change: Partial<State>) => put(d.states.map((s, j) => (j === i ? { ...s, ...change } : s)))
  return (
    <>
      <Line label={t('registry.initialState')}>
        <Pick
          label={t('registry.initialState')}
          width={180}
          value={d.initialState}
          options={d.states.filter((s) => !s.ends).map((s) => ({ value: s.key, label: s.name[language] || s.key }))}
          onChange={(initialState) => initialState && onChange({ initialState })}
        />
      </Line>
      {d.states.map((s, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the key of a row is being typed; its number is what stays
        <div key={i} className="reg-decl-state">
          <Text label={t('registry.key')} value={s.key} max={40} onChange={(key) => set(i, { key })} />
          <Names label={t('registry.stateName')} value={s.name} onChange={(name) => set(i, { name })} />
          <Pick
            label={t('registry.tone')}
            clear
            value={s.tone}
            options={TONES.map((value) => ({ value, label: t(`registry.tone.${value}`) }))}
            onChange={(tone) => set(i, { tone } as Partial<State>)}
          />
          <span className="reg-decl-flag">
            <Flag label={t('registry.ends')} value={s.ends} onChange={(ends) => set(i, { ends })} />
            {t('registry.ends')}
          </span>
          <RowActs
            what={s.name[language] || s.key}
            onUp={() => put(moved(d.states, i, -1))}
            onDown={() => put(moved(d.states, i, 1))}
            onDrop={() => put(d.states.filter((_, j) => j !== i))}
          />
        </div>
      ))}
      <Button size="small" type="link" onClick={() => put([...d.states, { key: '', name: { zh: '', en: '' } }])}>
        {t('registry.addState')}
      </Button>
    </>
  )
}
