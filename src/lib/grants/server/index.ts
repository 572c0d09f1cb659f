// The door of grants' server side: what routes, commands and other domains may use.
export { deskApplication, deskApplications, deskCalls, deskMessageShape, sendDeskMessage, standingShape, tellStanding } from './desk.ts';
