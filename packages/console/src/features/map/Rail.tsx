import { Tooltip } from 'antd'
import { useTranslation } from 'react-i18next'
import { Icon, type IconName } from './icons.tsx'

/** A tool of the rail: what it is, its key, whether it is on. */
export interface RailItem {
  key: IconName
  shortcut: string
  on: boolean
  disabled?: boolean
  act: () => void
}

/** The slim column of tools; groups are parted by hairlines. */
export function Rail({ groups }: { groups: readonly (readonly RailItem[])[] }) {
  const { t } = useTranslation()
  return (
    <div className="om-rail" role="toolbar" aria-orientation="vertical" aria-label={t('onemap.tools')}>
      {groups.map((items) => (
        <div key={items[0]?.key}>
          {items.map((item) => (
            <Tooltip key={item.key} placement="right" title={`${t(`onemap.tool.${item.key}`)}　${item.shortcut}`}>
              <button
                type="button"
                className={item.on ? 'on' : ''}
                aria-pressed={item.on}
                aria-label={t(`onemap.tool.${item.key}`)}
                aria-keyshortcuts={item.shortcut}
                disabled={item.disabled ?? false}
                onClick={item.act}
              >
                <Icon name={item.key} />
              </button>
            </Tooltip>
          ))}
        </div>
      ))}
    </div>
  )
}
