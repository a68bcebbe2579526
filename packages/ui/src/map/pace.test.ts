import { describe, expect, it } from 'vitest'
import { bareOf, matrixOf, Pace } from './pace.ts'

describe('pace of a map', () => {
  it('draws every frame where frames are quick', () => {
    const pace = new Pace()
    pace.painted(0)
    pace.done(17)
    pace.begin(100)
    expect(pace.mayRest(100, 0)).toBe(false)
  })

  it('orders no picture before the last is finished, unless that one is lost', () => {
    const pace = new Pace()
    pace.painted(1000)
    expect(pace.waiting).toBe(true)
    expect(pace.mayRest(1200, 0.3)).toBe(true)
    expect(pace.mayRest(3100, 0)).toBe(false)
  })

  it('moves a picture for a while in keeping with what it cost, and less where ground is bare', () => {
    const pace = new Pace()
    pace.painted(0)
    pace.done(100)
    expect(pace.mayRest(300, 0)).toBe(true)
    expect(pace.mayRest(300, 0.2)).toBe(false)
    expect(pace.mayRest(351, 0)).toBe(false)
    expect(pace.mayRest(101, 0.7)).toBe(false)
  })

  it('begins a movement with the picture at hand, however old', () => {
    const pace = new Pace()
    pace.painted(0)
    pace.done(100)
    pace.begin(9000)
    expect(pace.mayRest(9100, 0)).toBe(true)
    expect(pace.mayRest(9251, 0)).toBe(false)
  })

  it('says that it is slow once a picture has taken too long, until one has not', () => {
    const pace = new Pace()
    expect(pace.slow).toBe(false)
    pace.painted(0)
    pace.done(100)
    expect(pace.slow).toBe(true)
    pace.painted(200)
    expect(pace.slow).toBe(true)
    pace.done(220)
    expect(pace.slow).toBe(false)
  })

  it('lets no picture stay for long, however slow the machine', () => {
    const pace = new Pace()
    pace.painted(0)
    pace.done(1000)
    expect(pace.mayRest(1599, 0)).toBe(true)
    expect(pace.mayRest(1601, 0)).toBe(false)
  })
})

describe('moving a picture', () => {
  it('says where it goes', () => {
    expect(
      matrixOf(
        [
          { x: 10, y: -5 },
          { x: 110, y: -5 },
          { x: 10, y: 45 }
        ],
        100,
        50
      )
    ).toBe('matrix(1,0,0,1,10,-5)')
    expect(
      matrixOf(
        [
          { x: 0, y: 0 },
          { x: 200, y: 0 },
          { x: 0, y: 100 }
        ],
        100,
        50
      )
    ).toBe('matrix(2,0,0,2,0,0)')
    expect(
      matrixOf(
        [
          { x: 50, y: 0 },
          { x: 50, y: 100 },
          { x: 0, y: 0 }
        ],
        100,
        50
      )
    ).toBe('matrix(0,1,-1,0,50,0)')
  })

  it('tells what it leaves bare', () => {
    expect(
      bareOf(
        [
          { x: -50, y: -25 },
          { x: 150, y: -25 },
          { x: -50, y: 75 }
        ],
        100,
        50
      )
    ).toBe(0)
    expect(
      bareOf(
        [
          { x: 20, y: 0 },
          { x: 120, y: 0 },
          { x: 20, y: 50 }
        ],
        100,
        50
      )
    ).toBeCloseTo(0.2)
    expect(
      bareOf(
        [
          { x: 500, y: 0 },
          { x: 600, y: 0 },
          { x: 500, y: 50 }
        ],
        100,
        50
      )
    ).toBe(1)
  })
})
