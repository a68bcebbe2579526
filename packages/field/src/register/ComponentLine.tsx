import { useTranslation } from 'react-i18next'
import { useMetres } from '../app/distance.ts'
import type { Component } from './register.ts'
import './register.css'

/** A component in the language of the page: what it is called, and how it stands. */
export function useComponentWords(): (c: Component) => { name: string; status: string } {
  const { i18n } = useTranslation()
  const english = i18n.language === 'en'
  return (c) => ({ name: c.name ?? ((english && c.classNameEn) || c.className), status: english ? c.status.en : c.status.zh })
}

/** What the register says of a component, in two lines: name and status, code and whose it is. */
export function ComponentLine({ item, m }: { item: Component; m?: number | null }) {
  const { t } = useTranslation()
  const metres = useMetres()
  const { name, status } = useComponentWords()(item)
  return (
    <div>
      <b>
        {name}
        <span className="f-comp-status" data-tone={item.status.tone}>
          {status}
        </span>
      </b>
      <small>
        <code>{item.code}</code>
        {m === undefined || m === null ? null : <> · {metres(m, true)}</>}
      </small>
      <small>{[item.unit ?? t('register.noUnit'), item.address].filter(Boolean).join(' · ')}</small>
    </div>
  )
}
