import type { FieldClass } from '@chengyun/contract/field'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { classKey, recentClasses, rememberClass } from '../app/recents.ts'
import { Choices } from './Choices.tsx'
import { Icon } from './Icon.tsx'
import { Sheet } from './Sheet.tsx'

const SHOWN = 60

/** The name of a class in the language of the page. */
export function useClassName(): (c: Pick<FieldClass, 'name' | 'nameEn'>) => string {
  const { i18n } = useTranslation()
  return (c) => (i18n.language === 'en' && c.nameEn ? c.nameEn : c.name)
}

/** The class of a problem: those used last first, else by word or code, else down from its major class. */
export function ClassPicker(props: {
  classes: readonly FieldClass[]
  chosen: FieldClass | null
  onlyComponents?: boolean
  onChoose: (c: FieldClass) => void
}) {
  const { t } = useTranslation()
  const nameOf = useClassName()
  const [open, setOpen] = useState(false)
  return (
    <>
      <button type="button" className="f-row f-boxed" onClick={() => setOpen(true)}>
        <div>
          <b>{props.chosen ? nameOf(props.chosen) : t('class.choose')}</b>
          {props.chosen ? (
            <small>
              {t(`kind.${props.chosen.kind}`)} · {props.chosen.majorName} · {props.chosen.code}
            </small>
          ) : null}
        </div>
        <Icon name="next" />
      </button>
      {open ? (
        <ClassSheet
          {...props}
          onClose={() => setOpen(false)}
          onChoose={(c) => {
            rememberClass(c)
            props.onChoose(c)
            setOpen(false)
          }}
        />
      ) : null}
    </>
  )
}

function ClassSheet(props: {
  classes: readonly FieldClass[]
  chosen: FieldClass | null
  onlyComponents?: boolean
  onChoose: (c: FieldClass) => void
  onClose: () => void
}) {
  const { t } = useTranslation()
  const nameOf = useClassName()
  const [word, setWord] = useState('')
  const [kind, setKind] = useState<FieldClass['kind']>(props.onlyComponents ? 'component' : (props.chosen?.kind ?? 'matter'))
  const [major, setMajor] = useState<string | null>(null)
  const byKey = useMemo(() => new Map(props.classes.map((c) => [classKey(c), c])), [props.classes])
  const allowed = props.classes.filter((c) => !props.onlyComponents || c.kind === 'component')
  const asked = word.trim().toLowerCase()
  const found = asked
    ? allowed.filter((c) => `${c.code} ${c.name} ${c.nameEn} ${c.majorName}`.toLowerCase().includes(asked)).slice(0, SHOWN)
    : []
  const recent = recentClasses().flatMap((k) => {
    const c = byKey.get(k)
    return c && allowed.includes(c) ? [c] : []
  })
  const ofKind = allowed.filter((c) => c.kind === kind)
  const majors = [...new Map(ofKind.map((c) => [c.majorCode, c.majorName]))]
  const row = (c: FieldClass) => (
    <button
      key={classKey(c)}
      type="button"
      className="f-row"
      aria-pressed={props.chosen !== null && classKey(props.chosen) === classKey(c)}
      onClick={() => props.onChoose(c)}
    >
      <div>
        <b>{nameOf(c)}</b>
        <small>
          {t(`kind.${c.kind}`)} · {c.majorName} · {c.code}
        </small>
      </div>
    </button>
  )
  return (
    <Sheet title={t('class.choose')} tall onClose={props.onClose}>
      <div className="f-pad f-class-search">
        <input
          className="f-input"
          type="search"
          enterKeyHint="search"
          placeholder={t('class.search')}
          aria-label={t('class.search')}
          value={word}
          onChange={(e) => setWord(e.target.value)}
        />
      </div>
      {asked ? (
        found.length > 0 ? (
          found.map(row)
        ) : (
          <p className="f-pad f-soft">{t('class.none', { word })}</p>
        )
      ) : (
        <>
          {recent.length > 0 ? (
            <>
              <h3 className="f-h2 f-group">{t('class.recent')}</h3>
              {recent.map(row)}
            </>
          ) : null}
          {props.onlyComponents ? null : (
            <div className="f-pad">
              <Choices
                label={t('class.kind')}
                value={kind}
                options={[
                  { value: 'matter', label: t('kind.matter') },
                  { value: 'component', label: t('kind.component') }
                ]}
                onChange={(k) => {
                  setKind(k)
                  setMajor(null)
                }}
              />
            </div>
          )}
          {majors.map(([code, name]) => (
            <div key={code}>
              <button
                type="button"
                className="f-row f-major"
                aria-expanded={major === code}
                onClick={() => setMajor(major === code ? null : code)}
              >
                <div>
                  <b>{name}</b>
                </div>
                <Icon name={major === code ? 'minus' : 'plus'} />
              </button>
              {major === code ? ofKind.filter((c) => c.majorCode === code).map(row) : null}
            </div>
          ))}
        </>
      )}
    </Sheet>
  )
}
