const parts = (version: string): number[] => version.split('.').map(Number)

/** Below zero when `a` is the older version, above when it is the newer one. */
export function versionOrder(a: string, b: string): number {
  const [x, y] = [parts(a), parts(b)]
  return x[0]! - y[0]! || x[1]! - y[1]! || x[2]! - y[2]!
}

/** Does a version lie in a range: `^1.2.0` from there on with the same first number, `1.2.0` exactly. */
export const meets = (version: string, range: string): boolean => {
  const lowest = range.replace('^', '')
  if (lowest === range) return version === range
  return parts(version)[0] === parts(lowest)[0] && versionOrder(version, lowest) >= 0
}
