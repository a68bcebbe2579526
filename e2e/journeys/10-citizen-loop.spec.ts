import AxeBuilder from '@axe-core/playwright'
import type { CaseView } from '@chengyun/contract/cases'
import type { Page } from '@playwright/test'
import { HERE, photo } from '../support/account.ts'
import { expect, test } from '../support/test.ts'

const PHONE = {
  viewport: { width: 390, height: 844 },
  isMobile: true,
  hasTouch: true,
  geolocation: { longitude: HERE[0], latitude: HERE[1] },
  permissions: ['geolocation']
}

const isAccessible = async (page: Page) => {
  const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']).analyze()
  expect(violations.map((v) => `${v.id}: ${v.nodes[0]?.html.slice(0, 120)}`)).toEqual([])
}

test('市民拍照上报，审核打码后公开，办结后评价', async ({ journey }) => {
  test.setTimeout(180_000)
  const phone = await journey.openBrowser(PHONE)
  await phone.goto('/citizen/')
  await expect(phone.getByRole('heading', { level: 1 })).toBeVisible()
  await isAccessible(phone)

  const words = `路边一堆垃圾没人清理 ${Date.now() % 100_000}`
  await test.step('拍照、位置、说明、提交', async () => {
    await phone
      .locator('input[type=file]')
      .first()
      .setInputFiles(await photo('a.jpg', 'near'))
    await phone.getByRole('button', { name: '就在这里' }).click()
    await phone.getByRole('textbox').first().fill(words)
    await phone.getByText('暴露垃圾', { exact: true }).click()
    await isAccessible(phone)
    await phone.getByRole('button', { name: '下一步' }).click()
    const others = phone.getByRole('button', { name: '都不是，继续上报' })
    const submit = phone.getByRole('button', { name: '提交', exact: true })
    await expect(others.or(submit).first()).toBeVisible()
    if (await others.isVisible()) await others.click()
    await submit.click()
    await expect(phone.getByRole('heading', { name: '已经交给城市' })).toBeVisible()
    await isAccessible(phone)
  })
  const caseNo = /\/r\/(\d{19})/.exec(phone.url())?.[1] ?? ''
  expect(caseNo).toHaveLength(19)

  await test.step('审核：拖框打码并公开', async () => {
    const desk = await journey.enter('acceptor')
    await desk.locator('.shell-nav').getByRole('link', { name: '公众审核' }).click()
    await desk.locator('.review-list li button').filter({ hasText: words }).first().click()
    const picture = desk.locator('.mask-board img')
    await expect(picture).toHaveJSProperty('complete', true)
    const box = (await picture.boundingBox())!
    await desk.mouse.move(box.x + box.width * 0.3, box.y + box.height * 0.3)
    await desk.mouse.down()
    await desk.mouse.move(box.x + box.width * 0.6, box.y + box.height * 0.6, { steps: 4 })
    await desk.mouse.up()
    await isAccessible(desk)
    await desk.getByRole('button', { name: '遮挡 1 处并公开' }).click()
    await expect(desk.getByText('照片已公开')).toBeVisible()
  })

  await test.step('办理', async () => {
    const [acceptor, shift, leader] = await Promise.all(['acceptor', 'shiftleader', 'leader'].map((who) => journey.as(who)))
    let view = await acceptor!.send<CaseView>('GET', `/cases/${caseNo}`)
    view = await acceptor!.act(view, 'accept')
    view = await shift!.act(view, 'register', { conditionId: await acceptor!.conditionOf(view) })
    view = await leader!.act(view, 'applyForceClose', { reason: '现场已清理' })
    await shift!.act(view, 'approveForceClose', { approve: 'yes', opinion: '同意' })
  })

  await test.step('进度、打码后的照片、评价', async () => {
    await phone.reload()
    await expect(phone.getByText('已办结').first()).toBeVisible()
    await expect(phone.locator('img[src*="/api/public/photos/"]').first()).toBeVisible()
    await phone.locator('.rating label').nth(3).click()
    await phone.getByRole('button', { name: '提交评价' }).click()
    await expect(phone.getByRole('heading', { name: '你的评价' })).toBeVisible()
    await isAccessible(phone)
  })
})
