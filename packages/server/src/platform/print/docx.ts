import { type Block, type Column, CURVE, curveSvg, type PrintDocument } from './blocks.ts'

/** Twentieths of a point, in which Word measures; text of an A4 page between margins of 48 points. */
const TWIPS = 20
const MARGIN = 48 * TWIPS
const WIDTH = CURVE.width * TWIPS
/** Fonts that Word and WPS have everywhere; what lacks them takes its own font of the same script. */
const FONT = { ascii: 'Arial', hAnsi: 'Arial', cs: 'Arial', eastAsia: 'Microsoft YaHei' } as const
const LINE = { style: 'single', size: 4, color: 'BFBFBF' } as const
const NONE = { style: 'none', size: 0, color: 'auto' } as const
/** Pixels of a picture a point, so that curves are sharp on paper. */
const SHARP = 3

/** Loaded when somebody wants a document: what it takes is not there before. */
const load = async () => ({ docx: await import('docx'), sharp: (await import('sharp')).default })
type Library = Awaited<ReturnType<typeof load>>

/** A document as a DOCX that can be written on: styles for headings, tables with heads that repeat, pages numbered. */
export async function docxOf(document: PrintDocument): Promise<Buffer> {
  const library = await load()
  const { docx } = library
  const { title, under, foot, language, blocks } = document
  const children = [
    new docx.Paragraph({ heading: docx.HeadingLevel.TITLE, children: [new docx.TextRun(title)] }),
    new docx.Paragraph({ spacing: { after: 160 }, children: [new docx.TextRun({ text: under, size: 18, color: '595959' })] })
  ]
  const body: (InstanceType<Library['docx']['Paragraph']> | InstanceType<Library['docx']['Table']>)[] = [...children]
  for (const block of blocks) body.push(...(await partsOf(library, block)))
  const heading = (size: number, before: number) => ({
    run: { font: FONT, size, bold: true, color: '000000' },
    paragraph: { spacing: { before, after: 80, line: 276, lineRule: 'auto' as const }, keepNext: true }
  })
  const made = new docx.Document({
    title,
    creator: foot,
    description: under,
    styles: {
      default: {
        document: {
          run: {
            font: FONT,
            size: 19,
            language: language === 'zh' ? { value: 'zh-CN', eastAsia: 'zh-CN' } : { value: 'en-GB', eastAsia: 'zh-CN' }
          },
          paragraph: { spacing: { line: 276, lineRule: 'auto' } }
        },
        title: heading(36, 0),
        heading1: heading(24, 200)
      }
    },
    sections: [
      {
        properties: {
          page: { size: { width: 11_906, height: 16_838 }, margin: { top: MARGIN, bottom: MARGIN, left: MARGIN, right: MARGIN } }
        },
        footers: {
          default: new docx.Footer({
            children: [
              new docx.Paragraph({
                tabStops: [{ type: docx.TabStopType.RIGHT, position: WIDTH }],
                children: [
                  new docx.TextRun({
                    size: 16,
                    children: [foot, new docx.Tab(), docx.PageNumber.CURRENT, '/', docx.PageNumber.TOTAL_PAGES]
                  })
                ]
              })
            ]
          })
        },
        children: body
      }
    ]
  })
  return docx.Packer.toBuffer(made)
}

async function partsOf(library: Library, block: Block) {
  const { docx, sharp } = library
  if (block.kind === 'heading')
    return [new docx.Paragraph({ heading: docx.HeadingLevel.HEADING_1, children: [new docx.TextRun(block.text)] })]
  if (block.kind === 'text') return [new docx.Paragraph({ children: [new docx.TextRun(block.text)] })]
  if (block.kind === 'table') return [tableOf(library, block.columns, block.rows)]
  const { width, height } = CURVE
  const data = await sharp(Buffer.from(curveSvg(block)), { density: 72 * SHARP })
    .png()
    .toBuffer()
  // Word counts pixels of 96 to the inch, we points of 72.
  const transformation = { width: Math.round((width * 96) / 72), height: Math.round((height * 96) / 72) }
  return [
    new docx.Paragraph({
      keepNext: true,
      children: [new docx.ImageRun({ type: 'png', data, transformation, altText: alt(block.caption) })]
    }),
    new docx.Paragraph({ children: [new docx.TextRun({ text: block.caption, size: 16, color: '595959' })] })
  ]
}

const alt = (caption: string) => ({ title: caption, description: caption, name: 'curve' })

function tableOf({ docx }: Library, columns: readonly Column[], rows: readonly (readonly string[])[]) {
  const whole = columns.reduce((sum, c) => sum + c.width, 0)
  const widths = columns.map((c) => Math.round((c.width / whole) * WIDTH))
  const cell = (text: string, i: number, bold: boolean) =>
    new docx.TableCell({
      width: { size: widths[i]!, type: docx.WidthType.DXA },
      verticalAlign: docx.VerticalAlignTable.CENTER,
      margins: { top: 40, bottom: 40, left: 60, right: 60 },
      children: [
        new docx.Paragraph({
          alignment: columns[i]!.right ? docx.AlignmentType.RIGHT : docx.AlignmentType.LEFT,
          spacing: { line: 240, lineRule: 'auto' },
          children: [new docx.TextRun({ text, bold, size: 17 })]
        })
      ]
    })
  return new docx.Table({
    width: { size: WIDTH, type: docx.WidthType.DXA },
    columnWidths: widths,
    layout: docx.TableLayoutType.FIXED,
    borders: { top: LINE, bottom: LINE, left: NONE, right: NONE, insideHorizontal: LINE, insideVertical: NONE },
    rows: [
      new docx.TableRow({ tableHeader: true, cantSplit: true, children: columns.map((c, i) => cell(c.title, i, true)) }),
      ...rows.map((row) => new docx.TableRow({ cantSplit: true, children: row.map((text, i) => cell(text, i, false)) }))
    ]
  })
}
