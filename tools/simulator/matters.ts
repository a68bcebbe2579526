// What goes wrong in a city, class by class: how often, when, how people say it, what it looks like, how it is put right.
// Codes are those of GB/T 47678.5-2026; synonyms are the ones people and hotline texts use.

/** What a generated picture shows; `pictures/` draws one of each. */
export type Subject =
  | 'litter'
  | 'heap'
  | 'dirt'
  | 'spill'
  | 'greenLitter'
  | 'clutter'
  | 'fullBin'
  | 'bareGreen'
  | 'stickers'
  | 'billboard'
  | 'goods'
  | 'stall'
  | 'materials'
  | 'pothole'
  | 'cover'
  | 'lamp'
  | 'rail'
  | 'tree'
  | 'bikes'
  | 'cable'
  | 'laundry'
  | 'sofa'
  | 'wall'
  | 'fence'
  | 'dust'

export type Rhythm = 'day' | 'market' | 'evening' | 'work' | 'always'

export interface Matter {
  kind: 'matter' | 'component'
  code: string
  /** Relative frequency. */
  weight: number
  rhythm: Rhythm
  subject: Subject
  /** `{place}` is replaced by a spot on the street, `{n}` by a small number. */
  texts: readonly string[]
  /** What the handler writes when it is done. */
  done: readonly string[]
  /** The class it is most often mistaken for. */
  mistakenFor?: string
}

const m = (
  code: string,
  weight: number,
  rhythm: Rhythm,
  subject: Subject,
  texts: readonly string[],
  done: readonly string[],
  mistakenFor?: string
): Matter => ({
  kind: 'matter',
  code,
  weight,
  rhythm,
  subject,
  texts,
  done,
  ...(mistakenFor !== undefined && { mistakenFor })
})
const c = (code: string, weight: number, subject: Subject, texts: readonly string[], done: readonly string[]): Matter => ({
  kind: 'component',
  code,
  weight,
  rhythm: 'always',
  subject,
  texts,
  done
})

