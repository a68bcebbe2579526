import { createRequire } from 'node:module'

// The library is the server's; the journeys only need it to know what its letters look like.
const captcha = createRequire(new URL('../../packages/server/package.json', import.meta.url))('svg-captcha') as {
  create(options: object): { data: string }
}
const LETTERS = 'abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789'

interface Glyph {
  commands: string
  points: number[]
  left: number
}

/** The letters of a captcha, as outlines; lines of noise are stroked and not filled. */
const glyphsOf = (svg: string): Glyph[] =>
  [...svg.matchAll(/<path [^>]*>/g)]
    .map(([path]) => path)
    .filter((path) => !path.includes('fill="none"'))
    .map((path) => {
      const d = / d="([^"]*)"/.exec(path)?.[1] ?? ''
      const numbers = [...d.matchAll(/-?\d*\.?\d+/g)].map(Number)
      const [x = 0, y = 0] = numbers
      return { commands: d.replace(/[^A-Z]/g, ''), points: numbers.map((n, i) => n - (i % 2 ? y : x)), left: x }
    })
    .sort((a, b) => a.left - b.left)

const known = [...LETTERS].map((letter) => ({
  letter,
  glyph: glyphsOf(captcha.create({ size: 1, noise: 0, charPreset: letter, ignoreChars: '', width: 160, height: 56 }).data)[0]!
}))

/** Reads a captcha as a person would: by the shapes of its letters. */
export function readCaptcha(svg: string): string {
  return glyphsOf(svg)
    .map((glyph) => {
      const alike = known.filter((k) => k.glyph.commands === glyph.commands)
      const away = (k: Glyph): number => Math.max(...k.points.map((p, i) => Math.abs(p - (glyph.points[i] ?? 0))))
      return alike.sort((a, b) => away(a.glyph) - away(b.glyph))[0]?.letter ?? '?'
    })
    .join('')
}
