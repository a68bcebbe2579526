/**
 * The bare endpoint beside SensorThings: an HTTP server of its own that stores what waits with one statement and answers after the commit. Nobody
 * signs in, nothing is checked, followed or judged. Run with a database URL.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import Fastify from 'fastify'
import pg from 'pg'

const HERE = fileURLToPath(import.meta.url)
const INSERT = `insert into raw_observation (at, value, stream_id)
  select t.a, t.v, t.s from unnest($1::timestamptz[], $2::float8[], $3::int[]) as t (a, v, s) on conflict do nothing`

export interface StaPeer {
  url: string
  stop(): Promise<void>
}

/** Makes the table, with the indexes of readings, and starts the endpoint. */
export async function startStaPeer(databaseUrl: string): Promise<StaPeer> {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 1 })
  await pool.query(`drop table if exists raw_observation;
    create table raw_observation (at timestamptz not null, value double precision, value2 double precision, stream_id integer not null,
      quality smallint not null default 0, extra jsonb);
    create unique index on raw_observation (stream_id, at); create index on raw_observation using brin (at)`)
  await pool.end()
  const child = fork(HERE, [databaseUrl])
  const [port] = (await once(child, 'message')) as [number]
  return {
    url: `http://127.0.0.1:${port}`,
    stop: async () => {
      child.disconnect()
      await once(child, 'exit')
    }
  }
}

interface One {
  at: string
  value: number
  stream: number
  done: () => void
  failed: (error: unknown) => void
}

if (process.argv[1] === HERE) {
  const pool = new pg.Pool({ connectionString: process.argv[2], max: 4 })
  let waiting: One[] = []
  let isFlushing = false
  const flush = async (): Promise<void> => {
    isFlushing = true
    while (waiting.length > 0) {
      const now = waiting
      waiting = []
      try {
        await pool.query({
          name: 'put',
          text: INSERT,
          values: [now.map((o) => o.at), now.map((o) => o.value), now.map((o) => o.stream)]
        })
        for (const o of now) o.done()
      } catch (error) {
        for (const o of now) o.failed(error)
      }
    }
    isFlushing = false
  }
  const app = Fastify({ bodyLimit: 16 * 1024 * 1024 })
  type Body = { phenomenonTime: string; result: number; Datastream: { '@iot.id': number } }
  app.post<{ Body: Body }>('/sta/v1.1/Observations', async ({ body }, reply) => {
    await new Promise<void>((done, failed) => {
      waiting.push({ at: body.phenomenonTime, value: body.result, stream: body.Datastream['@iot.id'], done, failed })
      if (!isFlushing) void flush()
    })
    return reply.code(201).send({ id: `${body.Datastream['@iot.id']}-${Date.parse(body.phenomenonTime)}` })
  })
  type Group = { Datastream: { '@iot.id': number }; dataArray: [string, number][] }
  app.post<{ Body: Group[] }>('/sta/v1.1/CreateObservations', async ({ body }, reply) => {
    const rows = body.flatMap((g) => g.dataArray.map((r) => [r[0], r[1], g.Datastream['@iot.id']] as const))
    await pool.query({ name: 'put', text: INSERT, values: [rows.map((r) => r[0]), rows.map((r) => r[1]), rows.map((r) => r[2])] })
    return reply.code(201).send(rows.map((r) => `Observations('${r[2]}-${Date.parse(r[0])}')`))
  })
  await app.listen({ port: 0, host: '127.0.0.1' })
  process.send!((app.server.address() as AddressInfo).port)
  process.once('disconnect', () => {
    void app.close().then(() => pool.end())
  })
}
