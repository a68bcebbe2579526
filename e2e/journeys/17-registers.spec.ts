import AxeBuilder from '@axe-core/playwright'
import type { ItemCard, ItemPage } from '@chengyun/contract/registry'
import type { Locator, Page } from '@playwright/test'
import { type Account, HERE } from '../support/account.ts'
import { expect, test } from '../support/test.ts'

/** Each run has a register of its own, so that a server that already runs can be used again. */
const ID = `bench-${Date.now().toString(36)}`
const [LNG, LAT] = HERE
/** So far east of the place, in metres. */
const east = (m: number): [number, number] => [Number((LNG + m / 90_000).toFixed(7)), LAT]

/** The page stands still, nothing is serious for axe, nothing is wider than the screen. */
async function sound(page: Page, name: string): Promise<void> {
  await page.mouse.move(0, 0)
  await expect(page.locator('.cy-skeleton')).toHaveCount(0)
  await expect(page.locator('.ant-spin-spinning')).toHaveCount(0)
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'])
    // The box that marks a row stands inside the row for the mouse; from the keyboard the row itself is marked by X.
    .disableRules(['nested-interactive'])
    .analyze()
  expect
    .soft(
      violations.map((v) => `${v.id}: ${v.nodes.map((n) => `${n.target.join(' ')} ${n.any[0]?.message ?? ''}`).join(' | ')}`),
      name
    )
    .toEqual([])
  expect.soft(await page.evaluate('document.documentElement.scrollWidth - innerWidth'), name).toBeLessThanOrEqual(0)
}

const option = (page: Page, text: string): Locator =>
  page.locator('.ant-select-dropdown:not(.ant-select-dropdown-hidden) .ant-select-item-option').filter({ hasText: text }).first()
async function pick(page: Page, field: Locator, text: string): Promise<void> {
  await field.click()
  await option(page, text).click()
}

/** Rows as a table of text: the columns of the register of this journey. */
function table(
  rows: readonly (readonly [code: string, at: readonly [number, number] | null, material: string, seats: string])[]
) {
  const lines = rows.map(([code, at, material, seats]) => [code, at?.[0] ?? '', at?.[1] ?? '', material, seats].join(','))
  return { name: `${ID}.csv`, mimeType: 'text/csv', buffer: Buffer.from(['编码,经度,纬度,材质,可坐', ...lines].join('\n')) }
}

/** How many items the register has, as the list says. */
const total = async (account: Account): Promise<unknown> =>
  (await account.send<ItemPage>('GET', `/registry/items?type=${ID}&limit=1`)).total

test.describe.configure({ mode: 'serial' })

