import { EmptyState } from '@chengyun/ui'
import { App, Button, Input } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useBookmarks } from './bookmarks.ts'
import { Icon } from './icons.tsx'

/** Views one has named, to come back to and to hand on: a view is its address. */
export function Bookmarks({ query, onOpen }: { query: () => string; onOpen: (query: string) => void }) {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const { list, keep, drop } = useBookmarks()
  const [name, setName] = useState('')
  const add = () => {
    const words = name.trim()
    if (!words) return
    keep({ name: words, query: query() })
    setName('')
  }
  const share = (what: string) => {
    const address = `${location.origin}/map?${what}`
    const done = () => void message.success(t('onemap.copied'))
    // On plain http a browser has no clipboard; then the address is shown to be copied by hand.
    if (navigator.clipboard) navigator.clipboard.writeText(address).then(done, () => void message.info(address, 10))
    else void message.info(address, 10)
  }
  return (
    <>
      <div className="om-mark-new">
        <Input
          size="small"
          value={name}
          maxLength={40}
          placeholder={t('onemap.bookmarkName')}
          aria-label={t('onemap.bookmarkName')}
          onChange={(e) => setName(e.target.value)}
          onPressEnter={(e) => {
            if (!e.nativeEvent.isComposing) add()
          }}
        />
        <Button size="small" type="primary" disabled={!name.trim()} onClick={add}>
          {t('onemap.keep')}
        </Button>
      </div>
      <Button size="small" block icon={<Icon name="share" />} onClick={() => share(query())}>
        {t('onemap.shareThis')}
      </Button>
      {list.length === 0 ? <EmptyState title={t('onemap.noBookmarks')} hint={t('onemap.noBookmarksHint')} /> : null}
      <ul className="om-marks">
        {list.map((b) => (
          <li key={b.name}>
            <button type="button" className="om-mark" onClick={() => onOpen(b.query)}>
              {b.name}
            </button>
            <button type="button" aria-label={t('onemap.shareOf', { name: b.name })} onClick={() => share(b.query)}>
              <Icon name="share" />
            </button>
            <button type="button" aria-label={t('onemap.dropOf', { name: b.name })} onClick={() => drop(b.name)}>
              <Icon name="bin" />
            </button>
          </li>
        ))}
      </ul>
    </>
  )
}
