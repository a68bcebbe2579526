/** The few JSTS operations the module uses, behind typed functions: its own declarations are mostly `any`. Coordinates are
 *  integers of the 1e-7 degree grid, on which JSTS computes exactly enough to keep shared borders shared. */
import ArrayList from 'jsts/java/util/ArrayList.js'
import InteriorPointArea from 'jsts/org/locationtech/jts/algorithm/InteriorPointArea.js'
import Coordinate from 'jsts/org/locationtech/jts/geom/Coordinate.js'
import GeometryFactory from 'jsts/org/locationtech/jts/geom/GeometryFactory.js'
import PrecisionModel from 'jsts/org/locationtech/jts/geom/PrecisionModel.js'
import NodedSegmentString from 'jsts/org/locationtech/jts/noding/NodedSegmentString.js'
import MCIndexSnapRounder from 'jsts/org/locationtech/jts/noding/snapround/MCIndexSnapRounder.js'
import OverlayOp from 'jsts/org/locationtech/jts/operation/overlay/OverlayOp.js'
import Polygonizer from 'jsts/org/locationtech/jts/operation/polygonize/Polygonizer.js'
import UnaryUnionOp from 'jsts/org/locationtech/jts/operation/union/UnaryUnionOp.js'
import IsValidOp from 'jsts/org/locationtech/jts/operation/valid/IsValidOp.js'
import VoronoiDiagramBuilder from 'jsts/org/locationtech/jts/triangulate/VoronoiDiagramBuilder.js'
import type { Polygon, Ring, Shape } from './shape.ts'

/** A polyline x0,y0,x1,y1,… in units. */
export type Line = ArrayLike<number>

interface Xy {
  x: number
  y: number
}
interface JtsGeometry {
  getCoordinates(): Xy[]
  getNumGeometries(): number
  getGeometryN(i: number): JtsGeometry
  getExteriorRing(): JtsGeometry
  getNumInteriorRing(): number
  getInteriorRingN(i: number): JtsGeometry
  getGeometryType(): string
  isEmpty(): boolean
  getUserData(): Xy
}
interface JavaList<T> {
  size(): number
  get(i: number): T
  add(item: unknown): boolean
}

const factory = new GeometryFactory(new PrecisionModel())

function coordinates(line: Line, closed = false): Xy[] {
  const out: Xy[] = []
  for (let i = 0; i < line.length; i += 2) out.push(new Coordinate(line[i], line[i + 1]) as unknown as Xy)
  if (closed) out.push(new Coordinate(line[0], line[1]) as unknown as Xy)
  return out
}

function javaList(items: Iterable<unknown>): JavaList<unknown> {
  const list = new ArrayList(null) as unknown as JavaList<unknown>
  for (const item of items) list.add(item)
  return list
}

function ringOf(geometry: JtsGeometry): Ring {
  const points = geometry.getCoordinates()
  const ring = new Int32Array((points.length - 1) * 2)
  for (let i = 0; i < points.length - 1; i++) {
    ring[i * 2] = Math.round((points[i] as Xy).x)
    ring[i * 2 + 1] = Math.round((points[i] as Xy).y)
  }
  return ring
}

function polygonOf(geometry: JtsGeometry): Polygon {
  const holes = Array.from({ length: geometry.getNumInteriorRing() }, (_, i) => ringOf(geometry.getInteriorRingN(i)))
  return [ringOf(geometry.getExteriorRing()), ...holes]
}

/** The faces enclosed by lines that meet only at their ends. */
export function polygonize(lines: Iterable<Line>): Polygon[] {
  const polygonizer = new Polygonizer(false)
  for (const line of lines) polygonizer.add(factory.createLineString(coordinates(line)))
  const found = polygonizer.getPolygons() as unknown as JavaList<JtsGeometry>
  return Array.from({ length: found.size() }, (_, i) => polygonOf(found.get(i)))
}

/** Cuts lines at all their mutual crossings by snap rounding on the unit grid; each piece keeps the tag of its line. */
export function nodeLines<T>(lines: Iterable<{ line: Line; tag: T }>): { line: number[]; tag: T }[] {
  const strings = javaList(Array.from(lines, ({ line, tag }) => new NodedSegmentString(coordinates(line), tag)))
  const noder = new MCIndexSnapRounder(new PrecisionModel(1))
  noder.computeNodes(strings)
  const found = noder.getNodedSubstrings() as unknown as JavaList<{ getCoordinates(): Xy[]; getData(): T }>
  return Array.from({ length: found.size() }, (_, i) => {
    const piece = found.get(i)
    return { line: piece.getCoordinates().flatMap((at) => [at.x, at.y]), tag: piece.getData() }
  })
}

/** Voronoi cells of the sites as rings in the plane of the sites (not rounded), with the site each belongs to. */
export function voronoiCells(sites: Iterable<readonly [number, number]>): { site: [number, number]; ring: [number, number][] }[] {
  const builder = new VoronoiDiagramBuilder()
  builder.setSites(javaList(Array.from(sites, ([x, y]) => new Coordinate(x, y))))
  const subdivision = builder.getSubdivision() as unknown as { getVoronoiCellPolygons(f: GeometryFactory): JavaList<JtsGeometry> }
  const cells = subdivision.getVoronoiCellPolygons(factory)
  return Array.from({ length: cells.size() }, (_, i) => {
    const cell = cells.get(i)
    const site = cell.getUserData()
    const ring = cell.getCoordinates().map((at): [number, number] => [at.x, at.y])
    return { site: [site.x, site.y], ring }
  })
}

function geometryOf(shape: Shape): JtsGeometry {
  const ring = (line: Ring) => factory.createLinearRing(coordinates(line, true))
  const polygons = shape.map((polygon) => factory.createPolygon(ring(polygon[0] as Ring), polygon.slice(1).map(ring)))
  return (polygons.length === 1 ? polygons[0] : factory.createMultiPolygon(polygons)) as unknown as JtsGeometry
}

function shapeOf(geometry: JtsGeometry): Shape {
  const parts = Array.from({ length: geometry.getNumGeometries() }, (_, i) => geometry.getGeometryN(i))
  return parts.filter((part) => part.getGeometryType() === 'Polygon' && !part.isEmpty()).map(polygonOf)
}

/** A point well inside a shape, in units. */
export function interiorPointOf(shape: Shape): [number, number] {
  const at = InteriorPointArea.getInteriorPoint(geometryOf(shape)) as unknown as Xy
  return [at.x, at.y]
}

/** Why a shape is not a valid OGC polygon; null when it is valid. */
export function invalidReason(shape: Shape): string | null {
  const check = new IsValidOp(geometryOf(shape))
  const error = check.getValidationError() as { getMessage(): string } | null
  return error === null ? null : error.getMessage()
}

export const intersectionOf = (a: Shape, b: Shape): Shape => shapeOf(OverlayOp.intersection(geometryOf(a), geometryOf(b)))
export const differenceOf = (a: Shape, b: Shape): Shape => shapeOf(OverlayOp.difference(geometryOf(a), geometryOf(b)))

/** Union of any number of shapes. */
export function unionOf(shapes: Iterable<Shape>): Shape {
  const list = javaList(Array.from(shapes, geometryOf))
  const union = UnaryUnionOp.union(list) as unknown as JtsGeometry | null
  return union === null ? [] : shapeOf(union)
}
