import { useEffect, useState } from 'react'
import { knownOptions } from '../api/public.ts'
import { type Draft, readBytes } from '../draft/store.ts'
import { t } from '../i18n.ts'
import { Mistake, useBlobUrl } from '../parts/bits.tsx'
import { Icon } from '../parts/Icon.tsx'
import { addFile, removeFile, sayFileError } from './start.ts'

const MB = 1024 * 1024

/** One short film beside the photos, for what a picture does not show; as large as the server takes. */
export function VideoNote({ draft, replace }: { draft: Draft; replace: (draft: Draft) => void }) {
  const [mistake, setMistake] = useState('')
  const [blob, setBlob] = useState<Blob>()
  const url = useBlobUrl(blob)
  const film = draft.files.find((f) => f.kind === 'video')
  useEffect(() => {
    if (film) void readBytes(film.id).then(setBlob)
    else setBlob(undefined)
  }, [film])
  const limitMb = knownOptions()?.maxVideoMb ?? 50
  const add = async (file: File | undefined) => {
    if (!file) return
    if (file.size > limitMb * MB) return setMistake(t('video.large', { n: limitMb, size: Math.ceil(file.size / MB) }))
    setMistake('')
    try {
      replace(await addFile(draft, file))
    } catch (error) {
      setMistake(sayFileError(error))
    }
  }
  return (
    <div className="voice">
      {film ? (
        <>
          {/* biome-ignore lint/a11y/useMediaCaption: the person just filmed it and nobody has written it down */}
          {url ? <video controls playsInline src={url} aria-label={t('video.note')} /> : null}
          <button type="button" className="button" onClick={() => void removeFile(draft, film.id).then(replace)}>
            <Icon name="trash" />
            {t('video.remove')}
          </button>
        </>
      ) : (
        <label className="file-button button">
          <input
            type="file"
            accept="video/*"
            capture="environment"
            aria-label={t('video.add')}
            onChange={(event) => void add(event.target.files?.[0])}
          />
          <Icon name="film" />
          <span aria-hidden="true">{t('video.add')}</span>
        </label>
      )}
      <Mistake>{mistake}</Mistake>
    </div>
  )
}
