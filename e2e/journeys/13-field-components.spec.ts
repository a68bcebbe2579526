import type { CaseListView, CaseView } from '@chengyun/contract/cases'
import type { ProposalPage, ProposalView } from '@chengyun/contract/field'
import type { ItemCard } from '@chengyun/contract/registry'
import type { Page } from '@playwright/test'
import qrcode from 'qrcode'
import { type Account, HERE, photo } from '../support/account.ts'
import { PHONE as CITIZEN_PHONE, sound, submit, toSend } from '../support/citizen.ts'
import { delivered, enterField, open, PHONE, shoot } from '../support/field.ts'
import { expect, test } from '../support/test.ts'

const COLLECTOR = 'collector.370202001.1'
const DAY_MS = 86_400_000
const COVER = '01001'
const kept = (page: Page) => page.evaluate('navigator.serviceWorker.ready.then(() => undefined)')

/** So many metres east and north of where the telephone is. */
const east = (m: number, north = 0): [number, number] => [
  Number((HERE[0] + m / 89_900).toFixed(6)),
  Number((HERE[1] + north / 111_000).toFixed(6))
]

/** A component in the register, as its keeper enters it. */
const enter = (keeper: Account, cls: string, place: [number, number], more: object = {}): Promise<ItemCard> =>
  keeper.send<ItemCard>('POST', '/registry/items/component', { class: cls, place, ...more })

/** Before the lens of this telephone is a plate; the reader is the app's own. */
async function plateBeforeLens(page: Page, text: string): Promise<void> {
  const plate = await qrcode.toDataURL(text, { width: 480, margin: 4 })
  await page.addInitScript(`navigator.mediaDevices.getUserMedia = async () => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 480, height: 480 })
    const picture = Object.assign(new Image(), { src: ${JSON.stringify(plate)} })
    await picture.decode()
    setInterval(() => canvas.getContext('2d').drawImage(picture, 0, 0), 100)
    return canvas.captureStream(10)
  }`)
}

const caseBy = async (acceptor: Account, words: string): Promise<CaseView> => {
  const found = await acceptor.send<CaseListView>('GET', `/cases?q=${encodeURIComponent(words)}`)
  return acceptor.send<CaseView>('GET', `/cases/${found.items[0]!.id}`)
}

test('采集员：没有网络，部件从附近、末几位、地图、标牌得来，类别和位置随之填好', async ({ journey }, info) => {
  journey.expectAnswers(401, 404)
  const keeper = await journey.as('dataadmin')
  const mine = await enter(keeper, COVER, east(3))
  // Elsewhere in every run: of two on one spot a finger can mean only one.
  const other = await enter(keeper, COVER, east(40 + Math.random() * 60, 30 + Math.random() * 60))
  const page = await journey.openBrowser(PHONE)
  await plateBeforeLens(page, `https://city.example.org/citizen/?component=${other.code}`)
  await enterField(page, COLLECTOR)
  await kept(page)
  await page.context().setOffline(true)
  await open(page, 'report')
  const code = page.getByLabel('部件编码（可不填）')
  const card = page.locator('.f-comp-card')
  await test.step('附近部件，最近的在前', async () => {
    await page.getByRole('button', { name: '附近部件' }).click()
    const rows = page.locator('.f-sheet .f-row')
    await expect(rows.first()).toBeVisible()
    await rows.filter({ hasText: mine.code }).click()
    await expect(code).toHaveValue(mine.code)
    await expect(card).toContainText('供水井盖')
    await expect(card).toContainText('完好')
    await expect(page.locator('.f-boxed').filter({ hasText: COVER })).toBeVisible()
    await expect(page.getByText('已手动修正 3 米')).toBeVisible()
  })
  await test.step('末几位就够；本机没有的，说明白', async () => {
    await code.fill(other.code.slice(-6))
    await page.locator('.f-comp-found .f-row').filter({ hasText: other.code }).click()
    await expect(code).toHaveValue(other.code)
    await code.fill('37020201001999999')
    await expect(page.getByText('本机没有这个部件，现在离线')).toBeVisible()
  })
  await test.step('标牌上是网址，也认得', async () => {
    await page.getByRole('button', { name: '扫码' }).click()
    await expect(code).toHaveValue(other.code, { timeout: 20_000 })
  })
  await test.step('地图上点圆点', async () => {
    await page.getByRole('button', { name: '附近部件' }).click()
    await page.locator('.f-sheet').getByText('按地图').click()
    const map = page.locator('.f-sheet canvas')
    const { width, height } = (await map.boundingBox())!
    // The map looks at the chosen component; its dot lies in the middle.
    await map.tap({ position: { x: width / 2, y: height / 2 } })
    await expect(page.locator('.f-comp-tapped')).toContainText(other.code)
    await page.getByRole('button', { name: '就是这个' }).click()
    await expect(card).toContainText(other.code)
  })
  await code.fill(mine.code)
  await shoot(page, '拍近景', await photo('n.jpg', 'near'))
  await shoot(page, '拍远景', await photo('f.jpg', 'far'))
  const words = `井盖松动${info.workerIndex}${Date.now()}`
  await page.locator('textarea').first().fill(words)
  await page.getByRole('button', { name: '提交上报' }).click()
  await expect(page.getByText('已存在本机，联网后自动送达')).toBeVisible()
  await page.context().setOffline(false)
  await delivered(page)
  const view = await caseBy(await journey.as('acceptor'), words)
  expect(view).toMatchObject({ kind: 'component', classCode: COVER, componentId: mine.code })
  expect(view.location[0]).toBeCloseTo(mine.place![0], 5)
  await open(page, `case/${view.id}`)
  await expect(page.locator('.f-comp-card')).toContainText(mine.code, { timeout: 30_000 })
})