test('台账定义：写一类新台账，边写边查，预览后生效', async ({ journey }) => {
  const page = await journey.enter('dataadmin')
  await page.getByRole('navigation', { name: '主导航' }).getByRole('link', { name: '台账' }).click()
  await expect(page.locator('.reg-type').filter({ hasText: '管理部件' })).toBeVisible()
  await sound(page, 'overview')
  await page.getByRole('link', { name: '新建台账' }).click()
  await expect(page.locator('.reg-check')).toContainText('名称（中文）不能为空')
  await page.getByLabel('标识', { exact: true }).fill(ID)
  await page.getByLabel('名称（中文）').fill('公共座椅')
  await page.getByLabel('名称（英文）').fill('Public benches')
  await sound(page, 'declare')
  await page.getByRole('tab', { name: '编码与分类' }).click()
  await pick(page, page.getByLabel('编码规则'), '填写原有编码')
  await page.getByRole('tab', { name: '属性' }).click()
  await page.getByRole('button', { name: '增加属性' }).click()
  const rows = page.locator('.reg-decl-one')
  await rows.nth(0).getByLabel('标识').fill('material')
  await rows.nth(0).getByLabel('名称（中文）').first().fill('材质')
  await rows.nth(0).getByLabel('名称（英文）').first().fill('Material')
  await pick(page, rows.nth(0).getByLabel('类型'), '单选')
  await expect(page.locator('.reg-check')).toContainText('却没有可选值')
  for (const [i, [value, zh, en]] of [
    ['wood', '木', 'Wood'],
    ['stone', '石', 'Stone']
  ].entries()) {
    await page.getByRole('button', { name: '增加可选值' }).click()
    await page
      .getByLabel('存储值')
      .nth(i)
      .fill(value ?? '')
    await page
      .getByLabel('显示名称（中文）')
      .nth(i)
      .fill(zh ?? '')
    await page
      .getByLabel('显示名称（英文）')
      .nth(i)
      .fill(en ?? '')
  }
  await page.getByRole('button', { name: '增加属性' }).click()
  await rows.nth(1).getByLabel('标识').fill('seats')
  await rows.nth(1).getByLabel('名称（中文）').first().fill('座位数')
  await rows.nth(1).getByLabel('名称（英文）').first().fill('Seats')
  await pick(page, rows.nth(1).getByLabel('类型'), '整数')
  await page.getByLabel('最小值').fill('1')
  await sound(page, 'declare attributes')
  await page.getByRole('tab', { name: '预览' }).click()
  await expect(page.locator('.reg-preview-all')).toContainText('座位数')
  await expect(page.locator('.reg-check')).toContainText('定义完整')
  await page.getByRole('button', { name: '建立台账' }).click()
  await expect(page).toHaveURL(new RegExp(`/registers/declare/${ID}$`))
  await page.getByRole('tab', { name: '历次定义' }).click()
  await expect(page.locator('.reg-versions')).toContainText('第 1 版定义')
})

test('身份证：新增、修改看得见前后、移除恢复、撤销', async ({ journey }) => {
  const page = await journey.enter('dataadmin')
  await page.goto(`/registers/list/${ID}`)
  await expect(page.getByText('这类台账还没有记录')).toBeVisible()
  await page.getByRole('link', { name: '新增' }).first().click()
  await page.getByLabel('查找地点，或点击地图').fill('香港中路')
  await option(page, '香港中路').click()
  await expect(page.locator('.reg-place p')).toContainText('单元网格')
  await page.getByLabel('编码').fill('B-1')
  await pick(page, page.getByLabel('材质'), '木')
  await page.getByLabel('座位数').fill('3')
  await sound(page, 'new item')
  await page.getByRole('button', { name: '新增入库' }).click()
  const card = page.locator('.reg-item')
  await expect(card.locator('.reg-item-head')).toContainText('B-1')
  await expect(card.locator('.reg-qr svg')).toBeVisible()
  await expect(card.locator('.reg-facts')).toContainText('木')
  await sound(page, 'card')
  await page.keyboard.press('e')
  await card.getByLabel('座位数').fill('5')
  await card.getByLabel('说明（选填）').fill('现场核对')
  await sound(page, 'edit')
  await page.keyboard.press('Control+Enter')
  const history = card.locator('.reg-history')
  await expect(history.locator('.reg-diff').first()).toContainText('座位数')
  await expect(history.locator('.reg-diff del').first()).toHaveText('3')
  await expect(history.locator('.reg-diff ins').first()).toHaveText('5')
  await page.locator('.ant-notification-notice').getByRole('button', { name: '撤销' }).click()
  await expect(card.locator('.reg-facts')).toContainText('座位数3')
  await page.getByRole('button', { name: '移除', exact: true }).click()
  await page.getByLabel('理由（必填）').fill('道路拓宽，座椅拆除')
  await page.locator('.reg-removal').getByRole('button', { name: '移除', exact: true }).click()
  await expect(card.locator('.reg-item-head')).toContainText('已移除')
  await page.getByRole('button', { name: '恢复', exact: true }).click()
  await page.getByLabel('理由（必填）').fill('移除有误')
  await page.locator('.reg-removal').getByRole('button', { name: '恢复', exact: true }).click()
  await expect(card.locator('.reg-item-head')).toContainText('在用')
  await expect(history)
    .toContainText('记录链完整')
    .catch(() => undefined)
})

