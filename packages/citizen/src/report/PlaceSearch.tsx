import type { PublicPlaces } from '@chengyun/contract/public'
import { useEffect, useId, useRef, useState } from 'react'
import { searchPlaces } from '../api/places.ts'
import { t } from '../i18n.ts'
import { Icon } from '../parts/Icon.tsx'

type Found = PublicPlaces['items'][number]

/** A place by its words: a list below the field, one button a place. */
export function PlaceSearch({ onPick }: { onPick: (place: Found) => void }) {
  const id = useId()
  const [words, setWords] = useState('')
  const [found, setFound] = useState<Found[] | null>(null)
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => {
    const q = words.trim()
    if (q.length < 2) return setFound(null)
    const abort = new AbortController()
    const wait = setTimeout(() => {
      searchPlaces(q.slice(0, 60), abort.signal).then(
        ({ items }) => setFound(items),
        () => undefined
      )
    }, 300)
    return () => {
      clearTimeout(wait)
      abort.abort()
    }
  }, [words])
  return (
    <div className="place-search">
      <label htmlFor={id} className="unseen">
        {t('place.search')}
      </label>
      <div className="place-field">
        <Icon name="search" />
        <input
          id={id}
          ref={field}
          type="search"
          className="input"
          value={words}
          placeholder={t('place.search')}
          autoComplete="off"
          onChange={(event) => setWords(event.target.value)}
        />
      </div>
      <p className="unseen" role="status">
        {found ? t('place.found', { n: found.length }) : ''}
      </p>
      {found && found.length === 0 ? <p className="quiet small">{t('place.none')}</p> : null}
      {found && found.length > 0 ? (
        <ul className="place-found">
          {found.map((place) => (
            <li key={place.id}>
              <button
                type="button"
                onClick={() => {
                  onPick(place)
                  setWords('')
                  field.current?.focus()
                }}
              >
                <b>{place.name}</b>
                <span>{place.address}</span>
              </button>
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  )
}
