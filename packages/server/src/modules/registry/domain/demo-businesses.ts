/** Businesses, sites and vehicles of a demonstration. Names and numbers are made up. */
import { type DemoRegister, type Dice, padded, polygonOf } from './demo-dice.ts'
import { areaOfRing, ringAround } from './demo-places.ts'

/** The signs of number plates by the first two digits of division codes (GA 36). */
const PROVINCES: Readonly<Record<string, string>> = {
  11: '京',
  12: '津',
  13: '冀',
  14: '晋',
  15: '蒙',
  21: '辽',
  22: '吉',
  23: '黑',
  31: '沪',
  32: '苏',
  33: '浙',
  34: '皖',
  35: '闽',
  36: '赣',
  37: '鲁',
  41: '豫',
  42: '鄂',
  43: '湘',
  44: '粤',
  45: '桂',
  46: '琼',
  50: '渝',
  51: '川',
  52: '贵',
  53: '云',
  54: '藏',
  61: '陕',
  62: '甘',
  63: '青',
  64: '宁',
  65: '新'
}
const LETTERS = 'ABCDEFGHJKLMNPQRSTUVWXYZ'

/** A number plate of the city of a district. */
function plateOf(n: number, district: string): string {
  const letter = LETTERS[Math.max(0, Number(district.slice(2, 4)) - 1)] ?? 'A'
  return `${PROVINCES[district.slice(0, 2)] ?? '京'}${letter}${padded(n * 7 + 10_001, 5)}`
}

const shopOf = (d: Dice): string =>
  d.of('海之韵', '老巷', '顺发', '福满楼', '东方', '云上', '小渔村', '百味', '康宁', '明达', '鑫源', '合群', '佳和', '海晨') +
  d.of('便利店', '饭店', '药房', '水果店', '五金店', '美发店', '烘焙坊', '茶庄', '文具店', '服装店')
