/** Natural logarithm of the gamma function (Lanczos), for x > 0. */
export function logGamma(x: number): number {
  const c = [
    76.18009172947146, -86.50532032941678, 24.01409824083091, -1.231739572450155, 0.1208650973866179e-2, -0.5395239384953e-5
  ]
  let y = x
  const t = x + 5.5 - (x + 0.5) * Math.log(x + 5.5)
  let sum = 1.000000000190015
  for (const k of c) {
    y += 1
    sum += k / y
  }
  return -t + Math.log((2.5066282746310007 * sum) / x)
}

/**
 * How likely `observed` or more events are, when `expected` are expected of a source whose own rate is only known as gamma (shape, rate): the upper
 * tail of the negative binomial.
 */
export function tail(observed: number, expected: number, shape: number, rate: number): number {
  if (observed <= 0) return 1
  if (expected <= 0) return 1
  const p = rate / (rate + expected)
  let below = 0
  for (let k = 0; k < observed; k++)
    below += Math.exp(logGamma(shape + k) - logGamma(shape) - logGamma(k + 1) + shape * Math.log(p) + k * Math.log1p(-p))
  return Math.max(0, Math.min(1, 1 - below))
}

/** Which of these p-values stand when at most `share` of what stands may be false (Benjamini and Hochberg). */
export function discoveries(p: readonly number[], share: number): boolean[] {
  const order = p.map((value, i) => ({ value, i })).sort((a, b) => a.value - b.value)
  let last = -1
  order.forEach(({ value }, k) => {
    if (value <= (share * (k + 1)) / p.length) last = k
  })
  const out = p.map(() => false)
  for (const { i } of order.slice(0, last + 1)) out[i] = true
  return out
}
