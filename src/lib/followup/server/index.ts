// The door of follow-up's server side: what routes and other domains may use.
export { keepAddressees, keepFollowup, type KeepingProblem, type Statement } from './keeping.ts';
export { addresseesById, followupTag, latestEntries, plannedDeliveries, recommendationsOf, toldRecommendation, toldRecommendations, trackerLines, wholeFollowup, wholeTracker, type NewsEntry, type ToldRecommendation, type WordedRecommendation } from './reading.ts';
export { pressOf, trackerFor, type Press, type Tracker } from './tracking.ts';
