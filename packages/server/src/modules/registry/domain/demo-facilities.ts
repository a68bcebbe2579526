/** Facilities of a demonstration: how many of each, where, and what each says of itself. */
import { type DemoRegister, padded, polygonOf } from './demo-dice.ts'
import { areaOfRing, ringAround } from './demo-places.ts'

export const DEMO_FACILITIES: readonly DemoRegister[] = [
  {
    type: 'hydrant',
    count: 1600,
    where: 'road',
    offsetM: 5.4,
    authority: 'fire',
    owner: 'water-group',
    maintainer: 'water-group',
    code: (n, district) => `XF${district}-${padded(n, 5)}`,
    make: (d, at) => ({
      classCode: d.mostly(['above', 86], ['below', 11], ['wall', 3]),
      status: d.mostly(['inUse', 94], ['fault', 4], ['paused', 2]),
      name: `${at.roadName}消火栓`,
      attributes: {
        flowLs: d.number(10, 30, 0.5),
        pressureKpa: d.whole(14, 42) * 10,
        outletMm: d.of(65, 80, 100),
        pipeMm: d.of(100, 150, 200, 300),
        model: d.of('SS100/65-1.6', 'SS150/80-1.6', 'SA100/65-1.6'),
        installedOn: d.day(-5400, -200),
        inspectedOn: d.day(-330, -3),
        waterSource: d.mostly(['ring', 80], ['branch', 20])
      }
    })
  },
  {
    type: 'public-toilet',
    count: 300,
    where: 'road',
    offsetM: 14,
    authority: 'sanitation',
    owner: 'sanitation',
    maintainer: 'district:sanitation',
    make: (d, at) => {
      const classCode = d.mostly(['class1', 18], ['class2', 56], ['class3', 12], ['mobile', 5], ['attached', 9])
      const male = classCode === 'mobile' ? d.whole(1, 3) : d.whole(4, 12)
      return {
        classCode,
        status: d.mostly(['open', 95], ['repair', 4], ['closed', 1]),
        name: `${at.roadName}公厕`,
        attributes: {
          maleSeats: male,
          femaleSeats: Math.round(male * d.number(1.5, 2, 0.1)),
          accessible: d.is(0.82),
          family: classCode === 'class1' || d.is(0.2),
          baby: d.is(0.6),
          hours: d.of('00:00–24:00', '05:00–23:00', '06:00–22:00'),
          areaM2: d.whole(30, 120),
          sewage: d.mostly(['sewer', 93], ['septic', 7]),
          builtOn: d.day(-9000, -300)
        }
      }
    }
  },
  {
    type: 'heat-station',
    count: 1200,
    where: 'cell',
    offsetM: 0,
    authority: 'housing-construction',
    owner: 'heating-group',
    maintainer: 'heating-group',
    make: (d, at, n) => {
      const areaM2 = d.whole(20, 220) * 1000
      const supplyC = d.whole(44, 58)
      return {
        classCode: d.mostly(['water', 88], ['steam', 5], ['mixed', 5], ['boiler', 2]),
        status: d.mostly(['running', 97], ['fault', 1], ['standby', 2]),
        name: `${at.communityName}${n % 9 === 0 ? '第二' : ''}换热站`,
        attributes: {
          areaM2,
          households: Math.round(areaM2 / d.whole(88, 112)),
          supplyC,
          returnC: supplyC - d.whole(7, 12),
          pressureKpa: d.whole(30, 60) * 10,
          units: d.whole(1, 4),
          source: d.of('东部热源厂', '西部热源厂', '第二热电厂', '滨河锅炉房'),
          unattended: d.is(0.86),
          contactName: d.person(),
          contactPhone: d.phone()
        }
      }
    }
  },
  {
    type: 'parking-lot',
    count: 650,
    where: 'road',
    offsetM: 22,
    authority: 'urban-management',
    owner: 'parking-group',
    maintainer: 'parking-group',
    make: (d, at, n) => {
      const classCode = d.mostly(['surface', 42], ['garage', 8], ['underground', 24], ['kerb', 22], ['temporary', 4])
      const spaces = classCode === 'kerb' ? d.whole(12, 90) : d.whole(40, 620)
      return {
        classCode,
        status: d.mostly(['open', 92], ['full', 6], ['closed', 2]),
        name: `${at.roadName}${classCode === 'kerb' ? '路内泊位' : '停车场'}`,
        attributes: {
          spaces,
          chargers: d.is(0.5) ? Math.round(spaces * d.number(0.05, 0.3, 0.01)) : 0,
          accessibleSpaces: Math.max(1, Math.round(spaces * 0.02)),
          fee: d.of('首小时 5 元，之后每小时 3 元', '每次 10 元', '首半小时免费，之后每小时 4 元'),
          hours: d.of('00:00–24:00', '07:00–22:00'),
          ...((classCode === 'underground' || classCode === 'garage') && { heightLimitM: d.of(2, 2.1, 2.2, 2.4) }),
          recordNo: `TCBA-${padded(n, 5)}`,
          shared: d.is(0.25)
        }
      }
    }
  },
  {
    type: 'camera',
    count: 1500,
    where: 'road',
    offsetM: 6,
    authority: 'public-security',
    owner: 'public-security',
    maintainer: 'tower-company',
    // GB/T 28181: centre, industry, kind and number.
    code: (n, district) => `${district}00001320${padded(n, 6)}`,
    make: (d, at) => {
      const classCode = d.mostly(['fixed', 58], ['dome', 32], ['panorama', 5], ['high', 3], ['mobile', 2])
      return {
        classCode,
        status: d.mostly(['online', 95], ['offline', 4], ['repair', 1]),
        name: `${at.roadName}${at.houseNumber}号`,
        attributes: {
          heightM: classCode === 'high' ? d.whole(35, 120) : d.number(3.5, 8, 0.5),
          azimuthDeg: d.whole(0, 71) * 5,
          viewDeg: classCode === 'panorama' ? 360 : d.whole(45, 110),
          reachM: classCode === 'high' ? d.whole(8, 30) * 100 : d.whole(5, 20) * 10,
          platform: '市视频共享平台',
          network: d.mostly(['videoNet', 80], ['government', 18], ['internet', 2]),
          scene: [d.mostly(['road', 66], ['square', 12], ['market', 8], ['river', 6], ['waste', 5], ['site', 3])]
        }
      }
    }
  },
  {
    type: 'waste-container',
    count: 2400,
    where: 'road',
    offsetM: 7,
    authority: 'sanitation',
    owner: 'sanitation',
    maintainer: 'street:sanitation',
    make: (d, at) => {
      const classCode = d.mostly(
        ['litter', 44],
        ['sorting', 30],
        ['residual', 10],
        ['kitchen', 6],
        ['recyclable', 7],
        ['textile', 3]
      )
      return {
        classCode,
        status: d.mostly(['inUse', 96], ['fault', 3], ['paused', 1]),
        name: `${at.roadName}${classCode === 'sorting' ? '分类投放点' : '垃圾容器'}`,
        attributes: {
          volumeL: classCode === 'litter' ? d.of(76, 100, 120) : d.of(240, 660, 1100),
          quantity: classCode === 'sorting' ? d.whole(3, 6) : d.whole(1, 2),
          accepts: classCode === 'recyclable' ? ['paper', 'plastic', 'metal'] : classCode === 'kitchen' ? ['food'] : ['other'],
          collection: d.mostly(['daily2', 30], ['daily', 62], ['weekly3', 8]),
          smart: d.is(0.12)
        }
      }
    }
  },
  {
    type: 'green-area',
    count: 420,
    where: 'cell',
    offsetM: 0,
    authority: 'landscape',
    owner: 'landscape',
    maintainer: 'district:landscape',
    make: (d, at) => {
      const side = Math.min(240, Math.sqrt(at.cell?.areaM2 ?? 40_000))
      const ring = ringAround(at, side * d.number(0.1, 0.26, 0.01), d.whole(6, 11), d.next)
      const areaM2 = Math.round(areaOfRing(ring))
      return {
        classCode: d.mostly(['G1', 36], ['G2', 14], ['G3', 9], ['XG', 38], ['EG', 3]),
        status: d.mostly(['kept', 95], ['building', 3], ['damaged', 2]),
        name: `${at.communityName}${d.of('口袋公园', '街头绿地', '游园', '防护林带')}`,
        attributes: {
          areaM2,
          careLevel: d.mostly(['1', 25], ['2', 55], ['3', 20]),
          trees: Math.round(areaM2 / d.whole(25, 60)),
          lawnM2: Math.round(areaM2 * d.number(0.3, 0.7, 0.05)),
          irrigation: d.mostly(['pipe', 40], ['spray', 34], ['drip', 6], ['truck', 20]),
          contractUntil: d.day(40, 900)
        },
        geometry: polygonOf(ring)
      }
    }
  }
]
