import type { CaseView, OperationKey } from '@chengyun/contract/cases'
import type { Page } from '@playwright/test'
import { type Account, HERE } from './account.ts'
import { expect } from './test.ts'

/** A telephone held in the street. */
export const PHONE = {
  viewport: { width: 390, height: 844 },
  isMobile: true,
  hasTouch: true,
  geolocation: { longitude: HERE[0], latitude: HERE[1], accuracy: 9 },
  permissions: ['geolocation', 'camera']
}
export const DELIVERED = '在线，全部已送达'

/** Signs in on the field app by name and password and waits until the shift's package is on the telephone. */
export async function enterField(page: Page, username: string): Promise<void> {
  await page.goto('/field/')
  await signIn(page, username)
  await delivered(page)
  await expect(page.getByRole('heading', { name: '我的任务' })).toBeVisible()
}

export async function signIn(page: Page, username: string): Promise<void> {
  await page.getByLabel('用户名').fill(username)
  await page.getByLabel('密码').fill('Chengyun@2026')
  await page.getByRole('button', { name: '登录', exact: true }).click()
}

/** Waits until the server has everything; `kept`: first until the telephone says so of what was just done. */
export async function delivered(page: Page, kept?: string): Promise<void> {
  if (kept) await expect(page.getByText(kept)).toBeVisible()
  await expect(page.getByText(DELIVERED).first()).toBeVisible({ timeout: 45_000 })
}

/** Opens a page of the app. */
export const open = (page: Page, path: string): Promise<unknown> => page.evaluate(`location.hash = '#/${path}'`)

/** Opens a case, waiting until it is on the telephone. */
export async function openCase(page: Page, id: string): Promise<void> {
  await open(page, `case/${id}`)
  const here = page.getByRole('heading', { name: '基本情况' })
  await expect(async () => {
    if (!(await here.isVisible())) await page.reload()
    await expect(here).toBeVisible({ timeout: 2_000 })
  }).toPass({ timeout: 40_000 })
}

/** Takes one of the steps behind “其他操作”. */
export async function openOther(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: '其他操作' }).click()
  await page.locator('.f-sheet').getByText(name, { exact: true }).click()
}

/** Puts a photo into the slot of this name. */
export async function shoot(page: Page, name: string, file: { name: string; mimeType: string; buffer: Buffer }): Promise<void> {
  await page.getByLabel(name, { exact: true }).setInputFiles(file)
}

/** A case that waits at a unit of the demonstration's handler, registered and dispatched. */
export async function waitingCase(words: string, who: { acceptor: Account; shift: Account }, location = HERE): Promise<CaseView> {
  let view = await who.acceptor.report(words, { location })
  view = await who.acceptor.act(view, 'accept')
  view = await who.shift.act(view, 'register', { conditionId: await who.acceptor.conditionOf(view) })
  expect(view.status).toBe('pending_handle')
  return view
}

/** The operations of a case, oldest first. */
export const stepsOf = (view: CaseView): OperationKey[] => view.steps.map((s) => s.op)
