import type { FieldProposal, ProposalKind } from '@chengyun/contract/field'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useDraft } from '../../app/drafts.ts'
import { usePosition } from '../../app/position.ts'
import { classKey } from '../../app/recents.ts'
import { say } from '../../app/toast.ts'
import { useWork } from '../../app/work.ts'
import { ExtraShots } from '../../camera/PhotoSlot.tsx'
import type { Shot } from '../../camera/shot.ts'
import { Choices } from '../../parts/Choices.tsx'
import { ClassPicker } from '../../parts/ClassPicker.tsx'
import { Nav } from '../../parts/Nav.tsx'
import { Act, Note, Screen } from '../../parts/Screen.tsx'
import { ComponentField } from '../../register/ComponentField.tsx'
import { ComponentLine } from '../../register/ComponentLine.tsx'
import { isWholeCode, nearOf, SAME_M } from '../../register/register.ts'
import { useRegister } from '../../register/useRegister.ts'
import { PlaceField } from '../place/PlaceField.tsx'
import { NO_PLACE, type PlaceDraft, usePlace } from '../place/usePlace.ts'
import { MyProposals } from './MyProposals.tsx'
import './component.css'

interface Draft extends PlaceDraft {
  kind: ProposalKind
  componentId: string
  classKey: string | null
  note: string
  shots: Shot[]
}
const EMPTY: Draft = {
  kind: 'moved',
  componentId: '',
  classKey: null,
  ...NO_PLACE,
  note: '',
  shots: []
}
const KINDS = ['new', 'moved', 'gone'] as const

/** A correction of the component register: one that is new, stands elsewhere, or is gone. Whoever watches the field decides on it. */
export function Component() {
  const { t } = useTranslation()
  const { pack, submit } = useWork()
  const here = usePosition()
  const draft = useDraft('component', EMPTY)
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)
  const d = draft.value
  const change = (part: Partial<Draft>) => draft.set((old) => ({ ...old, ...part }))
  const at = usePlace(d, change, { ready: draft.ready, held: d.shots.length > 0 })
  const { place } = at
  const chosen = (pack?.classes ?? []).find((c) => classKey(c) === d.classKey) ?? null
  const register = useRegister()
  // A new one where one of its class stands already is most often that one (standards: 15 m).
  const twins =
    d.kind === 'new' && chosen && place
      ? nearOf(register.list, place, chosen.code).filter((n) => n.m <= SAME_M && n.item.classCode === chosen.code)
      : []
  const pick = (c: { code: string }) => change({ componentId: c.code })

  const hand = async () => {
    const missing =
      d.kind === 'new' && !chosen
        ? 'class'
        : d.kind !== 'new' && !isWholeCode(d.componentId)
          ? 'code'
          : d.kind !== 'gone' && !place
            ? 'place'
            : d.shots.length === 0
              ? 'photo'
              : null
    if (missing) return setProblem(t(`component.missing.${missing}`))
    setBusy(true)
    setProblem(null)
    const input: FieldProposal = {
      kind: d.kind,
      ...(isWholeCode(d.componentId) ? { componentId: d.componentId } : {}),
      ...(d.kind === 'new' && chosen ? { classCode: chosen.code } : {}),
      ...(d.kind !== 'gone' && place ? { location: [place[0], place[1]] } : {}),
      ...(d.note.trim() ? { note: d.note.trim() } : {})
    }
    try {
      await submit({ kind: 'proposal', input, shots: d.shots, place: at.fix, accuracyM: at.accuracyM })
      draft.clear()
      say(t('component.kept'))
    } catch {
      setProblem(t('app.notKept'))
    }
    setBusy(false)
  }

  return (
    <Screen
      title={t('component.title')}
      foot={
        <>
          <footer className="f-foot f-shift-foot">
            <Act kind="primary" disabled={busy || !draft.ready} onClick={() => void hand()}>
              {t('component.submit')}
            </Act>
          </footer>
          <Nav />
        </>
      }
    >
      <div className="f-pad">{problem ? <Note kind="bad">{problem}</Note> : <p className="f-soft">{t('component.hint')}</p>}</div>
      <div className="f-pad f-component-kind">
        <Choices
          label={t('component.kind')}
          value={d.kind}
          options={KINDS.map((k) => ({ value: k, label: t(`component.${k}`) }))}
          onChange={(kind) => change({ kind })}
        />
      </div>
      <section className="f-part">
        {d.kind === 'new' ? (
          <>
            <h2>{t('component.class')}</h2>
            <ClassPicker
              classes={pack?.classes ?? []}
              chosen={chosen}
              onlyComponents
              onChoose={(c) => change({ classKey: classKey(c) })}
            />
            {twins.length > 0 ? <Note>{t('component.twin', { m: SAME_M })}</Note> : null}
            <ul>
              {twins.map(({ item, m }) => (
                <li key={item.code} className="f-twin">
                  <ComponentLine item={item} m={m} />
                </li>
              ))}
            </ul>
          </>
        ) : (
          <ComponentField
            label={t('component.code')}
            code={d.componentId}
            at={here.place}
            classCode={null}
            onCode={(componentId) => change({ componentId })}
            onPick={pick}
          />
        )}
      </section>
      {d.kind === 'gone' ? null : (
        <PlaceField
          {...at}
          limitM={pack?.correctionM ?? 200}
          parts={{ list: register.list, chosen: d.componentId, onPick: pick }}
        />
      )}
      <section className="f-part">
        <h2>{t('component.photo')}</h2>
        <ExtraShots phase="reference" sort="image" shots={d.shots} onChange={(shots) => change({ shots })} />
      </section>
      <section className="f-part">
        <label className="f-field">
          <span>{t('component.note')}</span>
          <textarea className="f-input" maxLength={500} value={d.note} onChange={(e) => change({ note: e.target.value })} />
        </label>
      </section>
      <MyProposals />
    </Screen>
  )
}
