import type { SamplePage } from '@chengyun/contract/registry'
import { formatPercent, type MapPoint, Skeleton } from '@chengyun/ui'
import { Button, Input, InputNumber } from 'antd'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client.ts'
import { CityMap } from '../../parts/CityMap.tsx'
import { LoadMore } from '../../parts/states.tsx'
import { useAct } from '../../parts/useAct.tsx'
import { usePreferences } from '../../preferences.tsx'
import { attributeText } from '../map/itemText.ts'
import type { BatchPartProps } from './BatchPage.tsx'
import { useSample } from './batches.ts'
import { className } from './value.ts'
import { useValueWords } from './words.ts'

type Row = SamplePage['items'][number]
const ZOOM = 16

/** The sample (抽样检查): drawn over classes and streets, each row looked at and said right or wrong. */
export function Sample({ batch, register }: BatchPartProps) {
  const { t } = useTranslation()
  const { act, busy } = useAct(['registry'])
  const [percent, setPercent] = useState(5)
  const drawn = batch.quality?.sample ?? null
  const found = useSample(batch.id, drawn !== null)
  const rows = found.data?.pages.flatMap((p) => p.items) ?? []
  const [chosen, setChosen] = useState<string | null>(null)
  const may = batch.can.includes('sample')
  const row = rows.find((r) => r.code === chosen) ?? rows.find((r) => r.verdict === null) ?? rows[0]
  const draw = () =>
    void act(() => api(`/registry/batches/${batch.id}/sample`, { body: { percent } }), { done: t('registry.sampleDrawn') })
  return (
    <section>
      <h2>
        {t('registry.sample')}{' '}
        {drawn ? (
          <small className="reg-hint">
            {t('registry.sampleState', { drawn: drawn.drawn, judged: drawn.judged, wrong: drawn.wrong })}{' '}
            {drawn.judged > 0 ? t('registry.sampleRight', { share: formatPercent(1 - drawn.wrong / drawn.judged) }) : ''}
          </small>
        ) : null}
      </h2>
      {may ? (
        <p className="reg-sample-draw">
          <InputNumber
            min={5}
            max={10}
            value={percent}
            suffix="%"
            aria-label={t('registry.samplePercent')}
            onChange={(v) => setPercent(v ?? 5)}
          />
          <Button loading={busy} onClick={draw}>
            {t(drawn ? 'registry.drawAgain' : 'registry.draw')}
          </Button>
          <span className="reg-hint">{t('registry.drawHint')}</span>
        </p>
      ) : null}
      {drawn && found.isPending ? <Skeleton lines={4} /> : null}
      {row ? (
        <div className="reg-findings">
          <div className="reg-findings-list">
            <ul>
              {rows.map((r) => (
                <li key={r.code}>
                  <button type="button" className={r.code === row.code ? 'on' : ''} onClick={() => setChosen(r.code)}>
                    <b className={r.verdict === 'wrong' ? 'late' : ''}>{t(`registry.verdict.${r.verdict ?? 'open'}`)}</b>
                    <code>{r.code}</code>
                    <small>{[r.name, r.address].filter(Boolean).join(' · ')}</small>
                  </button>
                </li>
              ))}
            </ul>
            <LoadMore list={found} />
          </div>
          <Judge
            key={row.code}
            batch={batch}
            register={register}
            row={row}
            may={may}
            onJudged={() => setChosen(rows[rows.indexOf(row) + 1]?.code ?? null)}
          />
        </div>
      ) : null}
    </section>
  )
}

function Judge({ batch, register, row, may, onJudged }: BatchPartProps & { row: Row; may: boolean; onJudged: () => void }) {
  const { t } = useTranslation()
  const { language } = usePreferences()
  const words = useValueWords()
  const { act, busy } = useAct(['registry'])
  const [note, setNote] = useState(row.note)
  const lng = row.place?.[0]
  const lat = row.place?.[1]
  const point = useMemo<MapPoint | null>(
    () => (lng === undefined || lat === undefined ? null : { id: row.code, location: [lng, lat], lamp: 'ok' }),
    [row.code, lng, lat]
  )
  const focus = useMemo(
    () => (lng === undefined || lat === undefined ? null : { center: [lng, lat] as [number, number], zoom: ZOOM }),
    [lng, lat]
  )
  const send = async (verdict: 'right' | 'wrong') => {
    const body = { verdict, ...(note.trim() ? { note: note.trim() } : {}) }
    const path = `/registry/batches/${batch.id}/sample/${encodeURIComponent(row.code)}`
    const done = await act(() => api<unknown>(path, { method: 'PUT', body }).then(() => true), {
      done: t(`registry.verdict.${verdict}`)
    })
    if (done) onJudged()
  }
  const facts = register.declaration.attributes.flatMap((a): [string, string][] => {
    const text = attributeText(a, row.attributes[a.key], language, words)
    return text ? [[a.name[language], text]] : []
  })
  return (
    <div className="reg-judge">
      {point && focus ? <CityMap selected={point} focus={focus} note={row.address} /> : null}
      <dl>
        <div>
          <dt>{t('registry.field.class')}</dt>
          <dd>{row.class ? className(register, row.class, language) : words.none}</dd>
        </div>
        {facts.map(([name, text]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
      {may ? (
        <p>
          <Input
            value={note}
            maxLength={500}
            placeholder={t('registry.sampleNote')}
            aria-label={t('registry.sampleNote')}
            onChange={(e) => setNote(e.target.value)}
          />
          <Button type="primary" disabled={busy} onClick={() => void send('right')}>
            {t('registry.verdict.right')}
          </Button>
          <Button danger disabled={busy} onClick={() => void send('wrong')}>
            {t('registry.verdict.wrong')}
          </Button>
        </p>
      ) : null}
    </div>
  )
}
