import type { BatchView } from '@chengyun/contract/registry'
import type { Client, TestApp } from '../../testing.ts'

/** A multipart body with one file. */
export function upload(name: string, body: Buffer | string): { payload: Buffer; headers: Record<string, string> } {
  const boundary = 'batch-of-a-test'
  const head = `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="${name}"\r\ncontent-type: application/octet-stream\r\n\r\n`
  return {
    payload: Buffer.concat([Buffer.from(head), Buffer.from(body), Buffer.from(`\r\n--${boundary}--\r\n`)]),
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` }
  }
}

/** Columns of a list of covers, named as cities name them; the lines of `cover` go with it. */
export const COLUMNS = 'GLBJBSM,GLBJMC,GLBJZT,lng,lat,CSRQ,SJLY,ZGBMMC,规格型号'
/** Code of the n-th cover of the water supply in the western district. */
export const coverCode = (n: number): string => `37020201001${String(n).padStart(6, '0')}`
/** Where something lies as the list writes it, so many degrees beside a place. */
export const at = ([lng, lat]: readonly [number, number], dx = 0, dy = 0): string =>
  `${(lng + dx).toFixed(7)},${(lat + dy).toFixed(7)}`
/** A cover of the water supply as a line of the list. */
export const cover = (code: string, place: string, { state = '完好', model = 'DN700' } = {}): string =>
  `${code},供水井盖,${state},${place},20240501,实测,水务集团,${model}`
/** The list as a file. */
export const covers = (lines: readonly string[], name = '井盖.csv') => ({ name, body: [COLUMNS, ...lines].join('\n') })

/** Opens a batch and puts a file into it. */
export async function openBatch(who: Client, input: object, file: { name: string; body: Buffer | string }): Promise<BatchView> {
  const made = await who.call<BatchView>('POST', '/api/registry/batches', input)
  if (made.status !== 201) throw new Error(JSON.stringify(made.body))
  return addFile(who, made.body.id, file)
}

export async function addFile(
  who: Client,
  id: string,
  { name, body }: { name: string; body: Buffer | string }
): Promise<BatchView> {
  const { payload, headers } = upload(name, body)
  const added = await who.call<BatchView>('POST', `/api/registry/batches/${id}/files`, payload, headers)
  if (added.status !== 201) throw new Error(JSON.stringify(added.body))
  return added.body
}

/** Starts the dry run or the publication and waits for its end. */
export async function through(who: Client, id: string, act: 'check' | 'publish', body?: object): Promise<BatchView> {
  const begun = await who.call<BatchView>('POST', `/api/registry/batches/${id}/${act}`, body)
  if (begun.status !== 202) throw new Error(JSON.stringify(begun.body))
  for (let i = 0; i < 600; i++) {
    const { body: now } = await who.call<BatchView>('GET', `/api/registry/batches/${id}`)
    if (now.progress === null) return now
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('the batch does not come to an end')
}

/** Adds a file, says what there is to say, and reads it. */
export async function imported(t: TestApp, input: object, file: { name: string; body: Buffer | string }): Promise<BatchView> {
  const who = await t.as('dataadmin')
  return through(who, (await openBatch(who, input, file)).id, 'check')
}
