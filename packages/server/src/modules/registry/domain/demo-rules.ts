/** Where components of the demonstration stand and how many there are: densities of a Chinese city of some ten million, by class of GB/T 47678.5-2026. */

export type Side = 'left' | 'right' | 'both' | 'alternate' | 'centre'

/** Keys of units (org): `district:<key>` is the unit of the district, `street:<key>` that of the street, else a unit of the city. */
export interface DemoKeepers {
  owner: string
  maintainer: string
}

interface Made extends DemoKeepers {
  classCode: string
  models: readonly string[]
  material: string
  accuracy: 'A' | 'B' | 'C'
}

/** Along roads: one every so many metres, so far from the middle of the road. */
export interface RoadRule extends Made {
  everyM: number
  side: Side
  offsetM: number
}

/** In unit grids: so many in one of `oneIn` grids; `park` only in those that are parks. */
export interface CellRule extends Made {
  oneIn: number
  each: number
  park: boolean
}

/** At the ends of roads, where they meet others. */
export interface CrossingRule extends Made {
  /** How many stand around a crossing, and in one of how many crossings. */
  each: number
  oneIn: number
}

const KEEPERS: Record<string, DemoKeepers> = {
  water: { owner: 'water-group', maintainer: 'water-group' },
  drainage: { owner: 'drainage', maintainer: 'district:drainage' },
  power: { owner: 'power-company', maintainer: 'power-company' },
  light: { owner: 'street-lighting', maintainer: 'district:street-lighting' },
  telecom: { owner: 'telecom', maintainer: 'telecom' },
  unicom: { owner: 'unicom', maintainer: 'unicom' },
  mobile: { owner: 'mobile', maintainer: 'mobile' },
  heat: { owner: 'heating-group', maintainer: 'heating-group' },
  gas: { owner: 'gas-group', maintainer: 'gas-group' },
  fire: { owner: 'fire', maintainer: 'district:fire' },
  police: { owner: 'traffic-police', maintainer: 'district:traffic-police' },
  works: { owner: 'municipal-works', maintainer: 'district:municipal-works' },
  sanitation: { owner: 'sanitation', maintainer: 'district:sanitation' },
  street: { owner: 'urban-management', maintainer: 'street:sanitation' },
  green: { owner: 'landscape', maintainer: 'district:landscape' },
  bus: { owner: 'bus-group', maintainer: 'bus-group' },
  parking: { owner: 'parking-group', maintainer: 'parking-group' },
  names: { owner: 'civil-affairs', maintainer: 'district:civil-affairs' },
  signs: { owner: 'urban-management', maintainer: 'district:law-enforcement' }
}

const keepers = (key: string): DemoKeepers => KEEPERS[key] ?? { owner: key, maintainer: key }

const road = (
  classCode: string,
  everyM: number,
  side: Side,
  offsetM: number,
  keeper: string,
  material: string,
  models: readonly string[],
  accuracy: 'A' | 'B' | 'C' = 'A'
): RoadRule => ({ classCode, everyM, side, offsetM, material, models, accuracy, ...keepers(keeper) })

