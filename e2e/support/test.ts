import { type BrowserContext, type BrowserContextOptions, test as base, expect, type Locator, type Page } from '@playwright/test'
import { Account } from './account.ts'

/** Names of the demonstration accounts as the sign-in page shows them. */
export const POSTS = {
  collector: '采集员',
  handler: '处置人员',
  acceptor: '受理员',
  shiftleader: '值班长',
  dispatcher: '派遣员',
  dept: '部门',
  inspector: '督查员',
  leader: '领导',
  systemadmin: '系统管理员',
  securityadmin: '安全管理员',
  auditadmin: '审计管理员',
  dataadmin: '平台业务管理员'
} as const
export type Post = keyof typeof POSTS

interface Journey {
  /** Answers of these statuses are part of the journey: a wrong password, somebody else's case. */
  expectAnswers(...statuses: number[]): void
  /** A browser of one's own, empty, before the sign-in page. */
  openBrowser(options?: BrowserContextOptions): Promise<Page>
  /** Signs a post in by a click on its demonstration account. */
  enter(post: Post, options?: BrowserContextOptions): Promise<Page>
  /** The public API as somebody, for what has to be there before a journey begins. */
  as(username: string): Promise<Account>
}

/**
 * A test that also fails when any page of it logs an error, when a request is answered 5xx, or 4xx where the journey does not
 * expect it. The one 401 everybody gets is the question whether he is signed in.
 */
export const test = base.extend<{ journey: Journey }>({
  journey: async ({ browser, baseURL }, use, info) => {
    const faults: string[] = []
    const expected = new Set<number>()
    const contexts: BrowserContext[] = []
    const accounts: Account[] = []
    const watch = (context: BrowserContext) => {
      context.on('weberror', (e) => faults.push(`uncaught: ${e.error().message}`))
      context.on('console', (m) => {
        // A refused request is judged below, with its status and address.
        if (m.type() === 'error' && !m.text().startsWith('Failed to load resource')) faults.push(`console: ${m.text()}`)
      })
      context.on('response', (r) => {
        const { pathname } = new URL(r.url())
        const probe = r.status() === 401 && pathname === '/api/session' && r.request().method() === 'GET'
        if (r.status() >= 500 || (r.status() >= 400 && !probe && !expected.has(r.status())))
          faults.push(`${r.status()} ${r.request().method()} ${pathname}`)
      })
    }
    const openBrowser = async (options: BrowserContextOptions = {}) => {
      const context = await browser.newContext(options)
      contexts.push(context)
      watch(context)
      const page = await context.newPage()
      await page.goto('/')
      return page
    }
    await use({
      expectAnswers: (...statuses) => statuses.forEach((s) => void expected.add(s)),
      openBrowser,
      enter: async (post, options) => {
        const page = await openBrowser(options)
        await chooseAccount(page, post)
        return page
      },
      as: async (username) => {
        const account = await Account.signIn(baseURL ?? '', username)
        accounts.push(account)
        return account
      }
    })
    for (const context of contexts) {
      if (info.status !== info.expectedStatus)
        for (const [i, page] of context.pages().entries())
          await page.screenshot({ path: info.outputPath(`page-${contexts.indexOf(context)}-${i}.png`) }).catch(() => undefined)
      await context.close()
    }
    for (const account of accounts) await account.end()
    expect(faults, 'what the browser complained about').toEqual([])
  }
})
export { expect }

/** Clicks a demonstration account and waits until the frame of the console stands. */
export async function chooseAccount(page: Page, post: Post): Promise<void> {
  await page
    .locator('.signin-demo button')
    .filter({ has: page.locator(`code:text-is("${post}")`) })
    .click()
  await expect(page.locator('.shell-bar')).toBeVisible()
}

/** Signs out by the menu of the person. */
export async function signOut(page: Page): Promise<void> {
  await page.locator('.shell-person').click()
  await page.getByRole('menuitem', { name: /^(退出登录|Sign out)$/ }).click()
  await expect(page.locator('.signin-box')).toBeVisible()
}

/** The row of a case in the list; a long list draws only what is in sight, so it is scrolled as a person would. */
export async function findRow(page: Page, words: string): Promise<Locator> {
  const row = page.getByRole('option').filter({ hasText: words })
  await expect(async () => {
    if ((await row.count()) === 0) {
      await page.evaluate("{ const box = document.querySelector('.cy-vlist'); box?.scrollBy(0, box.clientHeight / 2) }")
      await expect(row).toHaveCount(1, { timeout: 500 })
    }
  }).toPass({ timeout: 20_000 })
  return row
}

/** Types into a field with choices and takes the first that fits. */
export async function choose(field: Locator, text: string, option: string): Promise<void> {
  await field.click()
  await field.fill(text)
  const offered = field.page().locator('.ant-select-item-option').filter({ hasText: option }).first()
  await expect(offered).toBeInViewport()
  // In a free text nothing is taken until it is pointed at.
  if (!(await offered.getAttribute('class'))?.includes('option-active')) await field.press('ArrowDown')
  await expect(offered).toHaveClass(/option-active/)
  await field.press('Enter')
}
