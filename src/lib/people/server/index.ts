// The door of people's server side: what routes, commands and other domains may use.
export { endOtherSessions, endSession, forgetSessions, labelSession, sessionsOf } from './login-sessions.ts';
export { actorOf, lazyActor, reader, signedActor } from './requests.ts';
