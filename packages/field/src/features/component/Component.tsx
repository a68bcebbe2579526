import type { FieldProposal, ProposalKind } from '@chengyun/contract/field'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useDistance } from '../../app/distance.ts'
import { useDraft } from '../../app/drafts.ts'
import { usePosition } from '../../app/position.ts'
import { classKey } from '../../app/recents.ts'
import { say } from '../../app/toast.ts'
import { useWork } from '../../app/work.ts'
import { ExtraShots } from '../../camera/PhotoSlot.tsx'
import type { Shot } from '../../camera/shot.ts'
import { distanceM, type Place } from '../../map/project.ts'
import { Choices } from '../../parts/Choices.tsx'
import { ClassPicker } from '../../parts/ClassPicker.tsx'
import { ComponentCode } from '../../parts/ComponentCode.tsx'
import { Nav } from '../../parts/Nav.tsx'
import { Act, Note, Screen } from '../../parts/Screen.tsx'
import { PlaceField } from '../place/PlaceField.tsx'
import { NO_PLACE, type PlaceDraft, usePlace } from '../place/usePlace.ts'
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
const NEAR_M = 500
const CODE = /^\d{16,17}$/

/** A correction of the component register: one that is new, stands elsewhere, or is gone. A data administrator decides on it. */
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
  const near = nearKnown(pack?.cases ?? [], here.place)

  const hand = async () => {
    const missing =
      d.kind === 'new' && !chosen
        ? 'class'
        : d.kind !== 'new' && !CODE.test(d.componentId)
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
      ...(CODE.test(d.componentId) ? { componentId: d.componentId } : {}),
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
          </>
        ) : (
          <>
            <ComponentCode label={t('component.code')} value={d.componentId} onCode={(componentId) => change({ componentId })} />
            {near.length > 0 ? <h2 className="f-h2 f-near">{t('component.near')}</h2> : null}
            {near.map((n) => (
              <Known
                key={n.id}
                {...n}
                me={here.place}
                chosen={d.componentId === n.id}
                onChoose={() => change({ componentId: n.id })}
              />
            ))}
          </>
        )}
      </section>
      {d.kind === 'gone' ? null : <PlaceField {...at} limitM={pack?.correctionM ?? 200} />}
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
    </Screen>
  )
}

/** Components known from my cases, near here: the register itself is not on the phone. */
function nearKnown(
  cases: readonly { componentId: string | null; className: string; location: [number, number]; address: string }[],
  me: Place | null
): { id: string; name: string; place: Place; address: string }[] {
  if (!me) return []
  const found = new Map<string, { id: string; name: string; place: Place; address: string }>()
  for (const c of cases)
    if (c.componentId && distanceM(me, c.location) <= NEAR_M)
      found.set(c.componentId, { id: c.componentId, name: c.className, place: c.location, address: c.address })
  return [...found.values()].toSorted((a, b) => distanceM(me, a.place) - distanceM(me, b.place)).slice(0, 5)
}

function Known(props: {
  id: string
  name: string
  place: Place
  address: string
  me: Place | null
  chosen: boolean
  onChoose: () => void
}) {
  const distance = useDistance(props.me, props.place)
  return (
    <button type="button" className="f-row" aria-pressed={props.chosen} onClick={props.onChoose}>
      <div>
        <b>{props.name}</b>
        <small>
          {distance} · {props.id}
        </small>
      </div>
    </button>
  )
}
