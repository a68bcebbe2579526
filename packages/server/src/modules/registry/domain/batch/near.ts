import { distanceM } from '../../../geo/index.ts'

/** Two items of one class so close to each other are probably one (standards §2.7.3). */
export const TWIN_M = 1
/** Metres of a degree at the least: of latitude at the equator, of longitude there times the cosine. A length by them is never too long. */
const LAT_M = 110_574
const LNG_M = 111_319
/** Cells so wide that most points need only their own, so narrow that few of a class share one. */
const CELL = 8 / LAT_M

/** Points by class and cell in typed arrays, found by a hash of both; each is held against those before it. */
export class TwinFinder {
  #heads = new Int32Array(1 << 16)
  #next = new Int32Array(1 << 15)
  #lng = new Float64Array(1 << 15)
  #lat = new Float64Array(1 << 15)
  #no = new Int32Array(1 << 15)
  #class = new Uint16Array(1 << 15)
  readonly #classes = new Map<string, number>()
  #size = 0

  /** Adds a point; answers the number of an earlier one of the same class within a metre, null when there is none. */
  add(no: number, classCode: string, lng: number, lat: number): { no: number; distanceM: number } | null {
    let cls = this.#classes.get(classCode)
    if (cls === undefined) {
      cls = this.#classes.size
      this.#classes.set(classCode, cls)
    }
    const found = this.#find(cls, lng, lat)
    const i = this.#size++
    if (i === this.#next.length) this.#grow()
    this.#lng[i] = lng
    this.#lat[i] = lat
    this.#no[i] = no
    this.#class[i] = cls
    this.#link(i)
    return found
  }

  #find(cls: number, lng: number, lat: number): { no: number; distanceM: number } | null {
    const shrunk = Math.cos((lat * Math.PI) / 180) * LNG_M
    const dx = TWIN_M / Math.max(1, shrunk)
    const dy = TWIN_M / LAT_M
    const [x0, x1] = [Math.floor((lng - dx) / CELL), Math.floor((lng + dx) / CELL)]
    const [y0, y1] = [Math.floor((lat - dy) / CELL), Math.floor((lat + dy) / CELL)]
    for (let x = x0; x <= x1; x++)
      for (let y = y0; y <= y1; y++)
        for (let i = (this.#heads[this.#bucket(cls, x, y)] as number) - 1; i >= 0; i = (this.#next[i] as number) - 1) {
          if (this.#class[i] !== cls) continue
          const [ax, ay] = [((this.#lng[i] as number) - lng) * shrunk, ((this.#lat[i] as number) - lat) * LAT_M]
          if (ax * ax + ay * ay > TWIN_M * TWIN_M * 1.001) continue
          const away = distanceM([lng, lat], [this.#lng[i] as number, this.#lat[i] as number])
          if (away <= TWIN_M) return { no: this.#no[i] as number, distanceM: away }
        }
    return null
  }

  #link(i: number): void {
    const at = this.#bucket(
      this.#class[i] as number,
      Math.floor((this.#lng[i] as number) / CELL),
      Math.floor((this.#lat[i] as number) / CELL)
    )
    this.#next[i] = this.#heads[at] as number
    this.#heads[at] = i + 1
  }

  #bucket(cls: number, x: number, y: number): number {
    const h = Math.imul(x, 0x9e3779b1) ^ Math.imul(y, 0x85ebca77) ^ Math.imul(cls + 1, 0xc2b2ae3d)
    return (h ^ (h >>> 15)) & (this.#heads.length - 1)
  }

  #grow(): void {
    const n = this.#next.length * 2
    const copy = <T extends Int32Array | Float64Array | Uint16Array>(old: T, made: T): T => {
      made.set(old as never)
      return made
    }
    this.#lng = copy(this.#lng, new Float64Array(n))
    this.#lat = copy(this.#lat, new Float64Array(n))
    this.#no = copy(this.#no, new Int32Array(n))
    this.#class = copy(this.#class, new Uint16Array(n))
    this.#next = new Int32Array(n)
    this.#heads = new Int32Array(n * 2)
    for (let i = 0; i < this.#size - 1; i++) this.#link(i)
  }
}