test('列表与批量：筛选在地址里，批量修改先看影响、可撤销，二维码牌成张', async ({ journey }) => {
  const data = await journey.as('dataadmin')
  for (const n of [2, 3, 4])
    await data.send<ItemCard>('POST', `/registry/items/${ID}`, {
      code: `B-${n}`,
      place: east(10 * n),
      attributes: { material: 'wood', seats: n }
    })
  const page = await journey.enter('dataadmin')
  await page.goto(`/registers/list/${ID}?map=on`)
  await expect(page.getByRole('option')).toHaveCount(4)
  await sound(page, 'list with map')
  await page.keyboard.press('j')
  await page.keyboard.press('j')
  await expect(page.locator('.reg-item-head')).toContainText('B-2')
  await page.getByLabel('选中已载入的全部').check()
  await page.getByRole('button', { name: '批量修改' }).click()
  await pick(page, page.getByLabel('改哪一项'), '材质')
  await pick(page, page.getByLabel('改成'), '石')
  await page.getByRole('button', { name: '先看影响' }).click()
  await expect(page.locator('.reg-preview')).toContainText('将修改 4 条')
  await page.getByRole('button', { name: '确认修改 4 条' }).click()
  const notice = page.locator('.ant-notification-notice')
  await expect(notice).toContainText('已修改 4 条')
  await notice.getByRole('button', { name: '撤销' }).click()
  await expect(page.getByText(/已撤销 4 条/)).toBeVisible()
  await page.getByRole('link', { name: '二维码牌' }).first().click()
  await expect(page.locator('.reg-plate')).toHaveCount(4)
  await sound(page, 'plates')
})

test('变更审核：有人申请，审核人看前后再通过', async ({ journey }) => {
  const collector = await journey.as('collector')
  await collector.send('POST', '/registry/requests', {
    type: ID,
    kind: 'modify',
    code: 'B-2',
    wanted: { attributes: { seats: 8 } },
    note: '现场是八座'
  })
  const page = await journey.enter('shiftleader')
  await page.goto('/registers/requests')
  await page.getByRole('option').filter({ hasText: 'B-2' }).first().click()
  const card = page.locator('.reg-item')
  await expect(card.locator('.reg-diff ins')).toHaveText('8')
  await sound(page, 'requests')
  await page.keyboard.press('a')
  await expect(page.getByText('已通过，台账已更新')).toBeVisible()
  const item = await (await journey.as('dataadmin')).send<ItemCard>('GET', `/registry/items/${ID}/B-2`)
  expect(item.attributes['seats']).toBe(8)
})

test('导入：字段推断，试算说明退回原因，发布后入库', async ({ journey }) => {
  const page = await journey.enter('dataadmin')
  await page.goto(`/registers/batches?type=${ID}`)
  await page.getByRole('button', { name: '导入文件' }).click()
  await page.getByRole('dialog').getByRole('button', { name: '下一步' }).click()
  await page.locator('input[type=file]').setInputFiles(
    table([
      ['B-5', east(60), 'wood', '4'],
      ['B-6', east(70), 'stone', '2'],
      ['B-7', [0, 0], 'wood', '2'],
      ['B-8', east(80), 'plastic', '2'],
      ['B-9', null, 'wood', '2']
    ])
  )
  const file = page.locator('.reg-file')
  await expect(file.getByRole('row').filter({ hasText: '材质' })).toContainText('wood')
  await expect(file).toContainText('按列名推断')
  // No name tells what this column is; said once, it is remembered for files with the same header.
  await pick(page, page.getByLabel('“可坐”对应的字段'), '座位数')
  await expect(file).toContainText('下次自动沿用')
  await sound(page, 'import columns')
  await page.getByRole('button', { name: '开始试算' }).click()
  await expect(page.locator('.reg-numbers')).toContainText('通过2', { timeout: 60_000 })
  await expect(page.locator('.reg-rejects .reg-grid tbody tr')).toHaveCount(3)
  await expect(page.locator('.reg-rejects')).toContainText('0,0')
  await sound(page, 'import rejects')
  await page.getByRole('link', { name: '查看比对' }).click()
  await page.getByRole('link', { name: '去发布' }).click()
  await page.getByRole('button', { name: '发布导入' }).click()
  await expect(page.getByText(/导入已发布/)).toBeVisible({ timeout: 60_000 })
  expect(await total(await journey.as('dataadmin'))).toBe(6)
})

