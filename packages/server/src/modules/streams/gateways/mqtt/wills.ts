/** Wills that wait: one of a client that comes back in time is not said (MQTT 5, 3.1.3.2.2). */
export class Wills {
  readonly #waiting = new Map<string, NodeJS.Timeout>()

  /** Say a will after so many seconds; 0: now. */
  say(key: string, delayS: number, say: () => void): void {
    if (delayS === 0) {
      say()
      return
    }
    this.cancel(key)
    const timer = setTimeout(() => {
      this.#waiting.delete(key)
      say()
    }, delayS * 1000)
    timer.unref()
    this.#waiting.set(key, timer)
  }

  cancel(key: string): void {
    clearTimeout(this.#waiting.get(key))
    this.#waiting.delete(key)
  }

  clear(): void {
    for (const key of [...this.#waiting.keys()]) this.cancel(key)
  }
}
