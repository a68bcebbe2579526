import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Icon } from '../parts/Icon.tsx'
import { type Shot, takeShot } from './shot.ts'
import './camera.css'

const QUALITY = 0.92

/** The camera with the photo from before laid over it, half transparent: the one after is taken from the same spot in the same frame. */
export function GhostCamera({ before, onShot, onClose }: { before: string; onShot: (shot: Shot) => void; onClose: () => void }) {
  const { t } = useTranslation()
  const dialog = useRef<HTMLDialogElement>(null)
  const video = useRef<HTMLVideoElement>(null)
  const [ready, setReady] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)
  const [strength, setStrength] = useState(0.45)

  useEffect(() => {
    dialog.current?.showModal()
    let stream: MediaStream | null = null
    let gone = false
    const begin = async () => {
      try {
        stream = await navigator.mediaDevices.getUserMedia({
          audio: false,
          video: { facingMode: 'environment', width: { ideal: 2560 }, height: { ideal: 1920 } }
        })
        if (gone) for (const track of stream.getTracks()) track.stop()
        else if (video.current) video.current.srcObject = stream
      } catch {
        if (!gone) setProblem(t('ghost.noCamera'))
      }
    }
    void begin()
    return () => {
      gone = true
      for (const track of stream?.getTracks() ?? []) track.stop()
    }
  }, [t])

  const shoot = async () => {
    const from = video.current
    if (!from) return
    const canvas = document.createElement('canvas')
    canvas.width = from.videoWidth
    canvas.height = from.videoHeight
    canvas.getContext('2d')?.drawImage(from, 0, 0)
    const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/jpeg', QUALITY))
    if (!blob) return setProblem(t('photo.unread'))
    onShot(await takeShot(blob, 'after'))
    dialog.current?.close()
  }

  return (
    <dialog ref={dialog} className="f-ghost" aria-label={t('ghost.title')} onClose={onClose}>
      <div className="f-ghost-in">
        <header>
          <button type="button" aria-label={t('app.close')} onClick={() => dialog.current?.close()}>
            <Icon name="close" />
          </button>
          <h2>{t('ghost.title')}</h2>
        </header>
        <div className="f-ghost-view">
          <video ref={video} autoPlay playsInline muted onLoadedData={() => setReady(true)} />
          <img src={before} alt={t('ghost.before')} style={{ opacity: strength }} />
          {problem ? <p role="alert">{problem}</p> : null}
        </div>
        <footer>
          <label>
            {t('ghost.strength')}
            <input
              type="range"
              min="0"
              max="1"
              step="0.05"
              value={strength}
              onChange={(e) => setStrength(Number(e.target.value))}
            />
          </label>
          <button
            type="button"
            className="f-shutter"
            aria-label={t('ghost.shoot')}
            disabled={!ready}
            onClick={() => void shoot()}
          />
        </footer>
      </div>
    </dialog>
  )
}
