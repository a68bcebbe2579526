/** Rule-streams by the instant of their next timer. Entries may be earlier than what they stand for, never later: who pops one looks again. */
export class Timers {
  private due = new Float64Array(1024)
  private of = new Int32Array(1024)
  private size = 0

  get length(): number {
    return this.size
  }

  /** The earliest instant, Infinity when there is none. */
  get next(): number {
    return this.size === 0 ? Infinity : this.due[0]!
  }

  push(due: number, of: number): void {
    if (this.size === this.due.length) this.grow()
    let i = this.size++
    while (i > 0) {
      const up = (i - 1) >> 1
      if (this.due[up]! <= due) break
      this.due[i] = this.due[up]!
      this.of[i] = this.of[up]!
      i = up
    }
    this.due[i] = due
    this.of[i] = of
  }

  /** Take the earliest entry out; its rule-stream. */
  pop(): number {
    const top = this.of[0]!
    const due = this.due[--this.size]!
    const of = this.of[this.size]!
    let i = 0
    for (;;) {
      let child = 2 * i + 1
      if (child >= this.size) break
      if (child + 1 < this.size && this.due[child + 1]! < this.due[child]!) child++
      if (this.due[child]! >= due) break
      this.due[i] = this.due[child]!
      this.of[i] = this.of[child]!
      i = child
    }
    this.due[i] = due
    this.of[i] = of
    return top
  }

  clear(): void {
    this.size = 0
  }

  private grow(): void {
    const due = new Float64Array(this.due.length * 2)
    due.set(this.due)
    const of = new Int32Array(due.length)
    of.set(this.of)
    this.due = due
    this.of = of
  }
}
