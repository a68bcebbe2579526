import AxeBuilder from '@axe-core/playwright'
import { expect, type Page } from '@playwright/test'
import { HERE } from './account.ts'

/** A telephone of a citizen at {@link HERE}. */
export const PHONE = {
  viewport: { width: 390, height: 844 },
  isMobile: true,
  hasTouch: true,
  geolocation: { longitude: HERE[0], latitude: HERE[1], accuracy: 12 },
  permissions: ['geolocation']
}
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** Run in the page: true when it is as long as it was a quarter of a second ago, so that nothing slides under the bar while it is judged. */
const STILL = `new Promise((done) => {
  const before = document.body.scrollHeight
  setTimeout(() => done(document.body.scrollHeight === before), 250)
})`

/** No finding of axe, nothing wider than the screen. */
export async function sound(page: Page, name: string): Promise<void> {
  await page.waitForLoadState('networkidle')
  await page.waitForFunction(STILL)
  // At the end of the page the bar of pages stands at its own place and covers no half of a target.
  await page.evaluate('scrollTo(0, document.body.scrollHeight)')
  const { violations } = await new AxeBuilder({ page }).withTags(TAGS).analyze()
  expect(
    violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html.slice(0, 160)).join(' ')}`),
    name
  ).toEqual([])
  const tooWide = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')
  expect(tooWide, `${name} is too wide`).toBeLessThanOrEqual(0)
  const { CHENGYUN_E2E_SHOTS: shots } = process.env
  if (shots) await page.screenshot({ path: `${shots}/${name.replaceAll('/', '_')}.png`, fullPage: true })
}

/** Begins a report without a photo and takes the proposed place. */
export async function beginHere(page: Page): Promise<void> {
  await page.goto('/citizen/')
  await page.getByRole('button', { name: '没有照片，直接说' }).click()
  await expect(page.locator('.place-says')).toContainText('街道')
  await page.getByRole('button', { name: '就在这里' }).click()
  await expect(page.getByRole('heading', { name: '是什么问题？' })).toBeVisible()
}

/** A place of this run alone, within some 400 m: what others report does not lie beside it. */
export function somewhere(): typeof PHONE {
  const near = (v: number) => Number((v + (Math.random() - 0.5) * 0.006).toFixed(6))
  return { ...PHONE, geolocation: { longitude: near(HERE[0]), latitude: near(HERE[1]), accuracy: 8 } }
}
/** Words that no other run says. */
export const words = (what: string): string => `${what}（第 ${Date.now() % 1_000_000} 次）`

/** Says what it is, and which class where one is named. */
export async function say(page: Page, text: string, className?: string): Promise<void> {
  await page.getByLabel('说一句（可以不填）').fill(text)
  if (className) await page.getByText(className, { exact: true }).click()
}

/** From the words to the last page of a report, past similar reports where there are any. */
export async function toSend(page: Page): Promise<void> {
  await page.getByRole('button', { name: '下一步' }).click()
  await page.waitForURL(/step=(similar|send)/)
  if (page.url().includes('similar')) await page.getByRole('button', { name: '都不是' }).click()
  await expect(page.getByRole('heading', { name: '最后确认' })).toBeVisible()
}

/** Files it and answers the number of the case. */
export async function submit(page: Page): Promise<string> {
  await page.getByRole('button', { name: '提交', exact: true }).click()
  await expect(page.getByRole('heading', { name: '已经交给城市' })).toBeVisible()
  return /\/r\/(\d{19})/.exec(page.url())?.[1] ?? ''
}