export const ROAD_RULES: readonly RoadRule[] = [
  road('04002', 40, 'both', 7, 'green', 'plant', ['D12', 'D15', 'D20', 'D25'], 'C'),
  road('04011', 150, 'both', 7, 'green', 'stone', ['1.2x1.2', '1.5x1.5'], 'B'),
  road('01037', 30, 'alternate', 6, 'light', 'steel', ['LED-60', 'LED-120', 'LED-180', 'HPS-250'], 'A'),
  road('01004', 80, 'both', 4.5, 'drainage', 'castIron', ['450x750', '500x700']),
  road('01002', 70, 'centre', 1.8, 'drainage', 'castIron', ['DN700', 'DN800', 'D400']),
  road('01003', 70, 'centre', -1.8, 'drainage', 'castIron', ['DN700', 'DN800', 'D400']),
  road('01001', 130, 'right', 3.2, 'water', 'castIron', ['DN600', 'DN700', 'D400']),
  road('01006', 150, 'right', 5.5, 'light', 'composite', ['500x500', 'DN600']),
  road('01007', 110, 'left', 5, 'telecom', 'composite', ['DN700', '700x700']),
  road('01009', 260, 'left', 5.6, 'unicom', 'composite', ['DN700', '600x900']),
  road('01005', 180, 'right', 4.2, 'power', 'composite', ['DN800', '1000x1000']),
  road('01011', 150, 'left', 2.6, 'gas', 'castIron', ['DN300', 'DN600']),
  road('01010', 250, 'left', 3.4, 'heat', 'castIron', ['DN800', 'DN900']),
  road('01012', 400, 'right', 5.8, 'police', 'composite', ['600x600']),
  road('01015', 600, 'right', 5.2, 'police', 'composite', ['600x600']),
  road('01019', 500, 'right', 2.4, 'water', 'castIron', ['DN700']),
  road('01023', 900, 'centre', 0.6, 'works', 'castIron', []),
  road('01026', 700, 'left', 6.2, 'power', 'concrete', ['1000x500']),
  road('01013', 240, 'alternate', 5.4, 'fire', 'castIron', ['SS100/65', 'SS150/80', 'SA100/65']),
  road('02010', 200, 'both', 5.8, 'police', 'aluminium', ['D600', 'D800', 'A900'], 'B'),
  road('03005', 220, 'both', 6.4, 'sanitation', 'steel', ['2x38L', '2x50L', '2x60L'], 'B'),
  road('01030', 140, 'right', 7.5, 'power', 'concrete', ['J12', 'J15']),
  road('01031', 180, 'left', 7.5, 'mobile', 'concrete', ['J8', 'J9']),
  road('01077', 260, 'alternate', 6.2, 'works', 'steel', ['ZHG-10', 'ZHG-12']),
  road('01050', 400, 'alternate', 6, 'police', 'steel', ['4MP', '8MP']),
  road('01027', 600, 'left', 6.8, 'telecom', 'steel', ['288C', '576C', '1152C']),
  road('01048', 800, 'right', 8, 'power', 'steel', ['YB-400', 'YB-630', 'YB-800']),
  road('01060', 900, 'right', 6.6, 'light', 'steel', ['PD-1', 'PD-2']),
  road('02004', 700, 'both', 6, 'bus', 'steel', ['Z-6', 'Z-12'], 'B'),
  road('02017', 300, 'centre', 0, 'police', 'steel', ['H-1.1'], 'C'),
  road('02021', 400, 'both', 6.3, 'works', 'stone', ['D200', 'D300']),
  road('02012', 420, 'alternate', 5.9, 'names', 'aluminium', ['4P']),
  road('02025', 450, 'both', 7, 'works', 'other', ['20', '40'], 'C'),
  road('02034', 700, 'both', 5.6, 'works', 'stone', []),
  road('02022', 900, 'centre', 0.3, 'police', 'plastic', []),
  road('02043', 1200, 'centre', 0, 'works', 'plastic', ['1000x350']),
  road('02016', 6000, 'right', 6, 'police', 'steel', []),
  road('02023', 4000, 'centre', 0, 'police', 'steel', ['P10', 'P16']),
  road('02024', 15000, 'right', 9, 'works', 'other', [], 'C'),
  road('02033', 3000, 'alternate', 5.5, 'police', 'glass', ['D800']),
  road('04008', 900, 'both', 6.5, 'green', 'steel', ['H-0.4'], 'C'),
  road('04005', 600, 'both', 6.7, 'green', 'plastic', ['D600', '1200x400'], 'B'),
  road('04004', 400, 'both', 7.1, 'green', 'steel', [], 'B'),
  road('03006', 900, 'both', 7.8, 'signs', 'steel', ['3x6', '1.5x3'], 'B'),
  road('03018', 700, 'both', 7.4, 'street', 'steel', [], 'B'),
  road('03016', 600, 'both', 6.5, 'sanitation', 'steel', []),
  road('03002', 1100, 'alternate', 6.2, 'sanitation', 'aluminium', []),
  road('01029', 500, 'right', 7.6, 'power', 'plastic', []),
  road('01036', 1500, 'left', 8.5, 'gas', 'concrete', []),
  road('01065', 650, 'alternate', 7, 'street', 'aluminium', [])
]

