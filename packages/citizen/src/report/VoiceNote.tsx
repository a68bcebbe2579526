import { useEffect, useRef, useState } from 'react'
import { type Draft, readBytes } from '../draft/store.ts'
import { t } from '../i18n.ts'
import { Mistake, useBlobUrl } from '../parts/bits.tsx'
import { Icon } from '../parts/Icon.tsx'
import { addFile, removeFile } from './start.ts'

const MAX_S = 60
/** What the browser can record and the server can read, the better first. */
const TYPES = ['audio/mp4', 'audio/webm;codecs=opus', 'audio/ogg;codecs=opus']

/** A spoken note of at most a minute, in the place of typing. */
export function VoiceNote({ draft, replace }: { draft: Draft; replace: (draft: Draft) => void }) {
  const [seconds, setSeconds] = useState<number | null>(null)
  const [mistake, setMistake] = useState('')
  const recorder = useRef<MediaRecorder | null>(null)
  const note = draft.files.find((f) => f.kind === 'audio')
  const [blob, setBlob] = useState<Blob>()
  const url = useBlobUrl(blob)

  useEffect(() => {
    if (note) void readBytes(note.id).then(setBlob)
    else setBlob(undefined)
  }, [note])
  useEffect(() => {
    if (seconds === null) return
    if (seconds >= MAX_S) return recorder.current?.stop()
    const tick = setTimeout(() => setSeconds(seconds + 1), 1000)
    return () => clearTimeout(tick)
  }, [seconds])
  useEffect(() => () => recorder.current?.stop(), [])

  const record = async () => {
    setMistake('')
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: true })
      const mimeType = TYPES.find((type) => MediaRecorder.isTypeSupported(type))
      const made = new MediaRecorder(stream, { ...(mimeType ? { mimeType } : {}), audioBitsPerSecond: 32_000 })
      const parts: Blob[] = []
      made.addEventListener('dataavailable', (event) => parts.push(event.data))
      made.addEventListener('stop', () => {
        for (const track of stream.getTracks()) track.stop()
        setSeconds(null)
        const type = made.mimeType.split(';')[0] ?? 'audio/webm'
        const kept = new Blob(parts, { type })
        if (kept.size > 0)
          void addFile(draft, kept, `voice.${type.split('/')[1]}`).then(replace, () => setMistake(t('report.full')))
      })
      recorder.current = made
      made.start()
      setSeconds(0)
    } catch {
      setMistake(t('voice.denied'))
    }
  }
  if (!('MediaRecorder' in globalThis)) return null
  return (
    <div className="voice">
      {note ? (
        <>
          {/* biome-ignore lint/a11y/useMediaCaption: the person just spoke it and nobody has written it down */}
          {url ? <audio controls src={url} aria-label={t('voice.note')} /> : null}
          <button type="button" className="button" onClick={() => void removeFile(draft, note.id).then(replace)}>
            <Icon name="trash" />
            {t('voice.remove')}
          </button>
        </>
      ) : seconds === null ? (
        <button type="button" className="button" onClick={() => void record()}>
          <Icon name="voice" />
          {t('voice.record')}
        </button>
      ) : (
        <button type="button" className="button recording" onClick={() => recorder.current?.stop()}>
          <Icon name="stop" filled />
          {t('voice.stop', { n: seconds, max: MAX_S })}
        </button>
      )}
      <p className="unseen" role="status">
        {seconds === 0 ? t('voice.running') : ''}
      </p>
      <Mistake>{mistake}</Mistake>
    </div>
  )
}
