// Loaded only by browsers that have no Ed25519 of their own.
export { ed25519 } from '@noble/curves/ed25519.js';