/** The ten high-frequency matters first, then others, then components. */
export const MATTERS: readonly Matter[] = [
  m(
    '06010',
    16,
    'day',
    'litter',
    [
      '{place}有人随意倾倒生活垃圾，地面散落，约{n}袋。',
      '{place}裸露垃圾未清理，影响市容。',
      '{place}路边垃圾无人清运，有异味。',
      '{place}地面散落生活垃圾，请尽快清扫。'
    ],
    ['已清扫并转运，现场恢复整洁。', '垃圾已清运，地面已冲洗。'],
    '06011'
  ),
  m(
    '06011',
    9,
    'always',
    'heap',
    [
      '{place}垃圾长期堆积，已有多日。',
      '{place}乱倒装修垃圾，渣土堆约{n}方。',
      '{place}积存渣土，挡住了半边便道。',
      '{place}成片积存垃圾，混有建筑废料。'
    ],
    ['积存渣土已清运，场地平整。', '已联系责任方清除，共清运一车。'],
    '06010'
  ),
  m(
    '06012',
    10,
    'day',
    'dirt',
    [
      '{place}路面积尘明显，车过扬尘。',
      '{place}路面有油污约{n}平方米，行人易滑。',
      '{place}道路脏污，有泥浆未冲洗。',
      '{place}路面污染，果皮纸屑较多。'
    ],
    ['路面已冲洗，油污已撒砂清除。', '已机扫冲洗，路见本色。'],
    '06014'
  ),
  m(
    '06017',
    9,
    'day',
    'greenLitter',
    [
      '{place}绿化带内有垃圾，塑料袋、瓶子{n}处。',
      '{place}绿地脏乱，落叶杂物未清。',
      '{place}绿化带脏乱，有人丢弃餐盒。',
      '{place}绿地里散落垃圾。'
    ],
    ['绿地内垃圾已捡拾干净。', '绿化带已清理，杂物运走。'],
    '06010'
  ),
  m(
    '06036',
    10,
    'always',
    'clutter',
    [
      '{place}乱堆杂物，纸箱、木板占了便道。',
      '{place}公共区域堆物，通行不便。',
      '{place}有人乱堆物料，约{n}平方米。',
      '{place}楼前堆放杂物，存在消防隐患。'
    ],
    ['已通知当事人自行清理，便道畅通。', '杂物已清除，现场干净。'],
    '08006'
  ),
  m(
    '06042',
    8,
    'day',
    'fullBin',
    ['{place}垃圾桶满溢，垃圾外溢到地面。', '{place}垃圾箱爆满，{n}个桶都超过桶口。', '{place}垃圾桶满了没人收，周边脏。'],
    ['已清空桶内垃圾，桶体及周边已冲洗。', '满溢垃圾已收运，增加一次清运频次。'],
    '06010'
  ),
  m(
    '06045',
    4,
    'always',
    'bareGreen',
    [
      '{place}绿地被占，种了菜。',
      '{place}毁绿停车，草坪压坏约{n}平方米。',
      '{place}绿地破坏，地被裸露。',
      '{place}有人占绿堆料，灌木被铲。'
    ],
    ['已制止并补植恢复，安排复查。', '占用物已清除，草皮已补种。'],
    '06017'
  ),
  m(
    '07003',
    5,
    'always',
    'billboard',
    ['{place}违规设置落地灯箱广告{n}处。', '{place}有违法广告牌，未见审批标识。', '{place}违规广告占用人行道。'],
    ['核实无审批手续，已拆除。', '灯箱已收回店内，告知设置规定。'],
    '07001'
  ),
  m(
    '09005',
    12,
    'market',
    'goods',
    [
      '{place}门店外摆货物，占用人行道约{n}米。',
      '{place}出店经营，货架摆到盲道上。',
      '{place}店铺外摆桌椅，行人绕行。',
      '{place}商户店外经营。'
    ],
    ['已劝导商户将货物收回店内，路面清净。', '店外物品已全部入店，已约谈经营者。'],
    '09006'
  ),
  m(
    '09006',
    12,
    'market',
    'stall',
    [
      '{place}有人路边摆摊，占用车道。',
      '{place}占道摆卖，摊位{n}个，围观较多。',
      '{place}人行道摆摊，影响通行。',
      '{place}早市外溢，占道经营。'
    ],
    ['摊贩已劝离，道路恢复畅通。', '已引导至便民疏导点经营，现场清扫。'],
    '09001'
  ),
  m(
    '09001',
    7,
    'evening',
    'stall',
    ['{place}流动商贩推车售卖水果。', '{place}有无照游商{n}户，卖烧烤小吃。', '{place}三轮车占道叫卖。'],
    ['游商已劝离，安排巡回值守。', '已劝离并清理现场残留。'],
    '09006'
  ),
  m(
    '07001',
    9,
    'always',
    'stickers',
    ['{place}电线杆、墙面张贴小广告{n}处。', '{place}墙上喷涂办证电话。', '{place}公交站牌被贴小广告。'],
    ['小广告已铲除并冲洗墙面。', '喷涂已覆盖，立杆已擦净。'],
    '07003'
  ),
  m(
    '06013',
    6,
    'always',
    'pothole',
    ['{place}路面坑洼，深约{n}厘米，车辆颠簸。', '{place}沥青破损有坑，雨后积水。', '{place}便道砖松动翻起。'],
    ['坑洞已切割修补，压实开放交通。', '破损便道砖已更换。']
  ),
  m(
    '06014',
    4,
    'work',
    'spill',
    ['{place}车辆遗撒砂石，沿路约{n}0米。', '{place}渣土车撒漏，路面有土。', '{place}道路遗撒混凝土块。'],
    ['遗撒物已清扫冲洗，正查找责任车辆。', '路面砂石已清除。'],
    '06012'
  ),
  m(
    '08006',
    4,
    'work',
    'materials',
    ['{place}施工物料乱堆放，砖块钢管占道。', '{place}工地材料堆在围挡外。'],
    ['施工方已将材料移入围挡内。', '物料已归堆码放，便道让出。'],
    '06036'
  ),
  m(
    '08004',
    3,
    'work',
    'dust',
    ['{place}工地未喷淋，扬尘严重。', '{place}裸土未覆盖，起风扬尘。'],
    ['裸土已覆盖，雾炮已开启。', '已责令停工整改，覆盖防尘网。']
  ),
  m(
    '09010',
    7,
    'day',
    'bikes',
    ['{place}共享单车乱停放，倒了{n}辆。', '{place}非机动车占用盲道。', '{place}地铁口单车堆积，行人无法通过。'],
    ['单车已归位摆放，盲道清出。', '企业已调运，划线停放。']
  ),
  m(
    '10002',
    2,
    'always',
    'cable',
    ['{place}架空线下垂，离地约{n}米，存在安全隐患。', '{place}线缆断落在便道上。'],
    ['断落线缆已收起固定。', '已确认为弱电线，重新挂高捆扎。']
  ),
  m(
    '06007',
    2,
    'day',
    'laundry',
    ['{place}沿街晾挂衣物，拉绳在树上。', '{place}护栏上晾晒被褥。'],
    ['已劝导收回，绳索拆除。', '沿街晾挂已清理。']
  ),
  m(
    '06035',
    3,
    'always',
    'sofa',
    ['{place}有人丢弃旧沙发、床垫。', '{place}废弃家具占道{n}件，多日无人认领。'],
    ['废弃家具已拉走。', '大件垃圾已收运至拆解点。'],
    '06036'
  ),
  m(
    '06004',
    2,
    'always',
    'wall',
    ['{place}临街外墙掉皮、有污渍。', '{place}建筑外立面污损，乱写乱画。'],
    ['外墙污迹已清洗。', '已粉刷修补外立面。']
  ),
  m(
    '08007',
    2,
    'work',
    'fence',
    ['{place}工地围挡破损，有缺口。', '{place}施工围挡倾斜，不牢固。'],
    ['围挡已更换加固。', '缺口已封闭，围挡扶正。']
  ),
  c(
    '01002',
    4,
    'cover',
    ['{place}污水井盖破损，边缘开裂。', '{place}污水井盖移位，行人易踩空。', '{place}污水井盖松动，车过有响声。'],
    ['井盖已更换并加装防响圈。', '井盖已复位固定。']
  ),
  c(
    '01003',
    3,
    'cover',
    ['{place}雨水井盖缺失，已用锥桶围挡。', '{place}雨水井盖下沉约{n}厘米。'],
    ['已更换新井盖，井圈修复。', '井周已修补，高差消除。']
  ),
  c('01001', 2, 'cover', ['{place}供水井盖破损。', '{place}供水井盖与路面不平，有高差。'], ['供水井盖已更换。', '井盖已调平。']),
  c(
    '01037',
    4,
    'lamp',
    ['{place}路灯不亮，夜间很黑，连续{n}盏。', '{place}路灯灯杆倾斜。', '{place}路灯检修门缺失，电线裸露。'],
    ['灯具已更换，试亮正常。', '灯杆已扶正加固，检修门补齐。']
  ),
  c(
    '02017',
    3,
    'rail',
    ['{place}交通护栏被撞变形{n}节。', '{place}护栏移位，伸到车道里。'],
    ['护栏已更换，排列整齐。', '护栏已复位并加固底座。']
  ),
  c(
    '03005',
    3,
    'fullBin',
    ['{place}果皮箱箱体破损，门关不上。', '{place}垃圾箱倾斜，缺内胆。'],
    ['箱体已更换。', '果皮箱已修复扶正。']
  ),
  c(
    '04002',
    3,
    'tree',
    ['{place}行道树倾斜，断枝悬挂。', '{place}行道树枯死，请更换。', '{place}大风后树枝折断，压到便道。'],
    ['断枝已锯除清运，树穴加固。', '树木已扶正支撑。']
  ),
  c('03007', 2, 'billboard', ['{place}店铺牌匾松动，有坠落风险。', '{place}牌匾灯箱破损。'], ['牌匾已加固。', '破损牌匾已拆换。'])
]

