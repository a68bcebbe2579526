import { useNow } from '@chengyun/ui/clock/tick.ts'
import { durationPhrase } from '@chengyun/ui/format.ts'
import { useUiText } from '@chengyun/ui/i18n.ts'
import { useTranslation } from 'react-i18next'
import { go } from '../app/route.ts'
import { useSession } from '../app/session.ts'
import { useWork } from '../app/work.ts'
import { Icon } from './Icon.tsx'

/** The state of the line in words, on every page; a tap opens what waits. */
export function LineState() {
  const { t } = useTranslation()
  const { line } = useWork()
  const { expired } = useSession()
  const age = useAge(line.oldestAt)
  const [state, words] = expired
    ? (['trouble', t('line.expired')] as const)
    : line.trouble > 0
      ? (['trouble', t('line.trouble', { n: line.trouble })] as const)
      : !line.online
        ? (['offline', line.waiting > 0 ? t('line.offlineWaiting', { n: line.waiting, age }) : t('line.offline')] as const)
        : line.sending
          ? (['sending', line.waiting > 0 ? t('line.sending', { n: line.waiting }) : t('line.fetching')] as const)
          : line.waiting > 0
            ? (['sending', t('line.waiting', { n: line.waiting, age })] as const)
            : (['ok', t('line.ok')] as const)
  return (
    <button
      type="button"
      className="f-line"
      data-state={state}
      aria-live="polite"
      onClick={() => go(expired ? '/sign-in' : '/sync')}
    >
      <Icon name={state === 'offline' ? 'noLine' : state === 'trouble' ? 'warning' : state === 'sending' ? 'sync' : 'done'} />
      <span>{words}</span>
      {state === 'ok' ? null : <Icon name="next" />}
    </button>
  )
}

/** How long ago in words. */
export function useAge(at: string | null): string {
  const now = useNow(30)
  const text = useUiText()
  if (!at) return ''
  // The device's own time on both sides: its error cancels out.
  const phrase = durationPhrase(Math.max(0, (Math.max(now.getTime(), Date.now()) - Date.parse(at)) / 1000))
  return text(phrase.key, phrase.values)
}
