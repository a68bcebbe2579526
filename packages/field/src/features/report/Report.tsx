import type { FieldClass, FieldReport } from '@chengyun/contract/field'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useDraft } from '../../app/drafts.ts'
import { usePosition } from '../../app/position.ts'
import { classKey } from '../../app/recents.ts'
import { goBack } from '../../app/route.ts'
import { say } from '../../app/toast.ts'
import { useWork } from '../../app/work.ts'
import { ExtraShots, PhotoSlot } from '../../camera/PhotoSlot.tsx'
import type { Shot } from '../../camera/shot.ts'
import type { Place } from '../../map/project.ts'
import { Choices } from '../../parts/Choices.tsx'
import { ClassPicker, useClassName } from '../../parts/ClassPicker.tsx'
import { ScanSheet } from '../../parts/ScanSheet.tsx'
import { Act, Foot, Note, Screen } from '../../parts/Screen.tsx'
import { missingOf, type ReportDraft } from './missing.ts'
import { PlaceField } from './PlaceField.tsx'
import './report.css'

const EMPTY: ReportDraft = {
  self: false,
  classKey: null,
  place: null,
  fix: null,
  accuracyM: null,
  address: '',
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
  const fix = usePosition()
  const nameOf = useClassName()
  const [scan, setScan] = useState(false)
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)
  const d = draft.value
  const { set, ready } = draft
  const change = (part: Partial<ReportDraft>) => set((old) => ({ ...old, ...part }))
  const classes = pack?.classes ?? []
  const allowed = d.self ? classes.filter((c) => c.selfHandle) : classes
  const chosen = allowed.find((c) => classKey(c) === d.classKey) ?? null

  // The first good fix is the place of the report until it is corrected by hand; walking away from it changes nothing.
  useEffect(() => {
    if (ready && fix.place && !d.fix)
      set((old) => ({ ...old, fix: fix.place, place: old.place ?? fix.place, accuracyM: fix.accuracyM }))
  }, [ready, fix.place, fix.accuracyM, d.fix, set])

  const shot = (phase: 'near' | 'far' | 'before' | 'after', required = true) => (
    <PhotoSlot phase={phase} required={required} shot={d[phase]} onShot={(s) => change({ [phase]: s })} />
  )
  const hand = async () => {
    const missing = missingOf(d, chosen !== null)
    if (missing || !chosen || !d.place) return setProblem(t(`report.missing.${missing ?? 'class'}`))
    setBusy(true)
    const input: FieldReport = {
      standardRef: chosen.standardRef,
      kind: chosen.kind,
      classCode: chosen.code,
      description: d.words.trim() || nameOf(chosen),
      location: [d.place[0], d.place[1]],
      ...(d.address ? { address: d.address } : {}),
      ...(d.componentId ? { componentId: d.componentId } : {}),
      ...(d.urgent && !d.self ? { urgent: true } : {}),
      ...(d.self && d.note.trim() ? { note: d.note.trim() } : {})
    }
    const shots = [...(d.self ? [d.before, d.after] : [d.near, d.far]), ...d.video, ...d.audio].filter(
      (s): s is Shot => s !== null
    )
    try {
      await submit({ kind: d.self ? 'selfHandle' : 'report', input, shots, place: d.fix, accuracyM: d.accuracyM })
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
        <ClassPicker
          classes={allowed}
          chosen={chosen}
          onChoose={(c: FieldClass) => change({ classKey: classKey(c), ...(c.kind === 'component' ? {} : { componentId: '' }) })}
        />
        {chosen?.kind === 'component' ? (
          <div className="f-report-component">
            <label className="f-field">
              <span>{t('report.component')}</span>
              <input
                className="f-input"
                inputMode="numeric"
                maxLength={17}
                value={d.componentId}
                onChange={(e) => change({ componentId: e.target.value.replace(/\D/g, '') })}
              />
            </label>
            <Act icon="scan" onClick={() => setScan(true)}>
              {t('scan.open')}
            </Act>
          </div>
        ) : null}
      </section>
      <PlaceField
        place={d.place}
        fix={d.fix}
        accuracyM={d.accuracyM}
        limitM={pack?.correctionM ?? 200}
        onPlace={(place: Place) => change({ place })}
        onRefix={() => fix.place && change({ fix: fix.place, place: fix.place, accuracyM: fix.accuracyM })}
        onAddress={(address) => change({ address })}
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
      {scan ? (
        <ScanSheet
          onClose={() => setScan(false)}
          onCode={(componentId) => {
            change({ componentId })
            setScan(false)
          }}
        />
      ) : null}
    </Screen>
  )
}
