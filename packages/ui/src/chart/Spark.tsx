export interface SparkProps {
  /** Oldest first; null where nothing is known. */
  values: readonly (number | null)[]
  width?: number
  height?: number
  label: string
}

/** The pieces of a small curve between gaps, as SVG paths in a box; a lone value is a short dash. */
export function sparkPaths(values: readonly (number | null)[], width: number, height: number): string[] {
  const known = values.filter((v): v is number => v !== null)
  if (known.length === 0) return []
  const low = Math.min(...known)
  const span = Math.max(...known) - low
  const step = values.length > 1 ? width / (values.length - 1) : 0
  const y = (v: number) => (span === 0 ? height / 2 : height - 1.5 - ((v - low) / span) * (height - 3))
  const out: string[] = []
  let run: string[] = []
  const end = () => {
    if (run.length === 1) run.push('h1.5')
    if (run.length > 0) out.push(run.join(''))
    run = []
  }
  values.forEach((v, i) => {
    if (v === null) end()
    else run.push(`${run.length === 0 ? 'M' : 'L'}${(i * step).toFixed(1)} ${y(v).toFixed(1)}`)
  })
  end()
  return out
}

/** How a value went, as small as a word; scaled to itself, gaps where nothing is known. */
export function Spark({ values, width = 84, height = 20, label }: SparkProps) {
  return (
    <svg className="cy-spark" viewBox={`0 0 ${width} ${height}`} width={width} height={height} role="img" aria-label={label}>
      {sparkPaths(values, width, height).map((d) => (
        <path key={d} d={d} fill="none" stroke="currentcolor" strokeWidth="1.4" strokeLinejoin="round" strokeLinecap="round" />
      ))}
    </svg>
  )
}
