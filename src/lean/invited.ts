import { show } from '#lib/platform/client/lean/show.ts';
import Invited from './Invited.svelte';

await show(Invited);
