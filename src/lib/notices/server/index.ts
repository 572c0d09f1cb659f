// The door of notices' server side: what routes, commands and other domains may use.
export { chosenBy, oweNotice, stopNotices, switchOff, switchOn, wasHere } from './notices.ts';
export { beginNotices, wakeByNotice } from './sending.ts';
export { readDestination } from './wire.ts';
