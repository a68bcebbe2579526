import pdfMake from 'pdfmake'
import { glyphOf, UNITS_PER_EM } from '../noto.ts'
import { trueTypeOf } from './true-type.ts'

/** Part of a page, as pdfmake takes it: text, table, columns, svg. */
export type PdfPart = string | { readonly [key: string]: unknown } | readonly PdfPart[]

export interface PdfDocument {
  title: string
  content: readonly PdfPart[]
  /** Left on the foot of every page, before its number. */
  foot: string
}

/** What the layout says of a part when it asks where pages break. */
interface PdfNode {
  headlineLevel?: number
}
interface PdfNodes {
  getFollowingNodesOnPage(): readonly PdfNode[]
}

const WEIGHTS = { normal: 400, bold: 700 } as const
/** Digits and what a foot and broken words need, whatever the content says. */
const ALWAYS = ' 0123456789/-–…·'

/** Every character a document writes. */
function charactersOf(value: unknown, found: Set<number>): Set<number> {
  if (typeof value === 'string') for (const char of value) found.add(char.codePointAt(0)!)
  else if (Array.isArray(value)) for (const v of value) charactersOf(v, found)
  else if (value !== null && typeof value === 'object') for (const v of Object.values(value)) charactersOf(v, found)
  return found
}

async function fontOf(weight: number, codes: ReadonlySet<number>): Promise<Buffer> {
  const drawn = new Map(await Promise.all([...codes].map(async (code) => [code, await glyphOf(code, weight)] as const)))
  // A private code point no font draws: the empty box.
  return trueTypeOf(`ChengyunSans-${weight}`, drawn, await glyphOf(0xf8ff, weight), UNITS_PER_EM)
}

pdfMake.setUrlAccessPolicy(() => false)
pdfMake.setLocalAccessPolicy(() => false)
/** The library keeps fonts for all documents: one is made after the other. */
let last: Promise<unknown> = Promise.resolve()

/** A PDF on A4 that carries its own font, so that it reads the same everywhere. Nothing is fetched and no file is read. */
export function pdfOf(document: PdfDocument): Promise<Buffer> {
  const made = last.then(() => make(document))
  last = made.catch(() => undefined)
  return made
}

async function make({ title, content, foot }: PdfDocument): Promise<Buffer> {
  const codes = charactersOf([title, content, foot, ALWAYS], new Set())
  for (const [type, weight] of Object.entries(WEIGHTS))
    pdfMake.virtualfs.writeFileSync(`${type}.ttf`, await fontOf(weight, codes))
  pdfMake.setFonts({ Sans: { normal: 'normal.ttf', bold: 'bold.ttf' } })
  return pdfMake
    .createPdf({
      info: { title },
      pageSize: 'A4',
      pageMargins: [48, 48, 48, 56],
      defaultStyle: { font: 'Sans', fontSize: 9.5, lineHeight: 1.15 },
      footer: (page: number, pages: number) => ({
        columns: [
          { text: foot, fontSize: 8 },
          { text: `${page}/${pages}`, alignment: 'right', fontSize: 8 }
        ],
        margin: [48, 20, 48, 0]
      }),
      // A heading goes with what it heads.
      pageBreakBefore: (node: PdfNode, { getFollowingNodesOnPage }: PdfNodes) =>
        node.headlineLevel === 1 && getFollowingNodesOnPage().length === 0,
      content
    })
    .getBuffer()
}
