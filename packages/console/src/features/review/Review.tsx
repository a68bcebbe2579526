import { type MaskBox, REVIEW_KINDS, type ReviewItem, type ReviewKind } from '@chengyun/contract/public'
import { EmptyState, formatShort, useNow } from '@chengyun/ui'
import { App, Button, Input, Segmented } from 'antd'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { ApiError } from '../../api/client.ts'
import { useDecide, useReview } from '../../api/review.ts'
import { ListState } from '../../parts/states.tsx'
import { MaskBoard } from './MaskBoard.tsx'
import './review.css'

/** Photos are the most, and the quickest to decide. */
const FIRST: readonly ReviewKind[] = ['photo', 'words', 'reopen']

/** What citizens sent and nobody may see yet: photos to mask and release, words to look at, cases somebody wants opened again. */
export default function Review() {
  const { t } = useTranslation()
  const now = useNow(30)
  const [picked, setKind] = useState<ReviewKind | null>(null)
  const [chosen, setChosen] = useState<string | null>(null)
  const photos = useReview('photo')
  // Until somebody picks a kind, the first one that has anything in it.
  const counts = photos.data?.counts
  const kind = picked ?? FIRST.find((k) => counts?.[k]) ?? 'photo'
  const found = useReview(kind)
  const { data } = found
  const items = data?.items ?? []
  const item = items.find((i) => i.id === chosen) ?? items[0] ?? null
  return (
    <div className="review">
      <section className="review-list" aria-label={t('review.title')}>
        <h1>{t('review.title')}</h1>
        <p className="review-hint">{t('review.hint')}</p>
        <Segmented
          block
          value={kind}
          onChange={setKind}
          options={REVIEW_KINDS.map((k) => ({ value: k, label: `${t(`review.kind.${k}`)} ${data?.counts[k] ?? ''}` }))}
        />
        <ListState
          of={found}
          rows={items.length}
          lines={8}
          none={<EmptyState title={t('review.none')} hint={t('review.noneHint')} />}
        />
        <ul>
          {items.map((i) => (
            <li key={i.id}>
              <button type="button" className={i.id === item?.id ? 'on' : ''} onClick={() => setChosen(i.id)}>
                <b>{i.className}</b>
                <time>{formatShort(i.waitingSince, now)}</time>
                <span>{i.text}</span>
              </button>
            </li>
          ))}
        </ul>
      </section>
      {item ? <Decision key={item.id} item={item} onDone={() => setChosen(null)} /> : <section />}
    </div>
  )
}

function Decision({ item, onDone }: { item: ReviewItem; onDone(): void }) {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const decide = useDecide()
  const [boxes, setBoxes] = useState<MaskBox[]>([])
  const [note, setNote] = useState('')
  const photo = item.kind === 'photo'
  const send = async (approve: boolean) => {
    try {
      await decide.mutateAsync({
        item,
        body: photo ? { boxes: approve ? boxes : [], release: approve } : { approve, ...(note.trim() && { note: note.trim() }) }
      })
      message.success(t(`review.done.${item.kind}.${approve ? 'yes' : 'no'}`))
      onDone()
    } catch (e) {
      message.error(e instanceof ApiError ? e.message : String(e))
    }
  }
  useEffect(() => {
    const onKey = (e: KeyboardEvent) => {
      if (e.target instanceof HTMLElement && /^(INPUT|TEXTAREA)$/.test(e.target.tagName)) return
      if (e.ctrlKey && e.key === 'Enter') void send(true)
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  })
  return (
    <section className="review-item">
      <header>
        <div>
          <h2>{item.className}</h2>
          <Link href={`/cases/${item.caseId}`}>{item.caseNo}</Link>
        </div>
        <div className="review-actions">
          {photo && boxes.length > 0 ? <Button onClick={() => setBoxes([])}>{t('review.clear')}</Button> : null}
          <Button danger onClick={() => void send(false)} loading={decide.isPending}>
            {t(`review.no.${item.kind}`)}
          </Button>
          <Button type="primary" onClick={() => void send(true)} loading={decide.isPending}>
            {t(photo && boxes.length > 0 ? 'review.yes.masked' : `review.yes.${item.kind}`, { n: boxes.length })}
          </Button>
        </div>
      </header>
      <p className="review-text">{marked(item.text, item.words)}</p>
      {item.reason ? (
        <p className="review-reason">
          <small>{t('review.reason')}</small>
          {item.reason}
        </p>
      ) : null}
      {photo && item.photoUrls[0] ? (
        <>
          <p className="review-hint">{t('review.maskHint')}</p>
          <MaskBoard url={item.photoUrls[0]} boxes={boxes} onChange={setBoxes} />
        </>
      ) : (
        <>
          <div className="review-photos">
            {item.photoUrls.map((url) => (
              <img key={url} src={url} alt={t('review.photoAlt')} />
            ))}
          </div>
          <Input.TextArea
            rows={3}
            maxLength={300}
            showCount
            value={note}
            aria-label={t('review.note')}
            placeholder={t('review.note')}
            onChange={(e) => setNote(e.target.value)}
          />
        </>
      )}
    </section>
  )
}

/** The text with the words that stopped it marked. */
function marked(text: string, words: readonly string[]): React.ReactNode[] {
  if (words.length === 0) return [text]
  const pattern = new RegExp(`(${words.map((w) => w.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|')})`, 'gi')
  // biome-ignore lint/suspicious/noArrayIndexKey: pieces of one text have no other name
  return text.split(pattern).map((piece, i) => (i % 2 === 1 ? <mark key={i}>{piece}</mark> : piece))
}
