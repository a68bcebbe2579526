import fc from 'fast-check'
import { expect, test } from 'vitest'
import { areaM2, distanceM, smallAreaM2 } from './ellipsoid.ts'
import { centroidOf, decodeShape, encodeShape, type Shape, shapeFromGeoJson, shapeToGeoJson, toUnits } from './shape.ts'

const WITH_HOLE = {
  type: 'Polygon' as const,
  coordinates: [
    [
      [120, 36],
      [120.01, 36],
      [120.01, 36.01],
      [120, 36.01],
      [120, 36]
    ],
    [
      [120.004, 36.004],
      [120.004, 36.006],
      [120.006, 36.006],
      [120.006, 36.004],
      [120.004, 36.004]
    ]
  ] as [number, number][][]
}

test('GeoJSON survives the way through units and bytes', () => {
  const shape = shapeFromGeoJson(WITH_HOLE)
  expect(shapeToGeoJson(decodeShape(encodeShape(shape)))).toEqual(WITH_HOLE)
})

test('any shape survives packing; truncated bytes are refused', () => {
  const ring = fc
    .array(fc.integer({ min: -1.8e9, max: 1.8e9 }), { minLength: 6, maxLength: 20 })
    .map((n) => Int32Array.from(n.length % 2 ? n.slice(1) : n))
  const shape = fc.array(fc.array(ring, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 3 })
  fc.assert(
    fc.property(shape, (value) => {
      const bytes = encodeShape(value)
      expect(decodeShape(bytes)).toEqual(value)
      expect(() => decodeShape(bytes.subarray(0, bytes.length - 4))).toThrow(RangeError)
      // pg hands out slices of larger buffers: alignment must not matter.
      const shifted = new Uint8Array(bytes.length + 1)
      shifted.set(bytes, 1)
      expect(decodeShape(shifted.subarray(1))).toEqual(value)
    })
  )
})

test('length and area are those of the ellipsoid', () => {
  // One minute of latitude and of longitude at 36° N on CGCS2000, from the radii of curvature.
  expect(distanceM([120, 36], [120, 36 + 1 / 60])).toBeCloseTo(1849.36, 1)
  expect(distanceM([120, 36], [120 + 1 / 60, 36])).toBeCloseTo(1502.73, 1)
})

test('the fast area of small shapes agrees with geodesics to a hundred-thousandth, holes taken off', () => {
  const shape = shapeFromGeoJson(WITH_HOLE)
  expect(Math.abs(smallAreaM2(shape) / areaM2(shape) - 1)).toBeLessThan(1e-5)
  const full: Shape = [[(shape[0] as Shape[0])[0] as Int32Array]]
  expect(areaM2(shape) / areaM2(full)).toBeCloseTo(0.96, 4)
})

test('the centroid of a square is its middle', () => {
  const square = shapeFromGeoJson({
    type: 'Polygon',
    coordinates: [
      [
        [120, 36],
        [120.001, 36],
        [120.001, 36.001],
        [120, 36.001],
        [120, 36]
      ]
    ]
  })
  expect(centroidOf(square)).toEqual([toUnits(120.0005), toUnits(36.0005)])
})
