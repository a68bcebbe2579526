import { expect, test } from 'vitest'
import { drawnOn } from './sheets.ts'

test('a sheet is drawn at the zoom of the screen, with the pixels of the sheet', () => {
  const box = { width: 1074, height: 693 }
  const wide = drawnOn(box, { zoom: 15 }, 1398, 3.125)
  expect(wide.camera.zoom).toBe(15)
  expect(wide.width * wide.density).toBeCloseTo(1074 * 3.125, 6)
  expect(wide.width / wide.height).toBeCloseTo(box.width / box.height, 6)
  // A telephone shows less ground: the sheet shows as much, drawn larger.
  const small = drawnOn(box, { zoom: 15 }, 345, 3.125)
  expect(small.width).toBeCloseTo(1074 * 0.7, 6)
  expect(2 ** (small.camera.zoom - 15)).toBeCloseTo(small.width / 345, 6)
})
