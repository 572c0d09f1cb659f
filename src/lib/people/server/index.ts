// The door of people's server side: what routes, commands and other domains may use.
export { foundEntries, isLiving } from './cards.ts';
export { accountLog, dropIntroduction, introductionsTo, keepProfile, labelPasskey, waysOf } from './account-reading.ts';
export { changeUnlock, endAccount, join, type Joining, type UnlockChange } from './accounts.ts';
export { invitationsOf, invite, inviteFirstKeeper, inviteKeeper, lookAtInvitation, withdrawInvitation } from './invitations.ts';
export { endOtherSessions, endSession, forgetSessions, labelSession, sessionsOf, type BegunSession } from './login-sessions.ts';
export { beginNewPasskey, beginNewPassphrase } from './new-ways.ts';
export { opaqueOf } from './opaque.ts';
export { actorOf, keepPace, lazyActor, reader, signedActor } from './requests.ts';
export { beginKit, beginPasskey, beginPassphrase, finishKit, finishPasskey, finishPassphrase, materialOf, mayBegin, mayTry, nameKeyOf, type SignedIn } from './sign-ins.ts';
export { bodyAs, noCookie, refusal, shapes, signedInAnswer } from './wire.ts';
