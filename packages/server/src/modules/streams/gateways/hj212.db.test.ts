import { connect, type Socket } from 'node:net'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { FrameCutter, frameOf } from '../domain/hj212-frame.ts'
import { type GatewayBed, gatewayBed, type MadeDevice, station, until } from './gateways.testing.ts'

let t: GatewayBed
let dust: MadeDevice
const MN = '370202YC0000001'
const PW = '123456'
const sockets: Socket[] = []
beforeAll(async () => {
  t = await gatewayBed()
  const streams = { pm25: 'number', pm10: 'number', pm25Minute: 'number', voc: 'number' } as const
  const config = { hj212: { mn: MN, factors: [{ factor: 'a34006', command: '2061' as const, stream: 'voc', scale: 1000 }] } }
  dust = await station(t, streams, { protocol: 'hj212', secret: PW, config })
})
afterAll(async () => {
  for (const s of sockets) s.destroy()
  await t.close()
})

/** A line to the gateway, and what it answers. */
async function line(): Promise<{ socket: Socket; answers: string[] }> {
  const socket = connect(t.gateways.ports.hj212!, '127.0.0.1')
  sockets.push(socket)
  const cutter = new FrameCutter()
  const answers: string[] = []
  socket.on('data', (chunk) => {
    for (const cut of cutter.push(chunk)) if (cut.kind === 'frame') answers.push(cut.segment.toString())
  })
  await new Promise((done) => socket.once('connect', done))
  return { socket, answers }
}
const message = (cn: string, cp: string, more: { flag?: number; qn?: string; pw?: string; mn?: string; packet?: string } = {}) =>
  `QN=${more.qn ?? '20260101080000001'};ST=39;CN=${cn};PW=${more.pw ?? PW};MN=${more.mn ?? MN};Flag=${more.flag ?? 5};${more.packet ?? ''}CP=&&${cp}&&`
const wall = (agoS: number) => t.gateways.wall.stamp(Date.now() - agoS * 1000).slice(0, 14)
const rowsOf = async (key: string) =>
  (
    await sql<{
      at: Date
      value: number
      quality: number
    }>`select at, value, quality from streams.reading where stream_id = ${dust.streams[key]} order by at`.execute(t.database.db)
  ).rows
const faultOf = async () => {
  await t.gateways.book.write()
  const { rows } = await sql<{ code: string; faults: number }>`select fault_code as code, faults::int from streams.device
    where item_id = ${dust.id}`.execute(t.database.db)
  return rows[0]!
}

