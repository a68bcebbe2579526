import type { RegisterDeclaration } from '@chengyun/contract/registry'
import { useTranslation } from 'react-i18next'
import { usePreferences } from '../../preferences.tsx'
import { stateOf } from './value.ts'

const SHAPES = {
  ok: <circle cx="5" cy="5" r="4.4" fill="var(--cy-ok)" />,
  soon: <path d="M5 .4 9.800 9.400H.2Z" fill="var(--cy-soon)" />,
  late: <rect x=".5" y=".5" width="9" height="9" rx="1.500" fill="var(--cy-late)" />,
  paused: <path d="M1.400 1h2.600v8H1.400Zm4.600 0h2.600v8H6Z" fill="var(--cy-paused)" />,
  none: <circle cx="5" cy="5" r="3.600" fill="none" stroke="var(--cy-paused)" strokeWidth="1.600" />
}

/** The state of an item: its shape and its name. */
export function State({ declaration, status }: { declaration: RegisterDeclaration; status: string }) {
  const { language } = usePreferences()
  const { t } = useTranslation()
  const state = stateOf(declaration, status)
  return (
    <span className={`reg-state${state?.ends ? ' ended' : ''}`}>
      <svg viewBox="0 0 10 10" aria-hidden="true">
        {SHAPES[state?.tone ?? 'none']}
      </svg>
      {state?.name[language] ?? t('registry.unknownState', { key: status })}
    </span>
  )
}
