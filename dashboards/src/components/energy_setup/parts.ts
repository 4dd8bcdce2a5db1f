/** The parts of 能耗设置 in the order in which a new manager goes through them. */
export const PARTS = ['meters', 'areas', 'shares', 'factors', 'weather'] as const
export type Part = (typeof PARTS)[number]

export const partOf = (word: string): Part => PARTS.find((each) => each === word) ?? 'meters'
