import { type CaseView, type OperationKey, operationOf } from '@chengyun/contract/cases'
import type { Page } from '@playwright/test'
import { type Account, HERE, photo } from '../support/account.ts'
import { expect, test } from '../support/test.ts'

const PHONE = {
  viewport: { width: 390, height: 844 },
  isMobile: true,
  hasTouch: true,
  geolocation: { longitude: HERE[0], latitude: HERE[1] },
  permissions: ['geolocation']
}

/** Signs in on the field app and waits until the shift's package is on the telephone. */
async function enterField(page: Page, post: string): Promise<void> {
  await page.goto('/field/')
  await page.getByText(post, { exact: true }).click()
  await expect(page.getByText('在线，全部已送达').first()).toBeVisible({ timeout: 30_000 })
}

/** Opens a case, takes one step with a photo while the telephone has no signal, then gets the signal back and sees it delivered. */
async function stepOffline(page: Page, id: string, act: string, phase: 'near' | 'after'): Promise<void> {
  await page.reload()
  await page.evaluate(`location.hash = '#/case/${id}'`)
  const button = page.getByRole('button', { name: act, exact: true })
  await expect(async () => {
    if (!(await button.isVisible())) {
      await page.reload()
      await page.waitForTimeout(1_500)
    }
    await expect(button).toBeVisible({ timeout: 1_000 })
  }).toPass({ timeout: 40_000 })
  await page.context().setOffline(true)
  await button.click()
  await page
    .locator('input[type=file]')
    .first()
    .setInputFiles(await photo(`${phase}.jpg`, phase, phase === 'after'))
  await page.locator('textarea').first().fill('现场看过')
  await page.getByRole('button', { name: `提交：${act}` }).click()
  await expect(page.getByText(/^已存在本机/).first()).toBeVisible()
  await page.context().setOffline(false)
  await expect(page.getByText('在线，全部已送达').first()).toBeVisible({ timeout: 45_000 })
}

test('市民上报，离线核实，离线处置，核查结案，市民评价', async ({ journey }) => {
  test.setTimeout(240_000)
  // Questions of the field app: is anybody signed in here (401), is this photo there already (404)?
  journey.expectAnswers(401, 404)
  const citizen = await journey.openBrowser(PHONE)
  await citizen.goto('/citizen/')
  await citizen
    .locator('input[type=file]')
    .first()
    .setInputFiles(await photo('a.jpg', 'near'))
  await citizen.getByRole('button', { name: '就在这里' }).click()
  await citizen.getByRole('textbox').first().fill('人行道上一堆垃圾')
  await citizen.getByText('暴露垃圾', { exact: true }).click()
  await citizen.getByRole('button', { name: '下一步' }).click()
  const others = citizen.getByRole('button', { name: '都不是，继续上报' })
  const submit = citizen.getByRole('button', { name: '提交', exact: true })
  await expect(others.or(submit).first()).toBeVisible()
  if (await others.isVisible()) await others.click()
  await submit.click()
  await expect(citizen.getByRole('heading', { name: '已经交给城市' })).toBeVisible()
  const caseNo = /\/r\/(\d{19})/.exec(citizen.url())?.[1] ?? ''

  const [acceptor, shift, dispatcher, dept] = [
    await journey.as('acceptor'),
    await journey.as('shiftleader'),
    await journey.as('dispatcher'),
    await journey.as('dept')
  ]
  const me = async (username: string) =>
    (await (await journey.as(username)).send<{ user: { id: string } }>('GET', '/session')).user.id
  const now = () => acceptor.send<CaseView>('GET', `/cases/${caseNo}`)
  /** One act at a desk, with a few words where they are demanded. */
  const act = (who: Account, c: CaseView, op: OperationKey, input: object = {}) => {
    const words = operationOf(op).needs?.some((n) => n.field === 'opinion' && n.required)
    return who.act(c, op, { ...(words && { opinion: '按流程办理' }), ...input })
  }
  const collectorId = await me('collector')
  let view = await act(acceptor, await now(), 'sendVerify', { collectorId })

  const collector = await journey.openBrowser(PHONE)
  await enterField(collector, 'collector')
  await test.step('采集员：没有信号时核实', () => stepOffline(collector, view.id, '属实', 'near'))
  view = await now()
  expect(view.steps.at(-1)?.op).toBe('submitVerify')

  if (view.status === 'reported') view = await act(acceptor, view, 'accept')
  view = await act(shift, view, 'register', { conditionId: await acceptor.conditionOf(view) })
  view = await act(dept, view, 'assign', { handlerId: await me('handler') })
  const handler = await journey.openBrowser(PHONE)
  await enterField(handler, 'handler')
  await test.step('处置人员：没有信号时处置', () => stepOffline(handler, view.id, '处置', 'after'))
  view = await now()
  expect(view.steps.at(-1)?.op).toBe('submitHandle')
  expect(view.evidence.some((e) => e.phase === 'after')).toBe(true)

  view = await act(dept, view, 'deptConfirm')
  view = await act(dispatcher, view, 'forward')
  view = await act(acceptor, view, 'sendCheck', { collectorId })
  await test.step('采集员：没有信号时核查', () => stepOffline(collector, view.id, '通过', 'after'))
  view = await act(shift, await now(), 'close')
  expect(view.status).toBe('closed')

  await test.step('市民：看到办结，评价', async () => {
    await citizen.reload()
    await citizen.locator('.rating label').nth(4).click()
    await citizen.getByRole('button', { name: '提交评价' }).click()
    await expect(citizen.getByRole('heading', { name: '你的评价' })).toBeVisible()
  })
  expect((await now()).visit?.result).toBe('satisfied')
})
