import { KeyHint } from '@chengyun/ui'
import { Modal } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useShortcut } from './shortcuts.ts'

const SHEET: [group: string, rows: [keys: string[], text: string][]][] = [
  [
    'help.move',
    [
      [['J', '↓'], 'help.next'],
      [['K', '↑'], 'help.previous'],
      [['Enter'], 'help.open'],
      [['['], 'help.queuePrevious'],
      [[']'], 'help.queueNext'],
      [['N'], 'help.showNew']
    ]
  ],
  [
    'help.act',
    [
      [['1', '…', '9'], 'help.operations'],
      [['Ctrl', 'Enter'], 'help.submit'],
      [['P'], 'help.print'],
      [['Esc'], 'help.escape']
    ]
  ],
  [
    'help.select',
    [
      [['X'], 'help.mark'],
      [['Shift', 'J'], 'help.extendDown'],
      [['Shift', 'K'], 'help.extendUp']
    ]
  ],
  [
    'help.view',
    [
      [['/'], 'help.search'],
      [['I'], 'help.inbox'],
      [['M'], 'help.map'],
      [['D'], 'help.density'],
      [['?'], 'help.sheet']
    ]
  ],
  [
    'help.alarms',
    [
      [['J', 'K'], 'help.alarms.move'],
      [['Enter'], 'help.alarms.open'],
      [['1', '…', '9'], 'help.alarms.act'],
      [['Ctrl', 'Enter'], 'help.submit'],
      [['X', 'Shift', 'J'], 'help.alarms.mark'],
      [['[', ']'], 'help.alarms.queue'],
      [['N', 'M', '/'], 'help.alarms.list'],
      [['S'], 'help.alarms.statistics'],
      [['E', 'O'], 'help.alarms.inbox'],
      [['Esc'], 'help.alarms.back']
    ]
  ],
  [
    'help.registry',
    [
      [['J', 'K'], 'help.registry.move'],
      [['X'], 'help.registry.mark'],
      [['E'], 'help.registry.edit'],
      [['R'], 'help.registry.report'],
      [['N'], 'help.registry.add'],
      [['A', 'D'], 'help.registry.decide']
    ]
  ],
  [
    'help.onemap',
    [
      [['←', '↑', '→', '↓'], 'help.onemap.pan'],
      [['+', '-', '0'], 'help.onemap.zoom'],
      [['Shift', '←', '↑'], 'help.onemap.tilt'],
      [['/'], 'help.onemap.search'],
      [['L', 'G', 'B', 'E'], 'help.onemap.panels'],
      [['T', 'S', 'Space'], 'help.onemap.time'],
      [['C', 'P', 'R'], 'help.onemap.query'],
      [['M', 'A'], 'help.onemap.measure'],
      [['Space', 'Enter'], 'help.onemap.point'],
      [['⌫', 'Esc'], 'help.onemap.leave']
    ]
  ]
]

/** The `?` sheet: every key there is. */
export function HelpButton() {
  const { t } = useTranslation()
  const [open, setOpen] = useState(false)
  useShortcut('?', () => setOpen(true))
  return (
    <>
      <button
        type="button"
        className="shell-help"
        onClick={() => setOpen(true)}
        aria-label={t('help.sheet')}
        title={t('help.sheet')}
      >
        <KeyHint>?</KeyHint>
      </button>
      <Modal open={open} onCancel={() => setOpen(false)} footer={null} title={t('help.title')} width={680}>
        <div className="help-sheet">
          {SHEET.map(([group, rows]) => (
            <section key={group}>
              <h4>{t(group)}</h4>
              <dl>
                {rows.map(([keys, text]) => (
                  <div key={text}>
                    <dt>
                      {keys.map((k) => (
                        <KeyHint key={k}>{k}</KeyHint>
                      ))}
                    </dt>
                    <dd>{t(text)}</dd>
                  </div>
                ))}
              </dl>
            </section>
          ))}
        </div>
      </Modal>
    </>
  )
}