const cell = (
  classCode: string,
  oneIn: number,
  each: number,
  keeper: string,
  material = 'other',
  models: readonly string[] = [],
  park = false,
  accuracy: 'A' | 'B' | 'C' = 'B'
): CellRule => ({ classCode, oneIn, each, park, material, models, accuracy, ...keepers(keeper) })

export const CELL_RULES: readonly CellRule[] = [
  cell('02038', 1, 1, 'names', 'aluminium'),
  cell('03007', 3, 2, 'signs', 'composite', ['3x1', '6x1.2']),
  cell('01002', 1, 1, 'drainage', 'castIron', ['DN600', 'DN700'], false, 'A'),
  cell('01018', 3, 1, 'drainage', 'castIron', ['DN700'], false, 'A'),
  cell('01001', 3, 1, 'water', 'castIron', ['DN500'], false, 'A'),
  cell('01014', 6, 1, 'green', 'composite', ['DN500'], false, 'A'),
  cell('04003', 8, 3, 'green', 'plant', ['D20', 'D30'], false, 'C'),
  cell('01038', 1, 8, 'green', 'aluminium', ['3W'], true),
  cell('01039', 1, 14, 'light', 'aluminium', ['18W', '36W'], true),
  cell('04007', 1, 12, 'green', 'wood', ['1.5m', '1.8m'], true),
  cell('04003', 1, 24, 'green', 'plant', ['D15', 'D25', 'D40'], true, 'C'),
  cell('04009', 1, 6, 'green', 'stone', [], true),
  cell('04013', 1, 1, 'green', 'plant', [], true, 'C'),
  cell('04010', 9, 1, 'green', 'stone', [], true),
  cell('04006', 4, 1, 'green', 'stone', [], true),
  cell('01042', 60, 1, 'postal', 'steel'),
  cell('01046', 8, 3, 'sports', 'steel', ['JS-1', 'JS-2', 'JS-5']),
  cell('01054', 7, 3, 'power', 'steel', ['7kW', '60kW', '120kW']),
  cell('01075', 9, 1, 'postal', 'steel', ['64', '96']),
  cell('01059', 14, 1, 'sanitation', 'steel'),
  cell('01049', 16, 1, 'gas', 'steel', ['RX-100', 'RX-200']),
  cell('01028', 12, 1, 'power', 'steel', ['DFW']),
  cell('01062', 22, 1, 'tower-company', 'steel', ['4G', '5G']),
  cell('03001', 60, 1, 'sanitation', 'other'),
  cell('03003', 9, 1, 'drainage', 'concrete', ['G4-9', 'G6-16'], false, 'C'),
  cell('03004', 90, 1, 'sanitation'),
  cell('03008', 7, 1, 'street', 'steel'),
  cell('03014', 120, 1, 'sanitation'),
  cell('02001', 24, 1, 'parking', 'other', ['50', '120', '300'], false, 'C'),
  cell('02003', 26, 1, 'parking', 'steel'),
  cell('02026', 20, 1, 'bike-operations'),
  cell('01066', 70, 1, 'public-security', 'steel'),
  cell('01051', 110, 1, 'public-security', 'steel'),
  cell('01045', 30, 1, 'urban-management', 'steel'),
  cell('01040', 160, 1, 'postal', 'steel'),
  cell('01041', 220, 1, 'telecom', 'steel'),
  cell('01044', 200, 1, 'urban-management', 'steel'),
  cell('01055', 40, 1, 'street', 'plastic'),
  cell('01058', 18, 1, 'street', 'steel'),
  cell('01035', 80, 1, 'street', 'steel', ['9m', '12m']),
  cell('01067', 150, 1, 'water-affairs', 'steel'),
  cell('01072', 500, 1, 'drainage', 'concrete'),
  cell('01073', 180, 1, 'drainage', 'concrete'),
  cell('01076', 900, 1, 'works', 'steel'),
  cell('01047', 260, 1, 'power', 'steel', ['110kV', '220kV']),
  cell('01061', 300, 1, 'heat', 'steel'),
  cell('01057', 420, 1, 'gas', 'steel'),
  cell('01064', 800, 1, 'street', 'stone'),
  cell('01070', 210, 1, 'water-affairs', 'steel', [], false, 'C'),
  cell('01071', 700, 1, 'water-affairs', 'concrete', [], false, 'C'),
  cell('01074', 600, 1, 'works', 'steel'),
  cell('01068', 1500, 1, 'water', 'steel'),
  cell('01053', 130, 1, 'big-data', 'steel'),
  cell('02005', 400, 1, 'transport', 'steel'),
  cell('02006', 900, 1, 'works', 'steel', [], false, 'C'),
  cell('02007', 1300, 1, 'works', 'concrete', [], false, 'C'),
  cell('02008', 2200, 1, 'works', 'concrete', [], false, 'C'),
  cell('02009', 700, 1, 'works', 'concrete', [], false, 'C'),
  cell('02011', 260, 1, 'police', 'steel'),
  cell('02013', 90, 1, 'names', 'stone'),
  cell('02030', 300, 1, 'water-affairs', 'aluminium'),
  cell('02032', 500, 1, 'metro', 'steel'),
  cell('02035', 120, 1, 'emergency', 'aluminium'),
  cell('02036', 700, 1, 'civil-affairs', 'aluminium'),
  cell('02037', 600, 1, 'culture', 'stone'),
  cell('02039', 200, 1, 'public-security', 'aluminium'),
  cell('02040', 330, 1, 'culture', 'aluminium'),
  cell('02041', 300, 1, 'parking', 'steel'),
  cell('02042', 1800, 1, 'railway', 'concrete', [], false, 'C'),
  cell('02044', 2600, 1, 'works', 'concrete', [], false, 'C'),
  cell('03009', 2000, 1, 'meteorology', 'steel'),
  cell('03010', 1200, 1, 'eco-environment', 'steel'),
  cell('03011', 1600, 1, 'eco-environment', 'steel'),
  cell('03013', 1400, 1, 'eco-environment', 'steel'),
  cell('04001', 450, 1, 'landscape', 'plant', [], false, 'C'),
  cell('04014', 380, 1, 'landscape', 'plant', [], false, 'C'),
  cell('05002', 1500, 1, 'housing-construction', 'concrete'),
  cell('05003', 280, 1, 'commerce'),
  cell('05009', 1100, 1, 'culture', 'stone', [], false, 'C')
]

const crossing = (classCode: string, each: number, oneIn: number, keeper: string, models: readonly string[]): CrossingRule => ({
  classCode,
  each,
  oneIn,
  material: 'steel',
  models,
  accuracy: 'A',
  ...keepers(keeper)
})

export const CROSSING_RULES: readonly CrossingRule[] = [
  crossing('02014', 4, 2, 'police', ['D300', 'D400']),
  crossing('02015', 1, 2, 'police', ['SC-2', 'SC-8']),
  crossing('02020', 4, 3, 'works', ['D100']),
  crossing('02012', 2, 1, 'names', ['4P']),
  crossing('03005', 2, 1, 'sanitation', ['2x60L']),
  crossing('01050', 2, 2, 'police', ['8MP']),
  crossing('02019', 2, 5, 'works', [])
]

/** One unit grid in so many is a park. */
export const PARK_ONE_IN = 28
