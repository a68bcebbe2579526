import type { CaseListView, CaseView } from '@chengyun/contract/cases'
import type { StaffList } from '@chengyun/contract/field'
import type { Page } from '@playwright/test'
import { photo } from '../support/account.ts'
import { DELIVERED, delivered, enterField, open, openCase, PHONE, shoot, signIn, waitingCase } from '../support/field.ts'
import { expect, test } from '../support/test.ts'

const COLLECTOR = 'collector.370202001.1'
const HOUR_MS = 3_600_000

/** Fills in a report and hands it to the telephone. */
async function report(page: Page, words: string): Promise<void> {
  await open(page, 'report')
  await shoot(page, '拍近景', await photo('n.jpg', 'near'))
  await shoot(page, '拍远景', await photo('f.jpg', 'far'))
  await page.getByRole('button', { name: '选择类别' }).click()
  await page.getByPlaceholder('搜名称或编码').fill('06010')
  await page.locator('.f-sheet').getByText('暴露垃圾').first().click()
  await page.locator('textarea').first().fill(words)
  await page.getByRole('button', { name: '提交上报' }).click()
}

/** Finishes the open case with a photo and a phrase. */
async function finish(page: Page, phrase: string): Promise<void> {
  await page.getByRole('button', { name: '处置', exact: true }).click()
  await shoot(page, '拍处置后', await photo('after.jpg', 'after', true))
  await page.getByRole('button', { name: phrase }).click()
  await page.getByRole('button', { name: '提交：处置' }).click()
}

/** Waits until the service worker has the app, so that it opens without a network. */
const kept = (page: Page) => page.evaluate('navigator.serviceWorker.ready.then(() => undefined)')

test('飞行模式三天前的上报：当时发现，现在受理；手机时钟不准，说明并记录', async ({ journey }, info) => {
  journey.expectAnswers(401, 404)
  const page = await journey.openBrowser(PHONE)
  await enterField(page, COLLECTOR)
  const today = Date.now()
  await page.context().setOffline(true)
  await page.clock.setSystemTime(today - 72 * HOUR_MS)
  const words = `三天前的垃圾${info.workerIndex}${today}`
  await report(page, words)
  await expect(page.getByText(/^离线，1 件待传/).first()).toBeVisible()
  await page.clock.setSystemTime(Date.now())
  await page.context().setOffline(false)
  await delivered(page)
  const acceptor = await journey.as('acceptor')
  const found = await acceptor.send<CaseListView>('GET', `/cases?q=${encodeURIComponent(words)}`)
  const view = await acceptor.send<CaseView>('GET', `/cases/${found.items[0]!.id}`)
  expect(Math.abs(Date.parse(view.foundAt!) - (today - 72 * HOUR_MS))).toBeLessThan(120_000)
  expect(Date.now() - Date.parse(view.reportedAt)).toBeLessThan(120_000)

  await page.clock.setSystemTime(Date.now() + HOUR_MS)
  await open(page, 'shift')
  await page.getByRole('button', { name: '上班打卡' }).click()
  await open(page, 'sync')
  await expect(page.getByText(/^手机时钟快了 (1 时|60 分|59 分)/)).toBeVisible({ timeout: 45_000 })
  const staff = await (await journey.as('shiftleader')).send<StaffList>('GET', '/field/staff')
  const drift = staff.items.find((s) => s.dutyGridCodes.includes('3702020010001') && (s.driftMs ?? 0) > HOUR_MS / 2)
  expect(drift, 'the drift is on record').toBeDefined()
  await open(page, 'shift')
  await page.getByRole('button', { name: '下班打卡' }).click()
  await delivered(page)
})

test('离线时登录过期：接着做，重新登录后接着发', async ({ journey }, info) => {
  journey.expectAnswers(401, 403, 404)
  const page = await journey.openBrowser(PHONE)
  await enterField(page, COLLECTOR)
  await page.context().setOffline(true)
  const words = `登录过期前的上报${info.workerIndex}${Date.now()}`
  await report(page, words)
  await page.context().clearCookies()
  await page.context().setOffline(false)
  await page.getByText('登录已过期，重新登录后继续发送，数据都在本机').click({ timeout: 45_000 })
  await signIn(page, COLLECTOR)
  await delivered(page)
  const found = await (await journey.as('acceptor')).send<CaseListView>('GET', `/cases?q=${encodeURIComponent(words)}`)
  expect(found.items).toHaveLength(1)
})