const BY_KEY = new Map(MATTERS.map((x) => [`${x.kind}/${x.code}`, x]))

/** What is known of a class; undefined for one the simulator never reports (people report those). */
export const matterOf = (kind: string, code: string): Matter | undefined => BY_KEY.get(`${kind}/${code}`)

/** How busy an hour of the city's wall clock is for a rhythm, 1 being a usual working hour. */
export function activityAt(rhythm: Rhythm, hour: number, weekday: number): number {
  const isWeekend = weekday === 0 || weekday === 6
  const bump = (centre: number, width: number): number => Math.exp(-(((hour - centre) / width) ** 2))
  switch (rhythm) {
    case 'day':
      return (0.25 + bump(9, 3) + 0.8 * bump(15, 3)) * (isWeekend ? 0.9 : 1)
    case 'market':
      return (0.15 + 1.1 * bump(7.5, 2) + 1.1 * bump(18, 2.5)) * (isWeekend ? 1.25 : 1)
    case 'evening':
      return (0.1 + 1.5 * bump(19.5, 2.5)) * (isWeekend ? 1.3 : 1)
    case 'work':
      return (0.1 + 1.1 * bump(10.5, 3.5) + 0.7 * bump(16, 2.5)) * (isWeekend ? 0.5 : 1)
    case 'always':
      return 0.45 + 0.55 * bump(13, 6)
  }
}
