import { App, Button, Input, Radio } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { SHEETS, type SheetSize } from './sheets.ts'

export interface ExportPanelProps {
  title: string
  /** Draws the sheet and hands it to the person. */
  onMake: (title: string, size: SheetSize, how: 'save' | 'print') => Promise<void>
}

/** The map as a picture or on paper, with title, legend, scale bar, date and source. */
export function ExportPanel({ title, onMake }: ExportPanelProps) {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const [words, setWords] = useState(title)
  const [size, setSize] = useState<SheetSize>('screen')
  const [busy, setBusy] = useState<'save' | 'print' | null>(null)
  const make = async (how: 'save' | 'print') => {
    setBusy(how)
    try {
      await onMake(words.trim() || title, size, how)
    } catch {
      void message.error(t('onemap.export.failed'))
    } finally {
      setBusy(null)
    }
  }
  return (
    <div className="om-export">
      <label htmlFor="om-title">{t('onemap.export.title')}</label>
      <Input id="om-title" size="small" maxLength={60} value={words} onChange={(e) => setWords(e.target.value)} />
      <span id="om-sheet">{t('onemap.export.size')}</span>
      <Radio.Group aria-labelledby="om-sheet" value={size} onChange={(e) => setSize(e.target.value as SheetSize)}>
        {(Object.keys(SHEETS) as SheetSize[]).map((key) => (
          <Radio key={key} value={key}>
            {t(`onemap.export.${key}`)}
          </Radio>
        ))}
      </Radio.Group>
      <div className="om-draw-acts">
        <Button size="small" type="primary" loading={busy === 'save'} disabled={busy !== null} onClick={() => void make('save')}>
          {t('onemap.export.png')}
        </Button>
        <Button size="small" loading={busy === 'print'} disabled={busy !== null} onClick={() => void make('print')}>
          {t('onemap.export.print')}
        </Button>
      </div>
      <p className="om-note">{t('onemap.export.note')}</p>
    </div>
  )
}
