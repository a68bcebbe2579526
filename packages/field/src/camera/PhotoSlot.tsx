import type { MediaPhase } from '@chengyun/contract/media'
import { formatTime } from '@chengyun/ui/format.ts'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Icon } from '../parts/Icon.tsx'
import { fitting, LARGEST_BYTES, type Shot, sortOf, takeShot } from './shot.ts'
import { useBlobUrl } from './useBlobUrl.ts'
import './camera.css'

const MB = 1024 * 1024

interface SlotProps {
  phase: MediaPhase
  shot: Shot | null
  required?: boolean
  onShot: (shot: Shot | null) => void
}

/** A place for one photo: empty it is a shutter, filled it shows the picture and when it was taken. */
export function PhotoSlot({ phase, shot, required, onShot }: SlotProps) {
  const { t } = useTranslation()
  const url = useBlobUrl(shot?.blob ?? null)
  const [problem, take] = useTaking(phase, onShot)
  const name = t(`phase.${phase}`)
  return (
    <div className="f-slot" data-filled={shot !== null}>
      <label>
        {url ? <img src={url} alt={name} /> : <Icon name="camera" />}
        <span>
          {name}
          {shot ? <small>{t('photo.takenAt', { time: formatTime(shot.capturedAt) })}</small> : null}
          {!shot && required ? <small>{t('photo.required')}</small> : null}
        </span>
        <input
          type="file"
          accept="image/*"
          capture="environment"
          aria-label={t(shot ? 'photo.again' : 'photo.take', { name })}
          onChange={(e) => take(e.currentTarget)}
        />
      </label>
      {problem ? <p role="alert">{problem}</p> : null}
    </div>
  )
}

/** Any number of further files of one sort: photos, a video, a spoken note. */
export function ExtraShots(props: {
  phase: MediaPhase
  sort: 'image' | 'video' | 'audio'
  shots: readonly Shot[]
  onChange: (shots: Shot[]) => void
}) {
  const { t } = useTranslation()
  const name = props.sort === 'image' && props.shots.length === 0 ? t('photo.first') : t(`photo.add.${props.sort}`)
  const [problem, take] = useTaking(props.phase, (shot) => shot && props.onChange([...props.shots, shot]))
  return (
    <div className="f-extra">
      {props.shots.map((shot) => (
        <Extra key={shot.id} shot={shot} onRemove={() => props.onChange(props.shots.filter((s) => s !== shot))} />
      ))}
      <label className="f-act">
        <Icon name={props.sort === 'image' ? 'camera' : props.sort === 'video' ? 'video' : 'sound'} />
        {name}
        <input
          type="file"
          accept={`${props.sort}/*`}
          capture="environment"
          aria-label={name}
          onChange={(e) => take(e.currentTarget)}
        />
      </label>
      {problem ? <p role="alert">{problem}</p> : null}
    </div>
  )
}

function Extra({ shot, onRemove }: { shot: Shot; onRemove: () => void }) {
  const { t } = useTranslation()
  const url = useBlobUrl(shot.blob)
  const name = t(`phase.${shot.phase}`)
  return (
    <div className="f-extra-one">
      {shot.blob.type.startsWith('image/') && url ? (
        <img src={url} alt={name} />
      ) : (
        <Icon name={shot.phase === 'audio' ? 'sound' : 'video'} />
      )}
      <span>
        {name}
        <small>{t('photo.takenAt', { time: formatTime(shot.capturedAt) })}</small>
      </span>
      <button type="button" aria-label={t('photo.remove', { name })} onClick={onRemove}>
        <Icon name="trash" />
      </button>
    </div>
  )
}

function useTaking(phase: MediaPhase, onShot: (shot: Shot | null) => void): [string | null, (input: HTMLInputElement) => void] {
  const { t } = useTranslation()
  const [problem, setProblem] = useState<string | null>(null)
  const take = (input: HTMLInputElement) => {
    const file = input.files?.[0]
    if (!file) return
    setProblem(null)
    const take = async () => {
      const blob = await fitting(file)
      const largest = LARGEST_BYTES[sortOf(blob)]
      if (blob.size > largest) setProblem(t('photo.tooLarge', { mb: Math.ceil(blob.size / MB), max: largest / MB }))
      else onShot(await takeShot(blob, phase))
    }
    // The field is emptied only when the bytes are read, so that the same file can be chosen again.
    void take()
      .catch(() => setProblem(t('photo.unread')))
      .finally(() => {
        input.value = ''
      })
  }
  return [problem, take]
}