test('采集员：更正的是台账里的部件，采纳后台账随之改变，采集员看得到结果', async ({ journey }) => {
  journey.expectAnswers(401, 404)
  const keeper = await journey.as('dataadmin')
  const item = await enter(keeper, COVER, east(-25, 10))
  const page = await journey.openBrowser(PHONE)
  await enterField(page, COLLECTOR)
  await open(page, 'component')
  await page.getByRole('radiogroup').getByText('消失').click()
  await page.getByRole('button', { name: '附近部件' }).click()
  await page.locator('.f-sheet .f-row').filter({ hasText: item.code }).click()
  await expect(page.locator('.f-comp-card')).toContainText(item.code)
  await page.locator('.f-extra input[type=file]').setInputFiles(await photo('c.jpg', 'near'))
  await page.getByRole('button', { name: '提交更正' }).click()
  await expect(page.getByText('更正已存在本机')).toBeVisible()
  await delivered(page)
  const leader = await journey.as('shiftleader')
  const collector = await journey.as(COLLECTOR)
  const proposal = async (): Promise<ProposalView | undefined> =>
    (await collector.send<ProposalPage>('GET', '/field/proposals/mine')).items.find((p) => p.componentId === item.code)
  await expect.poll(async () => (await proposal())?.status, { timeout: 30_000 }).toBe('open')
  const { id } = (await proposal())!
  await leader.send('POST', `/field/proposals/${id}/decision`, { decision: 'accepted', note: '现场照片属实' })
  const after = await keeper.send<ItemCard>('GET', `/registry/items/component/${item.code}`)
  expect(after).toMatchObject({ status: 'removed', removedAt: expect.any(String) })
  await open(page, '')
  await page.reload()
  await expect(page.getByText(/您的部件更正有 \d+ 条已核定/)).toBeVisible({ timeout: 30_000 })
  await page.getByRole('button', { name: '查看' }).click()
  const line = page.locator('.f-mine').filter({ hasText: item.code })
  await expect(line).toContainText('已采纳，台账已更新')
  await expect(line).toContainText('现场照片属实')
  await page.getByLabel('部件编码（16 或 17 位）').fill(item.code)
  await expect(page.getByText('台账中这个部件已移除')).toBeVisible()
})

