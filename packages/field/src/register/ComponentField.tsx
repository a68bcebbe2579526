import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Place } from '../map/project.ts'
import { ComponentCode } from '../parts/ComponentCode.tsx'
import { Act, Note } from '../parts/Screen.tsx'
import { ComponentLine } from './ComponentLine.tsx'
import { ComponentSheet } from './ComponentSheet.tsx'
import { type Component, endingWith, isWholeCode } from './register.ts'
import { useComponent, useRegister } from './useRegister.ts'

/** Which component: its code typed (the last digits suffice) or read from its plate, or found in the list or on the map of what is near. */
export function ComponentField(props: {
  label: string
  code: string
  /** Where the person stands or the thing is: what is near stands first. */
  at: Place | null
  /** Components of this class are the likely ones. */
  classCode: string | null
  onCode: (code: string) => void
  /** A component of the register was chosen, in whatever way. */
  onPick: (component: Component) => void
}) {
  const { t } = useTranslation()
  const { list, find } = useRegister()
  const [open, setOpen] = useState(false)
  const { code, at, onPick } = props
  const found = useComponent(code, onPick)
  const ending = isWholeCode(code) ? [] : endingWith(list, code, at)
  const type = (typed: string) => {
    const known = isWholeCode(typed) ? find(typed) : null
    if (known) onPick(known)
    else props.onCode(typed)
  }
  return (
    <div className="f-comp">
      <ComponentCode label={props.label} value={code} onCode={type} />
      {ending.length > 0 ? (
        <ul className="f-comp-found" aria-label={t('register.ending', { digits: code })}>
          {ending.map(({ item, m }) => (
            <li key={item.code}>
              <button type="button" className="f-row" onClick={() => onPick(item)}>
                <ComponentLine item={item} m={at ? m : null} />
              </button>
            </li>
          ))}
        </ul>
      ) : null}
      {found === null ? null : typeof found === 'string' ? (
        <Note kind={found === 'asking' || found === 'offline' ? 'calm' : 'bad'}>{t(`register.${found}`)}</Note>
      ) : (
        <div className="f-comp-card">
          <ComponentLine item={found.component} />
        </div>
      )}
      <Act icon="part" onClick={() => setOpen(true)}>
        {t('register.near')}
      </Act>
      {open ? (
        <ComponentSheet
          at={at}
          classCode={props.classCode}
          chosen={code}
          onClose={() => setOpen(false)}
          onPick={(c) => {
            onPick(c)
            setOpen(false)
          }}
        />
      ) : null}
    </div>
  )
}
