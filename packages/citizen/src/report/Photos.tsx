import { useEffect, useState } from 'react'
import { type Draft, type DraftFile, readBytes } from '../draft/store.ts'
import { t } from '../i18n.ts'
import { Mistake, useBlobUrl } from '../parts/bits.tsx'
import { Icon } from '../parts/Icon.tsx'
import { addFile, removeFile, sayFileError } from './start.ts'

const MAX_PHOTOS = 4

/** The photos of a draft, with one more or one less. */
export function Photos({ draft, replace }: { draft: Draft; replace: (draft: Draft) => void }) {
  const [mistake, setMistake] = useState('')
  const photos = draft.files.filter((f) => f.kind === 'image')
  const add = async (files: readonly File[]) => {
    let now = draft
    setMistake('')
    try {
      for (const file of files.slice(0, MAX_PHOTOS - photos.length)) now = await addFile(now, file)
    } catch (error) {
      setMistake(sayFileError(error))
    }
    replace(now)
  }
  return (
    <>
      <ul className="photos" aria-label={t('report.photos')}>
        {photos.map((file, i) => (
          <Photo key={file.id} file={file} index={i + 1} onRemove={() => void removeFile(draft, file.id).then(replace)} />
        ))}
        {photos.length < MAX_PHOTOS ? (
          <li>
            <label className="file-button photo-add">
              <input
                type="file"
                accept="image/*"
                multiple
                aria-label={t('report.addPhoto')}
                onChange={(event) => void add([...(event.target.files ?? [])])}
              />
              <Icon name="camera" />
              <span aria-hidden="true">{t('report.addPhoto')}</span>
            </label>
          </li>
        ) : null}
      </ul>
      <Mistake>{mistake}</Mistake>
    </>
  )
}

function Photo({ file, index, onRemove }: { file: DraftFile; index: number; onRemove: () => void }) {
  const [blob, setBlob] = useState<Blob>()
  useEffect(() => {
    void readBytes(file.id).then(setBlob)
  }, [file.id])
  const url = useBlobUrl(blob)
  return (
    <li className="photo">
      {url ? <img src={url} alt={t('report.photoN', { n: index })} /> : null}
      <button type="button" aria-label={t('report.removePhoto', { n: index })} onClick={onRemove}>
        <Icon name="close" />
      </button>
    </li>
  )
}
