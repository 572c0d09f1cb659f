// The door of the forum's server side: what routes and other domains may use.
export { currentRelease, forumReleaseShape, keepRelease, type Convenor, type ForumRelease } from './releases.ts';
