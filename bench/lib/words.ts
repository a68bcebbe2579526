/** Words that descriptions of made cases are put together from: enough of them that a search meets rare and common ones. */
import { indexTerms } from '../../packages/server/src/modules/cases/search.ts'

const PHRASES = [
  '路面破损，影响通行',
  '井盖缺失，存在安全隐患',
  '垃圾堆积未清理',
  '暴露垃圾，异味明显',
  '占道经营，行人绕行',
  '非机动车乱停放',
  '道路积水严重',
  '路灯不亮，夜间出行不便',
  '树枝折断，悬挂半空',
  '雨水篦子堵塞',
  '店外经营，堆物占道',
  '小广告张贴，难以清除',
  '渣土撒漏，扬尘较大',
  '护栏破损倾斜',
  '墙体脱落，已设警示',
  '绿地缺株，裸土未覆盖',
  '施工噪音扰民',
  '油烟扰民，居民多次反映',
  '架空线缆垂落',
  '公厕设施损坏',
  '消防通道被占用',
  '河道有漂浮物',
  '宣传栏破损',
  '交通信号灯故障',
  '乱搭乱建',
  '污水外溢',
  '空调外机滴水',
  '共享单车堆积',
  '化粪池外溢',
  '热力管道漏水，冒热气',
  '燃气井周边有异味',
  '人行道砖松动',
  '盲道被占',
  '公交站牌损坏',
  '沿街晾挂',
  '焚烧垃圾冒烟',
  '动物尸体未清理',
  '广告牌破损，有坠落风险',
  '冰雪未清扫',
  '建筑垃圾随意倾倒'
]
const FIRST = '江河湖海山川东西南北中新华安宁福泰和平顺兴隆昌盛永康文明光辉金银龙凤鹤松柏桃李杏梅兰竹菊春夏秋冬云霞星月'
const SECOND = '阳阴山川江河海湖州城港湾岛洲岭峰泉溪桥门台楼园林田坡滩口头庄村镇'
const KINDS = ['路', '街', '支路', '大道', '巷']

export interface Part {
  text: string
  terms: string[]
}
const part = (text: string): Part => ({ text, terms: indexTerms(text) })

export const phrases = (): Part[] => PHRASES.map(part)

/** Names of made-up roads: `count` different ones. */
export function roads(count: number): Part[] {
  return Array.from({ length: count }, (_, i) => {
    const a = FIRST[i % FIRST.length]!
    const b = SECOND[Math.floor(i / FIRST.length) % SECOND.length]!
    return part(`${a}${b}${KINDS[Math.floor(i / (FIRST.length * SECOND.length) + i) % KINDS.length]!}`)
  })
}
export { part }
