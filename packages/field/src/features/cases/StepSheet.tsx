import type { FieldCase, FieldMove } from '@chengyun/contract/field'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useDraft } from '../../app/drafts.ts'
import { usePosition } from '../../app/position.ts'
import { goBack } from '../../app/route.ts'
import { say } from '../../app/toast.ts'
import { useWork } from '../../app/work.ts'
import { GhostCamera } from '../../camera/GhostCamera.tsx'
import { ExtraShots, PhotoSlot } from '../../camera/PhotoSlot.tsx'
import type { Shot } from '../../camera/shot.ts'
import { Icon } from '../../parts/Icon.tsx'
import { Act, Foot, Note } from '../../parts/Screen.tsx'
import { Sheet } from '../../parts/Sheet.tsx'
import { DayField } from './DayField.tsx'
import { beforePhotos } from './evidence.ts'
import type { FieldStep } from './steps.ts'

interface Draft {
  words: string
  handlerId: string
  until: string
  shots: Shot[]
}
const EMPTY: Draft = { words: '', handlerId: '', until: '', shots: [] }

/** What a step asks for. Kept while it is filled in; handed over when it is safe on the phone. */
export function StepSheet({
  item,
  step,
  title,
  onClose
}: {
  item: FieldCase
  step: FieldStep
  title: string
  onClose: () => void
}) {
  const { t } = useTranslation()
  const { pack, submit } = useWork()
  const fix = usePosition()
  const draft = useDraft<Draft>(`case:${item.id}:${step.toColleague ? 'give' : step.op}`, EMPTY)
  const [ghost, setGhost] = useState(false)
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)
  const { words, handlerId, until, shots } = draft.value
  const change = (part: Partial<Draft>) => draft.set((d) => ({ ...d, ...part }))
  const before = beforePhotos(item)[0]
  const phrases = (t(step.result ? `phrases.${step.result}` : `phrases.${step.op}`, { defaultValue: '' }) as string)
    .split('|')
    .filter(Boolean)
  const colleagues = step.toColleague
    ? (pack?.person.handlers.find((h) => h.unitId === item.unitId)?.people.filter((p) => p.id !== pack.person.id) ?? [])
    : []
  const missing =
    step.toColleague && !colleagues.some((c) => c.id === handlerId)
      ? t('step.colleagueMissing')
      : (step.photos?.atLeast ?? 0) > shots.length
        ? t(`step.photoMissing.${step.photos?.phase}`)
        : step.words === 'required' && !words.trim()
          ? t('step.wordsMissing')
          : step.until && !until
            ? t('step.dayMissing')
            : null

  const hand = async () => {
    if (missing) return setProblem(missing)
    setBusy(true)
    try {
      const input: FieldMove = {
        caseId: item.id,
        op: step.op,
        ...(step.result ? { result: step.result } : {}),
        ...(words.trim() ? { [step.wordsField]: words.trim() } : {}),
        ...(step.until ? { until } : {}),
        ...(step.toMyself && pack ? { handlerId: pack.person.id } : {}),
        ...(step.toColleague ? { handlerId } : {})
      }
      await submit({ kind: 'move', input, shots, place: fix.place, accuracyM: fix.accuracyM, version: item.version })
      draft.clear()
      say(t('step.kept', { name: title }))
      onClose()
      if (!step.toMyself) goBack()
    } catch {
      setProblem(t('app.notKept'))
      setBusy(false)
    }
  }

  return (
    <Sheet
      title={title}
      onClose={onClose}
      foot={
        <Foot>
          <Act kind={step.kind === 'bad' ? 'bad' : 'primary'} disabled={busy || !draft.ready} onClick={() => void hand()}>
            {t('step.submit', { name: title })}
          </Act>
        </Foot>
      }
    >
      <div className="f-pad f-step">
        {problem ? <Note kind="bad">{problem}</Note> : null}
        {step.toColleague ? (
          <Colleagues people={colleagues} chosen={handlerId} onChoose={(id) => change({ handlerId: id })} />
        ) : null}
        {step.op === 'submitHandle' && before ? (
          <Act icon="camera" onClick={() => setGhost(true)}>
            {t('ghost.open')}
          </Act>
        ) : null}
        {step.photos && shots.length === 0 ? (
          <PhotoSlot
            phase={step.photos.phase}
            required={step.photos.atLeast > 0}
            shot={null}
            onShot={(shot) => shot && change({ shots: [shot] })}
          />
        ) : null}
        {step.photos && shots.length > 0 ? (
          <ExtraShots phase={step.photos.phase} sort="image" shots={shots} onChange={(next) => change({ shots: next })} />
        ) : null}
        {step.until ? <DayField label={t('step.until')} value={until} onDay={(day) => change({ until: day })} /> : null}
        {step.words === 'none' ? null : (
          <label className="f-field">
            <span>{t(step.words === 'required' ? 'step.words' : 'step.wordsOptional')}</span>
            <textarea className="f-input" maxLength={500} value={words} onChange={(e) => change({ words: e.target.value })} />
          </label>
        )}
        {phrases.length > 0 ? (
          <div className="f-phrases">
            {phrases.map((p) => (
              <button key={p} type="button" aria-pressed={words === p} onClick={() => change({ words: p })}>
                {p}
              </button>
            ))}
          </div>
        ) : null}
      </div>
      {ghost && before ? (
        <GhostCamera
          before={before.shownUrl}
          onShot={(shot) => change({ shots: [...shots, shot] })}
          onClose={() => setGhost(false)}
        />
      ) : null}
    </Sheet>
  )
}

/** Who of the unit it goes to: each with what he has to do already. */
function Colleagues(props: {
  people: readonly { id: string; name: string; openCases: number }[]
  chosen: string
  onChoose: (id: string) => void
}) {
  const { t } = useTranslation()
  if (props.people.length === 0) return <Note kind="calm">{t('step.noColleague')}</Note>
  return (
    <div className="f-colleagues">
      {props.people.map((p) => (
        <button
          key={p.id}
          type="button"
          className="f-row"
          aria-pressed={p.id === props.chosen}
          onClick={() => props.onChoose(p.id)}
        >
          <div>
            <b>{p.name}</b>
            <small>{t('step.load', { n: p.openCases })}</small>
          </div>
          {p.id === props.chosen ? <Icon name="check" /> : null}
        </button>
      ))}
    </div>
  )
}
