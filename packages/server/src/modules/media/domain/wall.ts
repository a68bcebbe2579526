/** A clock on the wall, as numbers. */
export type WallTime = readonly [year: number, month: number, day: number, hour: number, minute: number, second: number]

/** What the clocks of a zone show at an instant. */
export function wallTime(at: Date, timeZone: string): WallTime {
  const part = Object.fromEntries(
    formatOf(timeZone)
      .formatToParts(at)
      .map(({ type, value }) => [type, Number(value)])
  )
  return [part.year!, part.month!, part.day!, part.hour!, part.minute!, part.second!]
}

/** The instant at which the clocks of a zone show `wall`; in an hour that occurs twice or never, one of the two sides of it. */
export function instantOfWall(wall: WallTime, timeZone: string): Date {
  const shown = utc(wall)
  let at = shown
  // One round finds the offset, a second one mends it beside a change of the clocks.
  for (let round = 0; round < 2; round += 1) at = shown - (utc(wallTime(new Date(at), timeZone)) - at)
  return new Date(at)
}

const utc = ([year, month, day, hour, minute, second]: WallTime): number => Date.UTC(year, month - 1, day, hour, minute, second)

const formats = new Map<string, Intl.DateTimeFormat>()

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const two = '2-digit'
  const known = formats.get(timeZone)
  if (known) return known
  const format = new Intl.DateTimeFormat('en', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: two,
    day: two,
    hour: two,
    minute: two,
    second: two
  })
  formats.set(timeZone, format)
  return format
}
