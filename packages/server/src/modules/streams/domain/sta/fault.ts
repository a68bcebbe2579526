/** What a request of SensorThings is refused with; becomes `{ code, message }` (SensorThings 1.1, 9.2.3). */
export class StaError extends Error {
  readonly status: number

  constructor(message: string, status = 400) {
    super(message)
    this.name = 'StaError'
    this.status = status
  }
}
