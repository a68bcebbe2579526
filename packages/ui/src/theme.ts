import { theme as antd, type ThemeConfig } from 'antd'

/** The two surfaces of the product: paper for desk work, night for the hall and the late shift. */
export type ThemeMode = 'light' | 'dark'

/** Every colour the product may use. Level colours mean alarm levels and nothing else; lamp colours mean clocks. */
export interface Tokens {
  brand: string
  brandSoft: string
  onBrand: string
  ink: string
  ink2: string
  ink3: string
  surface: string
  raised: string
  sunken: string
  line: string
  lineSoft: string
  hover: string
  level1: string
  level2: string
  level3: string
  level4: string
  ok: string
  soon: string
  late: string
  paused: string
  okInk: string
  soonInk: string
  lateInk: string
  /** Ground the city's data says nothing about: neither land nor sea is claimed. */
  outside: string
  sea: string
  /** Shallow water along the coast, and the coast itself. */
  shore: string
  coast: string
  land: string
  /** Land beyond the city. */
  neighbour: string
  road: string
  roadEdge: string
  building: string
  boundary: string
}

/** Colour tokens by mode; `*Ink` are the readable text forms of the lamp colours (contrast ≥ 4.5 on their surface). */
export const TOKENS: Record<ThemeMode, Tokens> = {
  light: {
    brand: '#1457D9',
    brandSoft: '#E9F0FE',
    onBrand: '#FFFFFF',
    ink: '#10182B',
    ink2: '#4A5670',
    ink3: '#646f87',
    surface: '#FFFFFF',
    raised: '#FFFFFF',
    sunken: '#F4F6FA',
    line: '#E3E8F0',
    lineSoft: '#EEF1F6',
    hover: '#F7F9FC',
    level1: '#D92D20',
    level2: '#E8590C',
    level3: '#E0A100',
    level4: '#2F6FED',
    ok: '#2E8B57',
    soon: '#E0A100',
    late: '#D92D20',
    paused: '#8A94A8',
    okInk: '#1F7044',
    soonInk: '#8A6100',
    lateInk: '#C4261A',
    outside: '#DFE3E8',
    sea: '#CFE3F5',
    shore: '#E2EFFA',
    coast: '#A9C6DF',
    land: '#F3F1EA',
    neighbour: '#E9EAE8',
    road: '#FFFFFF',
    roadEdge: '#D2CBB8',
    building: '#E4E1D8',
    boundary: '#B9B6AB'
  },
  dark: {
    brand: '#6EA0FF',
    brandSoft: '#16284C',
    onBrand: '#081226',
    ink: '#E8EEFA',
    ink2: '#AAB6CE',
    ink3: '#8592AE',
    surface: '#0B1220',
    raised: '#121B2E',
    sunken: '#080D18',
    line: '#22304A',
    lineSoft: '#18233A',
    hover: '#101A2D',
    level1: '#FF6B5E',
    level2: '#FF8A4C',
    level3: '#F2BE3A',
    level4: '#6EA0FF',
    ok: '#4DBE80',
    soon: '#F2BE3A',
    late: '#FF6B5E',
    paused: '#6F7C96',
    okInk: '#5CCB8E',
    soonInk: '#F2BE3A',
    lateInk: '#FF8277',
    outside: '#090E18',
    sea: '#0E2036',
    shore: '#142C48',
    coast: '#28476B',
    land: '#131C2C',
    neighbour: '#0D1421',
    road: '#22304A',
    roadEdge: '#0F1726',
    building: '#1A2540',
    boundary: '#33445F'
  }
}

/** The bundled face first; the rest only while it loads or where a glyph is missing. */
export const FONT_FAMILY = "'Noto Sans SC Variable', 'Noto Sans SC', 'Noto Sans CJK SC', 'PingFang SC', sans-serif"

/** Writes the tokens as `--cy-*` custom properties on the document, so that plain CSS and antd agree. */
export function applyTokens(mode: ThemeMode, root: HTMLElement = document.documentElement): void {
  for (const [name, value] of Object.entries(TOKENS[mode])) root.style.setProperty(`--cy-${kebab(name)}`, value)
  root.dataset['theme'] = mode
  root.style.colorScheme = mode
}

/** okInk → ok-ink, ink2 → ink-2. */
function kebab(name: string): string {
  return name.replace(/([a-z])([A-Z0-9])/g, '$1-$2').toLowerCase()
}

/** antd configured by the same tokens: hairlines instead of shadows, radius 6, 13-px desk text, short motion. */
export function antdTheme(mode: ThemeMode): ThemeConfig {
  const c = TOKENS[mode]
  return {
    algorithm: mode === 'dark' ? antd.darkAlgorithm : antd.defaultAlgorithm,
    token: {
      colorPrimary: c.brand,
      colorInfo: c.brand,
      colorLink: c.brand,
      colorSuccess: c.ok,
      colorWarning: c.soon,
      colorError: c.lateInk,
      colorSuccessBg: mode === 'dark' ? '#10261B' : '#EDF7F1',
      colorSuccessBorder: mode === 'dark' ? '#1F4A34' : '#BFE0CD',
      colorText: c.ink,
      colorTextSecondary: c.ink2,
      colorTextTertiary: c.ink3,
      colorTextPlaceholder: c.ink3,
      colorTextLightSolid: c.onBrand,
      colorBgBase: c.surface,
      colorBgContainer: c.surface,
      colorBgElevated: c.raised,
      colorBgLayout: c.surface,
      colorBorder: c.line,
      colorBorderSecondary: c.lineSoft,
      colorFillAlter: c.sunken,
      fontFamily: FONT_FAMILY,
      fontSize: 13,
      fontSizeSM: 12,
      borderRadius: 6,
      borderRadiusSM: 4,
      controlHeight: 32,
      controlHeightSM: 26,
      lineHeight: 1.5,
      // Without motion antd waits for no animation to end; stopped by the style sheet alone its dialogs would never leave.
      motion: !matchMedia('(prefers-reduced-motion: reduce)').matches,
      motionDurationFast: '0.08s',
      motionDurationMid: '0.12s',
      motionDurationSlow: '0.16s',
      colorBgMask: mode === 'dark' ? '#00000099' : '#10182b59',
      boxShadow: 'none',
      boxShadowSecondary: `0 0 0 1px ${c.line}, 0 6px 16px ${mode === 'dark' ? '#0006' : '#10182b14'}`,
      boxShadowTertiary: 'none',
      wireframe: false
    },
    components: {
      Button: { primaryShadow: 'none', defaultShadow: 'none', dangerShadow: 'none', fontWeight: 500 },
      Table: {
        headerBg: c.surface,
        headerColor: c.ink3,
        headerSplitColor: 'transparent',
        cellPaddingBlock: 7,
        cellPaddingInline: 10,
        rowHoverBg: c.hover
      },
      Modal: { contentBg: c.raised, headerBg: c.raised },
      Tabs: { horizontalItemPadding: '8px 0', horizontalMargin: '0' },
      Form: { itemMarginBottom: 16, verticalLabelPadding: '0 0 4px' },
      Menu: { itemSelectedBg: c.brandSoft, itemSelectedColor: c.brand },
      Segmented: { trackBg: c.sunken },
      // A hairline is enough around words, not around an empty box: controls stand out 3:1 (WCAG 1.4.11).
      Checkbox: { colorBorder: c.ink3 },
      Radio: { colorBorder: c.ink3 },
      Tooltip: { colorBgSpotlight: mode === 'dark' ? '#2A3853' : '#1C2740', colorTextLightSolid: '#FFFFFF' }
    }
  }
}
