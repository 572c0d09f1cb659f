import { follow } from '#lib/forum/client/following.ts';

follow(document);