test('采集员：未被接受的上报放弃后，接着它做的那一步说明缘由，中英文都是', async ({ journey }) => {
  journey.expectAnswers(401, 404)
  const page = await journey.openBrowser(PHONE)
  await enterField(page, 'collector.370202001.2')
  await kept(page)
  await page.context().setOffline(true)
  const now = Date.now()
  await page.clock.setSystemTime(now - 40 * DAY_MS)
  await open(page, 'report')
  await shoot(page, '拍近景', await photo('n.jpg', 'near'))
  await shoot(page, '拍远景', await photo('f.jpg', 'far'))
  await page.getByRole('button', { name: '选择类别' }).click()
  await page.getByPlaceholder('搜名称或编码').fill('06010')
  await page.locator('.f-sheet').getByText('暴露垃圾').first().click()
  await page.getByRole('button', { name: '提交上报' }).click()
  await expect(page.getByText('已存在本机')).toBeVisible()
  await page.clock.setSystemTime(now)
  // A step on the report that is not sent yet, kept as the app keeps one.
  await page.evaluate(`(async () => {
    const name = (await indexedDB.databases()).map((d) => d.name).find((n) => /^chengyun-field-[0-9a-f-]{36}$/.test(n))
    const db = await new Promise((done) => { const r = indexedDB.open(name); r.onsuccess = () => done(r.result) })
    const store = db.transaction('operations', 'readwrite').objectStore('operations')
    const all = await new Promise((done) => { const r = store.getAll(); r.onsuccess = () => done(r.result) })
    const report = all.find((o) => o.kind === 'report' && o.state !== 'done')
    store.put({ ...report, seq: report.seq + 1, key: crypto.randomUUID(), kind: 'move', chain: report.chain ?? report.key, follows: report.key,
      photoIds: [], input: { caseId: report.key, op: 'submitVerify', result: 'exists', opinion: '属实' }, version: null })
    await new Promise((done) => { store.transaction.oncomplete = done })
    db.close()
  })()`)
  await page.reload()
  await page.context().setOffline(false)
  await open(page, 'sync')
  await expect(page.getByText(/没有被接受：采集时间早于 30 天/)).toBeVisible({ timeout: 45_000 })
  const refused = page.locator('.f-trouble').filter({ hasText: '采集时间早于' })
  await refused.getByRole('button', { name: '放弃' }).click()
  await refused.getByRole('button', { name: '确认放弃并删除' }).click()
  await expect(page.getByText(/采集时间早于/)).toHaveCount(0)
  await expect(page.getByText('没有被接受：它所属的上报已放弃')).toBeVisible()
  // What can never be done is not offered to be sent again.
  await expect(page.locator('.f-trouble').getByRole('button')).toHaveText(['放弃'])
  await open(page, 'me')
  await page.getByText('English').click()
  await open(page, 'sync')
  await expect(page.getByText('Not accepted: The report it belongs to was given up')).toBeVisible()
  await page.getByRole('button', { name: 'Give it up' }).click()
  await page.getByRole('button', { name: 'Yes, delete it' }).click()
  await expect(page.locator('.f-trouble')).toHaveCount(0)
})

test('市民：扫部件标牌，位置和类别已填好，交上去就是这个部件的案件', async ({ journey }) => {
  journey.expectAnswers(401, 404)
  const keeper = await journey.as('dataadmin')
  const item = await enter(keeper, COVER, east(12, -20))
  const page = await journey.openBrowser(CITIZEN_PHONE)
  await page.goto(`/citizen/?component=${item.code}`)
  await expect(page.locator('.place-says')).toContainText('街道')
  await page.getByRole('button', { name: '就在这里' }).click()
  await expect(page.getByRole('radio', { name: '供水井盖' })).toBeChecked()
  await sound(page, 'citizen-plate')
  const words = `标牌旁的井盖响${Date.now()}`
  await page.getByRole('textbox').first().fill(words)
  await toSend(page)
  const caseNo = await submit(page)
  const view = await caseBy(await journey.as('acceptor'), caseNo)
  expect(view).toMatchObject({ kind: 'component', classCode: COVER, componentId: item.code })
  await page.goto('/citizen/?component=37020201001999999')
  await expect(page.getByRole('alert')).toContainText('没有找到标牌上的这个编码')
  await page.getByRole('button', { name: '照样上报' }).click()
  await expect(page.locator('.place-says')).toBeVisible()
})