describe('HJ 212', () => {
  test('real-time data are stored under their wall time with their flags, then answered with the same number', async () => {
    const { socket, answers } = await line()
    const at = wall(60)
    const bytes = frameOf(
      message('2011', `DataTime=${at};a34004-Rtd=35.5,a34004-Flag=N;a34002-Rtd=78,a34002-Flag=M;a34001-Rtd=1`)
    )
    // As the network likes it: in three pieces.
    for (const [from, to] of [
      [0, 3],
      [3, 90],
      [90, bytes.length]
    ] as const) {
      socket.write(bytes.subarray(from, to))
      await new Promise((r) => setTimeout(r, 20))
    }
    await until(() => answers.length === 1)
    expect(answers[0]).toBe(`QN=20260101080000001;ST=91;CN=9014;PW=${PW};MN=${MN};Flag=4;CP=&&&&`)
    const [pm25] = await rowsOf('pm25')
    expect(pm25).toMatchObject({ value: 35.5, quality: 0 })
    expect(pm25!.at.getTime()).toBe(t.gateways.wall.parseStamp(at))
    expect((await rowsOf('pm10'))[0]).toMatchObject({ value: 78, quality: 4 })
    // A factor without a stream is noted and takes nothing along.
    expect((await faultOf()).code).toBe('FACTOR_UNKNOWN')
  })

  test('averages go to streams of their own, and a device may say what its factors are', async () => {
    const { socket, answers } = await line()
    socket.write(frameOf(message('2051', `DataTime=${wall(120)};a34004-Avg=30,a34004-Flag=N`)))
    socket.write(frameOf(message('2061', `DataTime=${wall(3600)};a34006-Avg=2.697,a34006-Flag=N`, { qn: '20260101080000002' })))
    await until(() => answers.length === 2)
    expect((await rowsOf('pm25Minute'))[0]?.value).toBe(30)
    expect((await rowsOf('voc'))[0]?.value).toBeCloseTo(2697)
  })

  test('a divided message needs its time once', async () => {
    const { socket, answers } = await line()
    const at = wall(200)
    const qn = '20260101080000003'
    socket.write(frameOf(message('2011', `DataTime=${at};a34004-Rtd=1`, { flag: 7, qn, packet: 'PNUM=2;PNO=1;' })))
    socket.write(frameOf(message('2011', 'a34002-Rtd=2', { flag: 7, qn, packet: 'PNUM=2;PNO=2;' })))
    await until(() => answers.length === 2)
    const time = t.gateways.wall.parseStamp(at)
    expect((await rowsOf('pm10')).find((r) => r.at.getTime() === time)?.value).toBe(2)
  })

  test('without bit 0 nothing is answered; a frame sent again is one reading and one answer more', async () => {
    const { socket, answers } = await line()
    const cp = `DataTime=${wall(300)};a34004-Rtd=9`
    const before = (await rowsOf('pm25')).length
    socket.write(frameOf(message('2011', cp, { flag: 4 })))
    socket.write(frameOf(message('2011', cp, { flag: 5 })))
    socket.write(frameOf(message('2011', cp, { flag: 5 })))
    await until(() => answers.length === 2)
    expect(await rowsOf('pm25')).toHaveLength(before + 1)
  })

  test('wrong password, unknown instrument, unknown command: said in the code of the standard', async () => {
    const { socket, answers } = await line()
    socket.write(frameOf(message('2011', `DataTime=${wall(10)};a34004-Rtd=9`, { pw: '654321' })))
    socket.write(frameOf(message('2011', `DataTime=${wall(10)};a34004-Rtd=9`, { mn: 'NOBODY' })))
    socket.write(frameOf(message('7777', '')))
    await until(() => answers.length === 3)
    expect(answers.map((a) => /CN=9011.*QnRtn=(\d+)/.exec(a)?.[1])).toEqual(['3', '4', '8'])
    expect((await faultOf()).code).toBe('PASSWORD_WRONG')
  })

  test('a broken frame is counted and the next one read', async () => {
    const { socket, answers } = await line()
    const good = frameOf(message('2011', `DataTime=${wall(11)};a34004-Rtd=11`))
    socket.write(good)
    await until(() => answers.length === 1)
    const { faults } = await faultOf()
    const bad = Buffer.from(good)
    bad[40] = bad[40]! ^ 1
    socket.write(Buffer.concat([bad, good]))
    await until(() => answers.length === 2)
    expect(await faultOf()).toMatchObject({ code: 'FRAME_CRC', faults: faults + 1 })
  })

  test('who asks for the time is told the time of the city', async () => {
    const { socket, answers } = await line()
    socket.write(frameOf(message('1013', 'PolId=w01018')))
    await until(() => answers.length === 2)
    expect(answers[0]).toContain('CN=9013')
    const told = /CN=1012;.*PolId=w01018;SystemTime=(\d{14})/.exec(answers[1]!)?.[1]
    expect(Math.abs(t.gateways.wall.parseStamp(told!) - Date.now())).toBeLessThan(5000)
  })

  test('what an instrument says of itself is an event', async () => {
    const heard: Record<string, unknown>[] = []
    t.app.hub.watch((e) => {
      if (e.name === 'streams.deviceEvent') heard.push(e.payload)
    })
    const { socket, answers } = await line()
    socket.write(frameOf(message('3020', 'DataTime=20260101080000;PolId=w01018;i12001-Info=1')))
    await until(() => answers.some((a) => a.includes('9014')))
    await until(async () => {
      await t.gateways.book.write()
      await t.settle()
      return heard.length > 0
    })
    expect(heard[0]).toMatchObject({
      deviceId: dust.id,
      data: { command: '3020', PolId: 'w01018', factors: { i12001: { Info: '1' } } }
    })
  })
})
