/** Room for slots: one typed array that grows, places that are given back used again. */
export class SlotSpace {
  slots = new Float64Array(4096)
  used = 0
  private readonly freed = new Map<number, number[]>()

  /** First slot of a place of this size. */
  take(size: number): number {
    const free = this.freed.get(size)?.pop()
    if (free !== undefined) return free
    if (this.used + size > this.slots.length) {
      const slots = new Float64Array(Math.max(this.used + size, this.slots.length * 2))
      slots.set(this.slots)
      this.slots = slots
    }
    const o = this.used
    this.used += size
    return o
  }

  give(size: number, offset: number): void {
    const free = this.freed.get(size)
    if (free) free.push(offset)
    else this.freed.set(size, [offset])
  }
}
