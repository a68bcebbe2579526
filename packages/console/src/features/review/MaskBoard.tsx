import type { MaskBox } from '@chengyun/contract/public'
import { Skeleton } from '@chengyun/ui'
import { type KeyboardEvent, type PointerEvent, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'

const clamp = (v: number): number => Math.min(1, Math.max(0, v))
/** Smaller than this is a slip of the hand, as a share of the picture. */
const LEAST = 0.01
const STEP = 0.02

const boxBetween = ([ax, ay]: [number, number], [bx, by]: [number, number]): MaskBox => [
  Math.min(ax, bx),
  Math.min(ay, by),
  Math.abs(ax - bx),
  Math.abs(ay - by)
]

interface Props {
  url: string
  boxes: readonly MaskBox[]
  onChange(boxes: MaskBox[]): void
}

/** The picture with the boxes that will be made unrecognisable: drawn with the pointer, moved and sized with the arrow keys, removed with Delete. */
export function MaskBoard({ url, boxes, onChange }: Props) {
  const { t } = useTranslation()
  const board = useRef<HTMLDivElement>(null)
  const [from, setFrom] = useState<[number, number] | null>(null)
  const [draft, setDraft] = useState<MaskBox | null>(null)
  const [loaded, setLoaded] = useState(false)
  // biome-ignore lint/correctness/useExhaustiveDependencies: another picture begins anew
  useEffect(() => setLoaded(false), [url])

  const at = (e: PointerEvent): [number, number] => {
    const r = board.current!.getBoundingClientRect()
    return [clamp((e.clientX - r.left) / r.width), clamp((e.clientY - r.top) / r.height)]
  }
  const end = () => {
    if (draft && draft[2] > LEAST && draft[3] > LEAST) onChange([...boxes, draft])
    setFrom(null)
    setDraft(null)
  }
  const byKey = (i: number) => (e: KeyboardEvent) => {
    const box = boxes[i]!
    const [x, y, w, h] = box
    const move = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] }[e.key]
    if (e.key === 'Delete' || e.key === 'Backspace') onChange(boxes.filter((_, j) => j !== i))
    else if (move) {
      const [dx, dy] = move as [number, number]
      const next: MaskBox = e.shiftKey
        ? [x, y, Math.min(1 - x, Math.max(STEP, w + dx)), Math.min(1 - y, Math.max(STEP, h + dy))]
        : [Math.min(1 - w, clamp(x + dx)), Math.min(1 - h, clamp(y + dy)), w, h]
      onChange(boxes.map((b, j) => (j === i ? next : b)))
    } else return
    e.preventDefault()
    e.stopPropagation()
  }
  return (
    <div className="mask">
      {loaded ? null : <Skeleton lines={6} />}
      <div
        ref={board}
        className="mask-board"
        onPointerDown={(e) => {
          if ((e.target as HTMLElement).tagName === 'BUTTON') return
          e.currentTarget.setPointerCapture(e.pointerId)
          setFrom(at(e))
        }}
        onPointerMove={(e) => from && setDraft(boxBetween(from, at(e)))}
        onPointerUp={end}
        onPointerCancel={end}
      >
        <img src={url} alt={t('review.photoAlt')} draggable={false} onLoad={() => setLoaded(true)} />
        {[...boxes, ...(draft ? [draft] : [])].map(([x, y, w, h], i) => (
          <button
            // biome-ignore lint/suspicious/noArrayIndexKey: boxes have no name but their place in the list
            key={i}
            type="button"
            className="mask-box"
            aria-label={t('review.box', { n: i + 1 })}
            title={t('review.boxHint')}
            style={{ left: `${x * 100}%`, top: `${y * 100}%`, width: `${w * 100}%`, height: `${h * 100}%` }}
            onKeyDown={i < boxes.length ? byKey(i) : undefined}
          />
        ))}
      </div>
    </div>
  )
}
