import { distanceM } from '../../../geo/index.ts'

/** Two items of one class so close to each other are probably one (standards §2.7.3). */
export const TWIN_M = 1
/** Cells a little wider than that at the equator; in longitude wider still, so that the neighbours hold every candidate. */
const CELL = 1.2e-5

/** Points by class and cell in typed arrays; each is held against those before it in the nine cells around. */
export class TwinFinder {
  #head = new Map<number, number>()
  #next = new Int32Array(1 << 16)
  #lng = new Float64Array(1 << 16)
  #lat = new Float64Array(1 << 16)
  #no = new Int32Array(1 << 16)
  #class = new Uint16Array(1 << 16)
  readonly #classes = new Map<string, number>()
  #size = 0

  /** Adds a point; answers the number of an earlier one of the same class within a metre, null when there is none. */
  add(no: number, classCode: string, lng: number, lat: number): { no: number; distanceM: number } | null {
    const cls = this.#classes.get(classCode) ?? this.#classes.size
    this.#classes.set(classCode, cls)
    // Longitude shrinks: at 60° a metre is twice as many degrees.
    const wide = CELL / Math.max(0.05, Math.cos((Math.round(lat) * Math.PI) / 180))
    const [x, y] = [Math.floor(lng / wide), Math.floor(lat / CELL)]
    let found: { no: number; distanceM: number } | null = null
    for (let dx = -1; dx <= 1 && !found; dx++)
      for (let dy = -1; dy <= 1 && !found; dy++)
        for (let i = (this.#head.get(keyOf(x + dx, y + dy)) ?? 0) - 1; i >= 0; i = (this.#next[i] as number) - 1) {
          if (this.#class[i] !== cls) continue
          const away = distanceM([lng, lat], [this.#lng[i] as number, this.#lat[i] as number])
          if (away > TWIN_M) continue
          found = { no: this.#no[i] as number, distanceM: away }
          break
        }
    this.#put(no, cls, lng, lat, keyOf(x, y))
    return found
  }

  #put(no: number, cls: number, lng: number, lat: number, key: number): void {
    const i = this.#size++
    if (i === this.#next.length) this.#grow()
    this.#next[i] = this.#head.get(key) ?? 0
    this.#head.set(key, i + 1)
    this.#lng[i] = lng
    this.#lat[i] = lat
    this.#no[i] = no
    this.#class[i] = cls
  }

  #grow(): void {
    const n = this.#next.length * 2
    const copy = <T extends Int32Array | Float64Array | Uint16Array>(old: T, made: T): T => {
      made.set(old as never)
      return made
    }
    this.#next = copy(this.#next, new Int32Array(n))
    this.#lng = copy(this.#lng, new Float64Array(n))
    this.#lat = copy(this.#lat, new Float64Array(n))
    this.#no = copy(this.#no, new Int32Array(n))
    this.#class = copy(this.#class, new Uint16Array(n))
  }
}

const keyOf = (x: number, y: number): number => x * 33_554_432 + y
