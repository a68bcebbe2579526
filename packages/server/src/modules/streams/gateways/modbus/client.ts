import { connect, type Socket } from 'node:net'
import { ModbusError, type ReadPlan, readAnswer, readRequest } from '../../domain/modbus.ts'

const HEADER = 7
const PDU_MOST = 253

/** One connection to a Modbus TCP host; requests one after another, as many devices expect. Reconnects on demand, never by itself. */
export class ModbusHost {
  readonly #host: string
  readonly #port: number
  #socket: Socket | null = null
  #connecting: Promise<Socket> | null = null
  #turn: Promise<unknown> = Promise.resolve()
  #transaction = 0
  #data: Buffer = Buffer.alloc(0)
  #waiting: { id: number; unit: number; resolve(pdu: Buffer): void; reject(error: Error): void } | null = null

  constructor(host: string, port: number) {
    this.#host = host
    this.#port = port
  }

  /** Registers or bits of a unit. @throws ModbusError when the device refuses, Error when it does not answer in time. */
  read(unit: number, plan: ReadPlan, timeoutMs: number): Promise<Buffer> {
    const work = this.#turn.then(() => this.#ask(unit, plan, timeoutMs))
    this.#turn = work.catch(() => undefined)
    return work
  }

  close(): void {
    this.#drop(new Error('closed'))
  }

  async #ask(unit: number, plan: ReadPlan, timeoutMs: number): Promise<Buffer> {
    const socket = await this.#open(timeoutMs)
    const pdu = readRequest(plan)
    this.#transaction = (this.#transaction + 1) & 0xffff
    const id = this.#transaction
    const header = Buffer.alloc(HEADER)
    header.writeUInt16BE(id, 0)
    header.writeUInt16BE(pdu.length + 1, 4)
    header.writeUInt8(unit, 6)
    const answer = await new Promise<Buffer>((resolve, reject) => {
      const timer = setTimeout(() => {
        // An answer that comes late would be taken for that of the next question on devices that ignore the number: begin anew.
        this.#drop(new Error(`no answer in ${timeoutMs} ms`))
      }, timeoutMs)
      const settle =
        <T>(done: (value: T) => void) =>
        (value: T) => {
          clearTimeout(timer)
          this.#waiting = null
          done(value)
        }
      this.#waiting = { id, unit, resolve: settle(resolve), reject: settle(reject) }
      socket.write(Buffer.concat([header, pdu]))
    })
    return readAnswer(plan, answer)
  }

  #open(timeoutMs: number): Promise<Socket> {
    if (this.#socket && !this.#socket.destroyed) return Promise.resolve(this.#socket)
    this.#connecting ??= new Promise<Socket>((resolve, reject) => {
      const socket = connect({ host: this.#host, port: this.#port })
      socket.setNoDelay(true)
      const timer = setTimeout(() => socket.destroy(new Error(`no connection in ${timeoutMs} ms`)), timeoutMs)
      socket.once('connect', () => {
        clearTimeout(timer)
        this.#socket = socket
        this.#data = Buffer.alloc(0)
        resolve(socket)
      })
      socket.on('data', (chunk) => this.#heard(socket, chunk))
      socket.on('error', (error) => {
        clearTimeout(timer)
        reject(error)
        if (this.#socket === socket) this.#drop(error)
      })
      socket.on('close', () => {
        clearTimeout(timer)
        reject(new Error('connection closed'))
        if (this.#socket === socket) this.#drop(new Error('connection closed'))
      })
    }).finally(() => {
      this.#connecting = null
    })
    return this.#connecting
  }

  #heard(socket: Socket, chunk: Buffer): void {
    if (this.#socket !== socket) return
    this.#data = Buffer.concat([this.#data, chunk])
    while (this.#data.length >= HEADER) {
      const length = this.#data.readUInt16BE(4)
      if (this.#data.readUInt16BE(2) !== 0 || length < 2 || length > PDU_MOST + 1) {
        this.#drop(new ModbusError('not Modbus TCP'))
        return
      }
      if (this.#data.length < 6 + length) return
      const id = this.#data.readUInt16BE(0)
      const pdu = Buffer.from(this.#data.subarray(HEADER, 6 + length))
      this.#data = this.#data.subarray(6 + length)
      if (this.#waiting?.id === id) this.#waiting.resolve(pdu)
    }
  }

  #drop(error: Error): void {
    const socket = this.#socket
    this.#socket = null
    this.#data = Buffer.alloc(0)
    socket?.destroy()
    this.#waiting?.reject(error)
  }
}
