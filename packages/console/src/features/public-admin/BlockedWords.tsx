import { EmptyState, Skeleton } from '@chengyun/ui'
import { Button, Input } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client.ts'
import { QueryError } from '../../parts/states.tsx'
import { useAct } from '../../parts/useAct.tsx'
import { readWords, useBlockedWords } from './data.ts'
import { wordsOf } from './lines.ts'
import './public-admin.css'

const MOST_LETTERS = 40

/** Words that stop a citizen's text until a reviewer has looked at it. Every change is made on the list as it is now. */
export default function BlockedWords() {
  const { t } = useTranslation()
  const found = useBlockedWords()
  const { act, busy } = useAct(['blockedWords'])
  const [text, setText] = useState('')
  const [q, setQ] = useState('')
  const put = (words: readonly string[]) => api('/public/blocked-words', { method: 'PUT', body: { words } })
  const change = (edit: (words: string[]) => string[], done: string) =>
    act(
      async () => {
        const before = (await readWords()).words
        await put(edit(before))
        return before
      },
      { done, undo: put }
    )
  if (found.isPending) return <Skeleton lines={6} />
  if (found.isError) return <QueryError of={found} />
  const have = new Set(found.data.words)
  const given = wordsOf(text)
  const fresh = given.filter((w) => !have.has(w))
  const long = given.find((w) => w.length > MOST_LETTERS)
  const shown = found.data.words.filter((w) => w.includes(q.trim()))
  const add = async () => {
    const done = t('pub.words.added', { n: fresh.length })
    if (await change((words) => [...new Set([...words, ...fresh])], done)) setText('')
  }
  return (
    <div className="words">
      <section>
        <h2>{t('pub.words.list', { n: found.data.words.length })}</h2>
        {found.data.words.length > 12 ? (
          <Input
            allowClear
            value={q}
            placeholder={t('pub.words.search')}
            aria-label={t('pub.words.search')}
            onChange={(e) => setQ(e.target.value)}
          />
        ) : null}
        {found.data.words.length === 0 ? <EmptyState title={t('pub.words.none')} hint={t('pub.words.noneHint')} /> : null}
        {shown.length === 0 && q ? <p className="admin-muted">{t('pub.words.noHit')}</p> : null}
        <ul>
          {shown.map((word) => (
            <li key={word}>
              <span>{word}</span>
              <button
                type="button"
                disabled={busy}
                aria-label={t('pub.words.removeOf', { word })}
                title={t('pub.remove')}
                onClick={() => void change((words) => words.filter((w) => w !== word), t('pub.words.removed', { word }))}
              >
                <svg viewBox="0 0 12 12" aria-hidden="true">
                  <path d="M3 3l6 6M9 3l-6 6" stroke="currentColor" strokeWidth="1.300" />
                </svg>
              </button>
            </li>
          ))}
        </ul>
      </section>
      <section>
        <h2>{t('pub.words.add')}</h2>
        <Input.TextArea
          rows={6}
          value={text}
          aria-label={t('pub.words.add')}
          placeholder={t('pub.words.addHint')}
          onChange={(e) => setText(e.target.value)}
          onKeyDown={(e) => {
            if (e.ctrlKey && e.key === 'Enter' && fresh.length > 0 && !long) void add()
          }}
        />
        <p className="admin-muted">
          {long
            ? t('pub.words.tooLong', { max: MOST_LETTERS, word: `${long.slice(0, 12)}…` })
            : given.length > fresh.length
              ? t('pub.words.have', { n: given.length - fresh.length })
              : t('pub.words.means')}
        </p>
        <Button type="primary" loading={busy} disabled={fresh.length === 0 || long !== undefined} onClick={() => void add()}>
          {fresh.length > 0 ? t('pub.words.addN', { n: fresh.length }) : t('pub.words.addSome')}
        </Button>
      </section>
    </div>
  )
}