test('离线时账号停用：不让登录，东西都在；恢复后一件不少', async ({ journey }, info) => {
  journey.expectAnswers(401, 403, 404)
  const who = 'collector.370202001.2'
  const page = await journey.openBrowser(PHONE)
  await enterField(page, who)
  await page.context().setOffline(true)
  const words = `停用前的上报${info.workerIndex}${Date.now()}`
  await report(page, words)
  const admin = await journey.as('systemadmin')
  const set = async (status: 'active' | 'disabled') => {
    const { items } = await admin.send<{ items: { id: string; version: number; username: string }[] }>(
      'GET',
      `/org/users?q=${who}`
    )
    const user = items.find((u) => u.username === who)!
    await admin.send('PATCH', `/org/users/${user.id}`, { version: user.version, status })
  }
  await set('disabled')
  try {
    await page.context().setOffline(false)
    await page.getByText('登录已过期，重新登录后继续发送，数据都在本机').click({ timeout: 45_000 })
    await signIn(page, who)
    await expect(page.getByRole('alert')).toBeVisible()
    await expect(page.getByText(/^您做过的和拍过的都还在这台手机上/)).toBeVisible()
    await page.getByRole('button', { name: '先不登录，继续工作' }).click()
    await open(page, 'sync')
    await expect(page.getByRole('heading', { name: '等待送达 1' })).toBeVisible()
  } finally {
    await set('active')
  }
  await open(page, 'sign-in')
  await signIn(page, who)
  await delivered(page)
  const acceptor = await journey.as('acceptor')
  const found = await acceptor.send<CaseListView>('GET', `/cases?q=${encodeURIComponent(words)}`)
  expect((await acceptor.send<CaseView>('GET', `/cases/${found.items[0]!.id}`)).evidence).toHaveLength(2)
})

test('两人办结同一案件：两边的情况都在眼前，由人决定', async ({ journey }) => {
  journey.expectAnswers(401, 404)
  const [acceptor, shift, handler] = [await journey.as('acceptor'), await journey.as('shiftleader'), await journey.as('handler')]
  const handlerId = (await handler.send<{ user: { id: string } }>('GET', '/session')).user.id
  const view = await handler.act(await waitingCase('两个人都来清理', { acceptor, shift }), 'assign', { handlerId })
  const [one, two] = [await journey.openBrowser(PHONE), await journey.openBrowser(PHONE)]
  await enterField(one, 'handler')
  await enterField(two, 'handler')
  await openCase(one, view.id)
  await openCase(two, view.id)
  await two.context().setOffline(true)
  await finish(two, '已规范摆放')
  await finish(one, '已清理干净')
  await delivered(one, '已存在本机：处置')
  await two.context().setOffline(false)
  await two.getByText('1 件需要您决定').click({ timeout: 45_000 })
  await expect(two.getByText('您在本机做的')).toBeVisible()
  await expect(two.getByText('已规范摆放')).toBeVisible()
  await expect(two.getByText('处置完毕')).toBeVisible()
  await expect(two.getByText('已清理干净')).toBeVisible()
  await expect(two.getByText('案件的现状已不能再做这一步，只能放弃您的操作。')).toBeVisible()
  expect((await acceptor.send<CaseView>('GET', `/cases/${view.id}`)).status).toBe('handle_finished')
  await two.getByRole('button', { name: '放弃我的' }).click()
  await two.getByRole('button', { name: '确认放弃并删除' }).click()
  await expect(two.getByText(DELIVERED).first()).toBeVisible({ timeout: 45_000 })
  expect((await acceptor.send<CaseView>('GET', `/cases/${view.id}`)).evidence.filter((e) => e.phase === 'after')).toHaveLength(1)
})

