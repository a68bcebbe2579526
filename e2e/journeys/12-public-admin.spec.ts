import { createHmac, randomBytes, randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import AxeBuilder from '@axe-core/playwright'
import type { CaseView } from '@chengyun/contract/cases'
import type { Page } from '@playwright/test'
import { HERE } from '../support/account.ts'
import { expect, test } from '../support/test.ts'

const settled = async (page: Page) => {
  await expect(page.locator('.cy-skeleton')).toHaveCount(0)
  await expect(page.locator('.ant-spin-spinning')).toHaveCount(0)
}
/** `part`: only what lies on top; the page below a drawer is dimmed. */
const isAccessible = async (page: Page, name: string, part = 'body') => {
  await settled(page)
  const { violations } = await new AxeBuilder({ page })
    .include(part)
    .withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'])
    .analyze()
  expect(
    violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html.slice(0, 120)).join(' ')}`),
    name
  ).toEqual([])
}
/** The secret that is shown this once. */
const shownOnce = async (page: Page): Promise<string> => ((await page.locator('.once code').first().textContent()) ?? '').trim()

/** The other side of a hotline: refuses what it is told until it is mended; lists one order we never got. */
async function hotlineServer() {
  const told: { orderNo: string; status: string }[] = []
  const state = { mended: false }
  const server = createServer((req, res) => {
    let text = ''
    req.on('data', (piece: Buffer) => {
      text += piece.toString()
    })
    req.on('end', () => {
      if (req.method === 'GET') return res.end(JSON.stringify({ orders: [{ orderNo: 'LOST-1' }] }))
      if (!state.mended) return res.writeHead(503).end('maintenance')
      told.push(JSON.parse(text) as { orderNo: string; status: string })
      return res.end('{}')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, told, state, close: () => server.close() }
}

test('开放接口与屏蔽词', async ({ journey, request }) => {
  const page = await journey.enter('dataadmin')
  const name = `街道小程序 ${Date.now() % 1_000_000}`
  const file = (key: string) =>
    request.post('/open311/v2/requests.json', {
      form: { api_key: key, service_code: 'litter', lat: HERE[1], long: HERE[0], description: `${name}：路边垃圾` }
    })

  await test.step('建一个密钥，只显示一次，用它真的能上报', async () => {
    await page.getByRole('navigation', { name: '管理' }).getByRole('link', { name: '开放接口' }).click()
    await expect(page).toHaveURL(/\/admin\/open311\/keys$/)
    await page.getByRole('button', { name: '新建密钥' }).click()
    await page.getByLabel('使用系统').fill(name)
    await page.getByRole('button', { name: '生成密钥' }).click()
    await expect(page.locator('.once')).toContainText('只显示这一次')
    const key = await shownOnce(page)
    const filed = await file(key)
    expect(filed.status(), await filed.text()).toBe(201)
    await isAccessible(page, '接口密钥')

    await page.reload()
    await expect(page.locator('.once')).toHaveCount(0)
    const row = page.getByRole('row').filter({ hasText: name })
    await expect(row).not.toContainText('未使用过')
    await row.getByRole('button', { name: '吊销' }).click()
    await page.locator('.ant-popconfirm').getByRole('button', { name: '吊销' }).click()
    await expect(row).toContainText('已吊销')
    expect((await file(key)).status()).toBe(403)
  })

  await test.step('添加屏蔽词，删除可撤销', async () => {
    const word = `假证${Date.now() % 1_000_000}`
    await page.getByRole('link', { name: '屏蔽词' }).click()
    await page.getByRole('textbox', { name: '添加屏蔽词' }).fill(`${word}、${word}\n${word}甲`)
    await page.getByRole('button', { name: '添加 2 个' }).click()
    const chip = page.locator('.words li').filter({ hasText: new RegExp(`^${word}$`) })
    await expect(chip).toBeVisible()
    await isAccessible(page, '屏蔽词')
    await chip.getByRole('button').click()
    await expect(chip).toHaveCount(0)
    await page.locator('.ant-notification-notice').filter({ hasText: '已删除' }).getByRole('button', { name: '撤销' }).click()
    await expect(chip).toBeVisible()
  })
})

test('对接平台：添加、检查连接、删除', async ({ journey }) => {
  const page = await journey.enter('dataadmin')
  await page.goto('/admin/open311/peers')
  await isAccessible(page, '对接平台')
  const key = `peer-${Date.now() % 1_000_000}`
  await page.getByRole('button', { name: '添加平台' }).click()
  await page.getByLabel('代号').fill(key)
  await page.getByRole('textbox', { name: '对接平台' }).fill(`邻市 ${key}`)
  await page.getByLabel('接口地址').fill('https://open311.invalid/v2')
  await isAccessible(page, '添加平台', '.ant-drawer-content-wrapper')
  await page.locator('.ant-drawer').getByRole('button', { name: '添加', exact: true }).click()
  await page.getByRole('button', { name: '检查连接' }).click()
  await expect(page.locator('.peer-check li.failed').first()).toContainText('没有成功')
  await isAccessible(page, '检查连接', '.ant-drawer-content-wrapper')
  await page.getByRole('button', { name: '删除平台' }).click()
  await page.locator('.ant-popconfirm').getByRole('button', { name: '确定' }).click()
  await expect(page.getByText(`已删除“邻市 ${key}”`)).toBeVisible()
  for (const tab of ['交换记录', '服务对照']) {
    await page.getByRole('tab', { name: tab }).click()
    await isAccessible(page, tab)
  }
})

test('12345 热线：接入、失败的状态重发、对账、分类', async ({ journey, request }) => {
  const peer = await hotlineServer()
  const page = await journey.enter('dataadmin')
  const key = `e2e-${Date.now()}`
  const orderNo = `QD${Date.now()}`
  await test.step('接入热线，密钥只显示一次', async () => {
    await page.goto('/admin/hotline/systems')
    await isAccessible(page, '接入系统')
    await page.getByRole('button', { name: '接入热线', exact: true }).click()
    await page.getByLabel('代号').fill(key)
    await page.getByLabel('热线平台').fill(`热线 ${key}`)
    await page.getByLabel('状态回传地址').fill(`${peer.url}/status`)
    await page.getByLabel('对账地址').fill(`${peer.url}/orders`)
    await isAccessible(page, '接入热线', '.ant-drawer-content-wrapper')
    await page.getByRole('button', { name: '接入并生成密钥' }).click()
    await expect(page.locator('.once')).toContainText('只显示这一次')
  })
  await test.step('工单进来，签收的回传对方不收：停下来等人，重发后送达', async () => {
    const secret = await shownOnce(page)
    const body = JSON.stringify({
      orderNo,
      seq: 1,
      appealType: '投诉',
      appealSubject: '楼下垃圾无人清运',
      content: '小区北门外堆了很多垃圾',
      lon: HERE[0],
      lat: HERE[1],
      crs: 'CGCS2000'
    })
    const timestamp = String(Math.floor(Date.now() / 1000))
    const nonce = randomBytes(18).toString('base64url')
    const signature = createHmac('sha256', secret).update(`${timestamp}\n${nonce}\n${body}`).digest('hex')
    const received = await request.post(`/api/exchange/hotline/${key}/orders`, {
      headers: {
        'content-type': 'application/json',
        'x-exchange-timestamp': timestamp,
        'x-exchange-nonce': nonce,
        'x-exchange-signature': signature
      },
      data: Buffer.from(body)
    })
    expect(received.status(), await received.text()).toBe(200)
    const { caseNo } = (await received.json()) as { caseNo: string }
    const acceptor = await journey.as('acceptor')
    await acceptor.act(await acceptor.send<CaseView>('GET', `/cases/${caseNo}`), 'accept')

    const row = page.getByRole('row').filter({ hasText: orderNo })
    await page.goto(`/admin/hotline/messages?order=${orderNo}`)
    await expect(page.locator('.ant-segmented-item-selected')).toContainText('需处理')
    await expect(row).toContainText('对方系统出错（503）', { timeout: 40_000 })
    await expect(row).toContainText('多次失败，已停止')
    await isAccessible(page, '状态回传')
    peer.state.mended = true
    await row.getByRole('button', { name: '重发' }).click()
    await expect(page.getByText(`工单 ${orderNo} 第 1 条已排入发送`)).toBeVisible()
    await expect.poll(() => peer.told, { timeout: 30_000 }).toMatchObject([{ orderNo, status: '已签收' }])
    await page.getByText('已送达', { exact: true }).click()
    await expect(page).toHaveURL(/state=delivered/)
    await expect(row).toContainText('送达', { timeout: 30_000 })
  })
  await test.step('对账看到差异', async () => {
    const systems = await (await journey.as('dataadmin')).send<{ items: { id: string; key: string }[] }>(
      'GET',
      '/public/hotline/systems'
    )
    await page.goto(`/admin/hotline/reconciliations?system=${systems.items.find((s) => s.key === key)?.id}`)
    await page.getByRole('button', { name: '对这一天' }).click()
    await page.getByText('对方有、本平台没有 1 件').click()
    await expect(page.getByText('LOST-1')).toBeVisible()
    await isAccessible(page, '每日对账')
  })
  await test.step('分类对照：粘贴、保存、撤销', async () => {
    await page.getByRole('tab', { name: '分类对照' }).click()
    await expect(page).toHaveURL(/\/admin\/hotline\/categories$/)
    const category = `暴露垃圾${Date.now() % 100_000}`
    await page.getByRole('button', { name: '批量粘贴' }).click()
    await page.getByRole('textbox', { name: '批量粘贴' }).fill(`${category}\t06010\n不成行`)
    await expect(page.getByText('这些行看不懂，请改正：2')).toBeVisible()
    await page.getByRole('textbox', { name: '批量粘贴' }).fill(`${category}\t06010`)
    await page.getByRole('button', { name: '保存 1 行' }).click()
    const row = page.getByRole('row').filter({ hasText: category })
    await expect(row).toContainText('暴露垃圾')
    await isAccessible(page, '分类对照')
    await page.locator('.ant-notification-notice').filter({ hasText: category }).getByRole('button', { name: '撤销' }).click()
    await expect(row).toHaveCount(0)
  })
  peer.close()
})

test('外勤：谁在岗、走到哪里、部件更正', async ({ journey }) => {
  const collector = await journey.as('collector')
  const note = `路口新装井盖 ${Date.now() % 1_000_000}`
  const operation = (kind: string, input: object) => ({
    key: randomUUID(),
    kind,
    capturedAt: new Date().toISOString(),
    sentAt: new Date().toISOString(),
    place: HERE,
    accuracyM: 8,
    input
  })
  const proposal = { kind: 'new', classCode: '01010', location: HERE }
  await collector.send('POST', '/field/operations', {
    deviceId: 'e2e-public-admin',
    operations: [
      operation('attendance', { action: 'in' }),
      operation('track', { points: [{ at: new Date().toISOString(), place: HERE }] }),
      operation('proposal', { ...proposal, note: `${note}甲` }),
      operation('proposal', { ...proposal, note: `${note}乙` })
    ]
  })
  const page = await journey.enter('shiftleader')
  await test.step('在岗人员与今日覆盖', async () => {
    await page.locator('.shell-nav').getByRole('link', { name: '外勤' }).click()
    await expect(page).toHaveURL(/\/fieldwork\/staff$/)
    const row = page.getByRole('row').filter({ hasText: '沈建山' })
    await row.getByRole('button').click()
    await expect(page.locator('.where')).toContainText('街道')
    await isAccessible(page, '在岗人员')
    await page.getByRole('tab', { name: '今日覆盖' }).click()
    await expect(page.locator('.coverage-sum')).toContainText('个单元网格')
    await page.getByText(/^没人在岗/).click()
    await expect(page).toHaveURL(/show=unmanned/)
    await isAccessible(page, '今日覆盖')
  })
  await test.step('采纳一条，不采纳一条要写理由', async () => {
    await page.getByRole('tab', { name: /部件更正/ }).click()
    const item = (end: string) => page.locator('.proposals li button').filter({ hasText: note + end })
    await item('甲').click()
    await expect(page.locator('.proposal-map .cy-map-note')).toContainText('街道')
    await isAccessible(page, '部件更正')
    await page.getByRole('button', { name: '采纳', exact: true }).click()
    await expect(item('甲')).toHaveCount(0)
    await item('乙').click()
    await page.getByRole('button', { name: '不采纳' }).click()
    await expect(page.getByText('请写明不采纳的理由')).toBeVisible()
    await page.getByRole('textbox', { name: /意见/ }).fill('与登记的是同一个')
    await page.getByRole('button', { name: '不采纳' }).click()
    await expect(item('乙')).toHaveCount(0)
    await page.getByText('未采纳', { exact: true }).click()
    await item('乙').click()
    await expect(page.locator('.proposal')).toContainText('与登记的是同一个')
  })
  await test.step('别的岗位没有这些页', async () => {
    const other = await journey.enter('acceptor')
    await expect(other.locator('.shell-nav')).not.toContainText('外勤')
    await other.goto('/fieldwork/proposals')
    await expect(other).toHaveURL(/\/cases/)
    await other.goto('/admin/hotline/systems')
    await expect(other.locator('.shell-bar')).toBeVisible()
    await expect(other).not.toHaveURL(/hotline/)
  })
})
