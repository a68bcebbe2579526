import { XMLParser } from 'fast-xml-parser'
import { sql } from 'kysely'
import { expect } from 'vitest'
import { AT_WEST, type Client, type TestApp, testApp } from '../../testing.ts'

export type Rows = Record<string, string>[]

/** The small city on a real port, and a key to file reports with. */
export async function open311City() {
  const t: TestApp = await testApp()
  const base = await t.app.http.listen({ port: 0, host: '127.0.0.1' })
  const admin: Client = await t.as('dataadmin')
  const made = await admin.call<{ key: string }>('POST', '/api/public/open311/keys', { name: '邻市热线' })
  expect(made.status).toBe(201)
  const key = made.body.key
  const parser = new XMLParser({ parseTagValue: false })

  const json = async <T = Rows>(path: string, init?: RequestInit): Promise<{ status: number; type: string | null; body: T }> => {
    const reply = await fetch(`${base}/open311/${path}`, init)
    return { status: reply.status, type: reply.headers.get('content-type'), body: (await reply.json()) as T }
  }
  const xml = async (path: string, init?: RequestInit) => {
    const reply = await fetch(`${base}/open311/${path}`, init)
    const text = await reply.text()
    return { status: reply.status, type: reply.headers.get('content-type'), text, body: parser.parse(text) }
  }
  const report = (over: Record<string, string> = {}) => ({
    api_key: key,
    service_code: 'litter',
    lat: String(AT_WEST[1]),
    long: String(AT_WEST[0]),
    description: '路口有垃圾 <b>&',
    ...over
  })
  const filed = async (over: Record<string, string> = {}): Promise<string> => {
    const made = await json('v2/requests.json', form(report(over)))
    expect(made).toMatchObject({ status: 201 })
    return made.body[0]!.service_request_id!
  }
  const caseOf = async (number: string) => {
    const { rows } = await sql<{ id: string; grid_code: string | null; version: number }>`select * from cases."case"
      where case_no = ${number}`.execute(t.database.db)
    return rows[0]!
  }
  return { t, base, admin, key, json, xml, report, filed, caseOf }
}

export const form = (fields: Record<string, string>): RequestInit => ({ method: 'POST', body: new URLSearchParams(fields) })