test('案件在离线时被催办：看过之后仍按自己的提交', async ({ journey }) => {
  journey.expectAnswers(401, 404)
  const [acceptor, shift, handler] = [await journey.as('acceptor'), await journey.as('shiftleader'), await journey.as('handler')]
  const handlerId = (await handler.send<{ user: { id: string } }>('GET', '/session')).user.id
  const view = await handler.act(await waitingCase('催办过的垃圾', { acceptor, shift }), 'assign', { handlerId })
  const page = await journey.openBrowser(PHONE)
  await enterField(page, 'handler')
  await openCase(page, view.id)
  await page.context().setOffline(true)
  await finish(page, '已清理干净')
  await shift.act(view, 'urge', { opinion: '请尽快' })
  await page.context().setOffline(false)
  await page.getByText('1 件需要您决定').click({ timeout: 45_000 })
  await expect(page.getByText('请尽快')).toBeVisible()
  await page.getByRole('button', { name: '仍按我的提交' }).click()
  await page.getByRole('button', { name: '确认提交我的' }).click()
  await delivered(page)
  expect((await acceptor.send<CaseView>('GET', `/cases/${view.id}`)).status).toBe('handle_finished')
})

test('没有网络也打得开；新版本来了，待传的一件不少', async ({ journey }, info) => {
  journey.expectAnswers(401, 404)
  const page = await journey.openBrowser(PHONE)
  await enterField(page, COLLECTOR)
  await kept(page)
  await page.reload()
  await delivered(page)
  const context = page.context()
  await context.setOffline(true)
  const words = `更新之前的上报${info.workerIndex}${Date.now()}`
  await report(page, words)
  await expect(page.getByText(/^离线，1 件待传/).first()).toBeVisible()
  await page.close()
  for (const address of ['/field/', '/field/index.html']) {
    const again = await context.newPage()
    await again.goto(address)
    await expect(again.getByRole('heading', { name: '我的任务' })).toBeVisible()
    await expect(again.getByText(/^离线，1 件待传/).first()).toBeVisible()
    await again.close()
  }
  await context.setOffline(false)
  // The queue is held back, as on a line too weak to send: the update comes before it is empty.
  await context.route('**/api/field/**', (route) => route.abort())
  const now = await context.newPage()
  await now.goto('/field/')
  await now.evaluate("navigator.serviceWorker.register('/field/sw.js?next', { scope: '/field/' }).then(() => undefined)")
  await expect(now.getByText('新版本已下载好。 待传的 1 件会保留。')).toBeVisible({ timeout: 45_000 })
  await Promise.all([now.waitForEvent('load'), now.getByRole('button', { name: '现在更新' }).click()])
  await expect(now.getByText(/1 件待传/).first()).toBeVisible()
  // That the app, loaded anew, finds its own address new again is of this test's making: it says nothing here.
  await context.unroute('**/api/field/**')
  await now.reload()
  await delivered(now)
  const found = await (await journey.as('acceptor')).send<CaseListView>('GET', `/cases?q=${encodeURIComponent(words)}`)
  expect(found.items).toHaveLength(1)
})

test('手机空间满了：事先提醒，存不下时说明，填的还在', async ({ journey }) => {
  journey.expectAnswers(401, 404)
  const page = await journey.openBrowser(PHONE)
  // What the telephone says of its room; the browser of the tests always speaks of ten gigabytes.
  await page.addInitScript('navigator.storage.estimate = async () => ({ usage: 9e9, quota: 9e9 + 8e7 })')
  await enterField(page, COLLECTOR)
  await expect(page.getByText('手机空间快满了，只剩 76 MB')).toBeVisible()
  // A full disk, as the browser tells it.
  const full = (on: boolean) =>
    page.evaluate(`{
      const own = (IDBObjectStore.own ??= IDBObjectStore.prototype.put)
      IDBObjectStore.prototype.put = ${on} ? () => { throw new DOMException('full', 'QuotaExceededError') } : own
    }`)
  await full(true)
  await report(page, '存不下的上报')
  await expect(page.getByRole('alert').filter({ hasText: '没有存下来' })).toBeVisible()
  await expect(page.locator('textarea').first()).toHaveValue('存不下的上报')
  await open(page, '')
  await expect(page.getByText(/^手机空间满了，刚才提交的内容没有存下来/)).toBeVisible()
  await full(false)
  await report(page, '腾出空间后的上报')
  await expect(page.getByText('已存在本机，联网后自动送达')).toBeVisible()
  await open(page, '')
  await delivered(page)
  await expect(page.getByText(/^手机空间满了/)).toHaveCount(0)
})
