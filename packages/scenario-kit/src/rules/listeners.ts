/** Who listens to a stream: for each a chain of rule-streams, with the input it is to them. Twelve bytes an entry, four a stream. */
export class Listeners {
  head = new Int32Array(4096).fill(-1)
  of = new Int32Array(1024)
  input = new Int16Array(1024)
  next = new Int32Array(1024)
  private used = 0
  private spare = -1

  get bytes(): number {
    return this.used * 10 + this.head.length * 4
  }

  /** First entry of a stream, −1 when nobody listens. */
  first(stream: number): number {
    return stream < this.head.length ? this.head[stream]! : -1
  }

  add(stream: number, of: number, input: number): void {
    if (stream >= this.head.length) {
      const head = new Int32Array(Math.max(stream + 1, this.head.length * 2)).fill(-1)
      head.set(this.head)
      this.head = head
    }
    const e = this.entry()
    this.of[e] = of
    this.input[e] = input
    this.next[e] = this.head[stream]!
    this.head[stream] = e
  }

  remove(stream: number, of: number): void {
    let before = -1
    for (let e = this.first(stream); e >= 0; ) {
      const next = this.next[e]!
      if (this.of[e] === of) {
        if (before < 0) this.head[stream] = next
        else this.next[before] = next
        this.next[e] = this.spare
        this.spare = e
      } else before = e
      e = next
    }
  }

  private entry(): number {
    if (this.spare >= 0) {
      const e = this.spare
      this.spare = this.next[e]!
      return e
    }
    if (this.used === this.of.length) {
      this.of = bigger(this.of, Int32Array)
      this.input = bigger(this.input, Int16Array)
      this.next = bigger(this.next, Int32Array)
    }
    return this.used++
  }
}

type Table = Int32Array<ArrayBuffer> | Int16Array<ArrayBuffer> | Uint8Array<ArrayBuffer> | Float64Array<ArrayBuffer>
/** The same table with room for twice as many. */
export function bigger<T extends Table>(old: T, Kind: new (length: number) => T): T {
  const table = new Kind(old.length * 2)
  table.set(old)
  return table
}