test('普查：开启、导入、质量检查、比对、发布', async ({ journey }) => {
  test.setTimeout(240_000)
  const page = await journey.enter('dataadmin')
  await page.goto(`/registers/batches?type=${ID}`)
  await sound(page, 'batches')
  await page.getByRole('button', { name: '开启普查' }).click()
  await page.getByRole('dialog').getByRole('button', { name: '下一步' }).click()
  await test.step('导入', async () => {
    await page.locator('input[type=file]').setInputFiles(
      table([
        // B-1 is as the register has it but for its place, B-3 has moved, B-4 is of stone now; B-5 and B-6 are gone.
        ['B-1', HERE, 'wood', '3'],
        ['B-2', east(20), 'wood', '8'],
        ['B-3', east(45), 'wood', '3'],
        ['B-4', east(40), 'stone', '4'],
        ['B-10', east(100), 'wood', '2'],
        // Closer than a metre to the one before: likely the same.
        ['B-11', east(100.4), 'wood', '2']
      ])
    )
    await expect(page.locator('.reg-file')).toContainText('沿用上次')
    await page.getByRole('button', { name: '开始试算' }).click()
  })
  await test.step('质量检查', async () => {
    await expect(page.getByRole('link', { name: '查看质量检查' })).toBeVisible({ timeout: 60_000 })
    await page.getByRole('link', { name: '查看质量检查' }).click()
    await expect(page.locator('.reg-findings').first()).toContainText('疑似重复')
    await page.locator('.reg-findings-list button').first().click()
    await page.getByRole('button', { name: '抽样', exact: true }).click()
    await expect(page.getByText(/抽取 \d+ 条/)).toBeVisible()
    await page.getByRole('button', { name: '合格' }).click()
    await expect(page.getByText(/已查 1 条/)).toBeVisible()
    await sound(page, 'census quality')
  })
  await test.step('比对', async () => {
    await page.getByRole('link', { name: '查看比对' }).click()
    await expect(page.locator('.reg-numbers')).toContainText('新增2')
    await expect(page.locator('.reg-numbers')).toContainText('移除2')
    await sound(page, 'census comparison')
  })
  await test.step('发布', async () => {
    await page.getByRole('link', { name: '去发布' }).click()
    const despite = page.getByRole('checkbox')
    if (await despite.isVisible()) {
      await page.getByLabel(/理由（必填）/).fill('重复的一处已安排复核')
      await despite.check()
    }
    await sound(page, 'census publication')
    await page.getByRole('button', { name: '发布普查' }).click()
    await expect(page.getByText(/普查已发布/)).toBeVisible({ timeout: 60_000 })
  })
  // Two came, two are gone.
  expect(await total(await journey.as('dataadmin'))).toBe(6)
  await page.goto(`/registers/list/${ID}?status=removed`)
  await expect(page.getByRole('option')).toHaveCount(2)
  await page.goto(`/registers/batches?type=${ID}&kind=census`)
  await expect(page.getByRole('row').filter({ hasText: '已发布' })).toHaveCount(1)
  // The version is there as it was published, whatever becomes of the register.
  await page.getByRole('row').filter({ hasText: '已发布' }).getByRole('link').click()
  await expect(page.locator('.reg-version tbody tr')).toHaveCount(6)
  await page.locator('.reg-version tbody button').first().click()
  await expect(page.locator('.reg-version-more')).toContainText('看现在的样子')
  await sound(page, 'census version')
})