export const DEMO_BUSINESSES: readonly DemoRegister[] = [
  {
    type: 'stall',
    count: 900,
    where: 'road',
    offsetM: 9,
    authority: 'district:law-enforcement',
    make: (d, at) => {
      const from = d.day(-340, -20)
      const status = d.mostly(['allowed', 90], ['expired', 7], ['suspended', 3])
      return {
        classCode: d.mostly(['food', 30], ['fruit', 24], ['breakfast', 22], ['repair', 9], ['goods', 11], ['news', 4]),
        status,
        name: `${at.roadName}摊点`,
        attributes: {
          keeper: d.person(),
          keeperPhone: d.phone(),
          hours: d.of('05:30–09:00', '16:30–22:00', '09:00–18:00'),
          areaM2: d.number(2, 9, 0.5),
          allowedFrom: from,
          allowedUntil: status === 'expired' ? d.day(-15, -1) : d.day(10, 360),
          market: `${at.roadName}疏导点`
        }
      }
    }
  },
  {
    type: 'shop-sign',
    count: 3000,
    where: 'road',
    offsetM: 13,
    authority: 'district:law-enforcement',
    make: (d) => {
      const shop = shopOf(d)
      return {
        classCode: d.mostly(['lintel', 74], ['roof', 2], ['wall', 9], ['blade', 8], ['column', 2], ['screen', 5]),
        status: d.mostly(['approved', 82], ['pending', 15], ['danger', 3]),
        name: `${shop}招牌`,
        attributes: {
          shop,
          contactName: d.person(),
          contactPhone: d.phone(),
          widthM: d.number(2, 12, 0.1),
          heightM: d.number(0.6, 2.4, 0.1),
          bottomM: d.number(2.6, 4.5, 0.1),
          material: d.mostly(['metal', 35], ['acrylic', 40], ['cloth', 8], ['led', 15], ['wood', 2]),
          lit: d.is(0.7),
          installedOn: d.day(-3000, -60),
          inspectedOn: d.day(-400, -5),
          approvedUntil: d.day(20, 900)
        }
      }
    }
  },
  {
    type: 'catering',
    count: 2200,
    where: 'road',
    offsetM: 15,
    authority: 'district:market-regulation',
    make: (d, at) => {
      const classCode = d.mostly(
        ['restaurant', 48],
        ['fastFood', 25],
        ['cafe', 10],
        ['bar', 3],
        ['canteen', 4],
        ['barbecue', 8],
        ['other', 2]
      )
      const stoves = classCode === 'cafe' ? 0 : d.whole(1, 8)
      return {
        classCode,
        status: d.mostly(['open', 94], ['suspended', 2], ['paused', 4]),
        name:
          d.of('海之韵', '老巷子', '顺发', '福满楼', '渔家', '东来', '和合', '百味', '家常', '灯塔') +
          d.of('菜馆', '小厨', '食府', '面馆', '餐厅'),
        attributes: {
          licenceNo: `JY2${at.districtCode}${padded(d.whole(0, 9_999_999), 7)}`,
          licenceUntil: d.day(-20, 1700),
          contactName: d.person(),
          contactPhone: d.phone(),
          seats: d.whole(8, 220),
          areaM2: d.whole(25, 800),
          stoves,
          fumeTreatment: stoves === 0 ? 'notNeeded' : d.mostly(['installed', 66], ['online', 28], ['none', 6]),
          wasteContract: d.is(0.92),
          cuisine: d.of('家常菜', '海鲜', '川菜', '烧烤', '面点', '火锅')
        }
      }
    }
  },
  {
    type: 'site',
    count: 180,
    where: 'cell',
    offsetM: 0,
    authority: 'district:housing-construction',
    make: (d, at, n) => {
      const ring = ringAround(at, d.whole(25, 60), 4, d.next)
      const starts = d.whole(-700, -20)
      return {
        classCode: d.mostly(
          ['building', 56],
          ['municipal', 16],
          ['demolition', 8],
          ['metro', 7],
          ['landscape', 5],
          ['pipeline', 8]
        ),
        status: d.mostly(['working', 84], ['stopped', 5], ['paused', 7], ['planned', 4]),
        name: `${at.communityName}${d.of('安置房', '商住楼', '学校扩建', '管网改造', '城市更新')}项目`,
        attributes: {
          permitNo: `SG-${padded(n, 6)}`,
          developer: `${d.of('海安', '东岳', '润城', '蓝湾')}置业有限公司`,
          builder: `${d.of('一建', '二建', '市政工程', '城建')}集团有限公司`,
          contactName: d.person(),
          contactPhone: d.phone(),
          areaM2: Math.round(areaOfRing(ring)),
          startsOn: d.day(starts, starts),
          endsOn: d.day(60, 800),
          dustControl: d.is(0.85) ? ['fence', 'cover', 'spray', 'wash', 'harden'] : ['fence', 'cover'],
          nightPermit: d.is(0.12)
        },
        geometry: polygonOf(ring)
      }
    }
  },
  {
    type: 'muck-truck',
    count: 800,
    where: 'nowhere',
    offsetM: 0,
    authority: 'urban-management',
    code: plateOf,
    make: (d, at, n) => {
      const classCode = d.mostly(['heavy', 62], ['medium', 14], ['electric', 24])
      return {
        classCode,
        status: d.mostly(['licensed', 92], ['suspended', 4], ['expired', 4]),
        name: plateOf(n, at.districtCode),
        attributes: {
          company: `${d.of('海通', '顺达', '宏远', '安泰', '捷运', '金石')}渣土运输有限公司`,
          driver: d.person(),
          driverPhone: d.phone(),
          terminalNo: `01390000${padded(n, 4)}`,
          loadT: d.of(12, 15, 16, 18),
          volumeM3: d.of(8, 11.5, 14, 16),
          permitNo: `ZT-${padded(n, 5)}`,
          permitUntil: d.day(5, 360),
          sealed: d.is(0.97)
        }
      }
    }
  }
]
