import type { FieldClass, FieldReport } from '@chengyun/contract/field'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useDraft } from '../../app/drafts.ts'
import { classKey } from '../../app/recents.ts'
import { goBack } from '../../app/route.ts'
import { say } from '../../app/toast.ts'
import { useWork } from '../../app/work.ts'
import { ExtraShots, PhotoSlot } from '../../camera/PhotoSlot.tsx'
import type { Shot } from '../../camera/shot.ts'
import { distanceM } from '../../map/project.ts'
import { Choices } from '../../parts/Choices.tsx'
import { ClassPicker, useClassName } from '../../parts/ClassPicker.tsx'
import { Act, Foot, Note, Screen } from '../../parts/Screen.tsx'
import { ComponentField } from '../../register/ComponentField.tsx'
import type { Component } from '../../register/register.ts'
import { useRegister } from '../../register/useRegister.ts'
import { PlaceField } from '../place/PlaceField.tsx'
import { NO_PLACE, usePlace } from '../place/usePlace.ts'
import { missingOf, type ReportDraft } from './missing.ts'
import './report.css'

const EMPTY: ReportDraft = {
  self: false,
  classKey: null,
  ...NO_PLACE,
  componentId: '',
  words: '',
  note: '',
  urgent: false,
  near: null,
  far: null,
  before: null,
  after: null,
  video: [],
  audio: []
}

