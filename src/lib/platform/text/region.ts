/** Regions of the world, as coarse as they are told of anybody. */
export const regions = ['africa', 'americas', 'asia', 'europe', 'oceania'] as const;

export type Region = (typeof regions)[number];