/** A report, or something put right on the spot: photos first, then what and where. Kept from the first photo on. */
export function Report() {
  const { t } = useTranslation()
  const { pack, submit } = useWork()
  const draft = useDraft('report', EMPTY)
  const nameOf = useClassName()
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)
  const d = draft.value
  const { set, ready } = draft
  const change = (part: Partial<ReportDraft>) => set((old) => ({ ...old, ...part }))
  const classes = pack?.classes ?? []
  const allowed = d.self ? classes.filter((c) => c.selfHandle) : classes
  const chosen = allowed.find((c) => classKey(c) === d.classKey) ?? null

  const held = [d.near, d.far, d.before, d.after, ...d.audio, ...d.video].some((s) => s !== null)
  const at = usePlace(d, change, { ready, held })
  const register = useRegister()
  const limitM = pack?.correctionM ?? 200
  const component = d.componentId ? register.find(d.componentId) : null
  // A report is made where one stands: a component that is further off gives its class and code, not its place.
  const awayM = component && at.fix ? distanceM(at.fix, component.place) : 0
  const pick = (c: Component) => {
    const cls = register.classOf(c)
    const near = !at.fix || distanceM(at.fix, c.place) <= limitM
    change({
      componentId: c.code,
      ...(cls ? { classKey: classKey(cls) } : {}),
      ...(near ? { place: c.place, fix: at.fix, accuracyM: at.accuracyM } : {})
    })
  }
  const choose = (c: FieldClass) => {
    const other = c.kind !== 'component' || (component !== null && component.classCode !== c.code)
    change({ classKey: classKey(c), ...(other ? { componentId: '' } : {}) })
  }
  const shot = (phase: 'near' | 'far' | 'before' | 'after', required = true) => (
    <PhotoSlot phase={phase} required={required} shot={d[phase]} onShot={(s) => change({ [phase]: s })} />
  )
  const hand = async () => {
    const missing = missingOf({ ...d, place: at.place }, chosen !== null)
    if (missing || !chosen || !at.place) return setProblem(t(`report.missing.${missing ?? 'class'}`))
    setBusy(true)
    const input: FieldReport = {
      standardRef: chosen.standardRef,
      kind: chosen.kind,
      classCode: chosen.code,
      description: d.words.trim() || nameOf(chosen),
      location: [at.place[0], at.place[1]],
      ...(d.address ? { address: d.address } : {}),
      ...(d.componentId ? { componentId: d.componentId } : {}),
      ...(d.urgent && !d.self ? { urgent: true } : {}),
      ...(d.self && d.note.trim() ? { note: d.note.trim() } : {})
    }
    const shots = [...(d.self ? [d.before, d.after] : [d.near, d.far]), ...d.video, ...d.audio].filter(
      (s): s is Shot => s !== null
    )
    try {
      await submit({ kind: d.self ? 'selfHandle' : 'report', input, shots, place: at.fix, accuracyM: at.accuracyM })
      draft.clear()
      say(t('report.kept'))
      goBack()
    } catch {
      setProblem(t('app.notKept'))
      setBusy(false)
    }
  }

  return (
    <Screen
      title={t('report.title')}
      back
      right={
        <button
          type="button"
          className="f-word"
          onClick={() => {
            draft.clear()
            setProblem(null)
          }}
        >
          {t('report.clear')}
        </button>
      }
      foot={
        <Foot>
          <Act kind="primary" disabled={busy || !ready} onClick={() => void hand()}>
            {t(d.self ? 'report.submitSelf' : 'report.submit')}
          </Act>
        </Foot>
      }
    >
      {problem ? (
        <div className="f-pad">
          <Note kind="bad">{problem}</Note>
        </div>
      ) : null}
      {pack?.person.maySelfHandle ? (
        <div className="f-pad f-report-how">
          <Choices
            label={t('report.how')}
            value={d.self ? 'self' : 'report'}
            options={[
              { value: 'report', label: t('report.normal') },
              { value: 'self', label: t('report.self') }
            ]}
            onChange={(v) => change({ self: v === 'self' })}
          />
        </div>
      ) : null}
      <section className="f-part">
        <h2>{t(d.self ? 'report.photosSelf' : 'report.photos')}</h2>
        <div className="f-slots">
          {d.self ? (
            <>
              {shot('before')}
              {shot('after')}
            </>
          ) : (
            <>
              {shot('near')}
              {shot('far')}
            </>
          )}
        </div>
      </section>
      <section className="f-part">
        <h2>{t('report.class')}</h2>
        <ClassPicker classes={allowed} chosen={chosen} onChoose={choose} />
        {chosen?.kind === 'matter' ? null : (
          <ComponentField
            label={t('report.component')}
            code={d.componentId}
            at={at.place}
            classCode={chosen?.code ?? null}
            onCode={(componentId) => change({ componentId })}
            onPick={pick}
          />
        )}
        {awayM > limitM ? <Note>{t('register.away', { m: Math.round(awayM), limit: limitM })}</Note> : null}
      </section>
      <PlaceField
        {...at}
        limitM={limitM}
        parts={chosen?.kind === 'matter' ? undefined : { list: register.list, chosen: d.componentId, onPick: pick }}
      />
      <section className="f-part">
        <label className="f-field">
          <span>{t('report.words')}</span>
          <textarea
            className="f-input"
            maxLength={500}
            placeholder={chosen ? nameOf(chosen) : ''}
            value={d.words}
            onChange={(e) => change({ words: e.target.value })}
          />
        </label>
        {d.self ? (
          <label className="f-field">
            <span>{t('report.note')}</span>
            <textarea className="f-input" maxLength={500} value={d.note} onChange={(e) => change({ note: e.target.value })} />
          </label>
        ) : (
          <label className="f-tick">
            <input type="checkbox" checked={d.urgent} onChange={(e) => change({ urgent: e.target.checked })} />
            <span>
              {t('report.urgent')}
              <small>{t('report.urgentHint')}</small>
            </span>
          </label>
        )}
      </section>
      <section className="f-part">
        <h2>{t('report.extra')}</h2>
        <ExtraShots phase="audio" sort="audio" shots={d.audio} onChange={(audio) => change({ audio })} />
        <div className="f-report-gap" />
        <ExtraShots phase="video" sort="video" shots={d.video} onChange={(video) => change({ video })} />
      </section>
    </Screen>
  )
}
